//! `urls check`: every line is a source URL, is there once, and names a commit.

use start_points::shown::counted;
use start_points_fetch::{Cause, Resolved};

use super::{Wrong, numbered, print_wrong};
use crate::arguments::{ListArguments, TextFormat};
use crate::error::{Failure, Outcome};
use crate::fetching::Fetching;
use crate::output::{print_json, talk, talk_warning};
use crate::sources;

pub(super) fn run(arguments: &ListArguments) -> Result<Outcome, Failure> {
    let list = sources::read(&arguments.file)?;
    let (lines, urls) = numbered(&list);
    let fetching = Fetching::open(arguments.fetch, false, false)?;
    let resolved = fetching.resolve_all(&urls)?;
    let mut wrong = Wrong::of_list(&list);
    let mut found: Vec<(usize, Resolved)> = Vec::new();
    let mut unasked = 0;
    for (line, resolved) in lines.into_iter().zip(resolved) {
        match resolved {
            Ok(resolved) => found.push((line, resolved)),
            // Not that it is wrong: nobody may ask.
            Err(error) if matches!(error.cause(), Cause::Offline) => unasked += 1,
            Err(error) => wrong.push(Wrong::of_fetch(line, &error)),
        }
    }
    match arguments.format {
        TextFormat::Text => print_wrong(arguments, &mut wrong)?,
        TextFormat::Json => print_json(as_json(&found, &mut wrong))?,
    }
    for (line, resolved) in &found {
        if let (Some(tag), Some(last)) = (resolved.git_tag(), &resolved.moved_from) {
            talk_warning(&format!(
                "line {line}: git tag `{tag}` was {} and is now {}",
                last.sha7(),
                resolved.commit.sha7()
            ))?;
        }
    }
    let clean = if wrong.is_empty() { ": clean".to_owned() } else { format!(": {} wrong", wrong.len()) };
    let unasked =
        if unasked > 0 { format!(", {unasked} not in the cache and not asked") } else { String::new() };
    talk(&format!("{}{clean}{unasked}", counted(urls.len(), "source URL")))?;
    Ok(if wrong.is_empty() { Outcome::Clean } else { Outcome::Faults })
}

fn as_json(found: &[(usize, Resolved)], wrong: &mut [Wrong]) -> String {
    let mut rows: Vec<_> = wrong.iter().map(|wrong| (wrong.line, wrong.as_json())).collect();
    rows.extend(found.iter().map(|(line, resolved)| {
        let row = serde_json::json!({
            "line": line,
            "url": resolved.url.to_string(),
            "commit": resolved.commit.as_str(),
            "moved_from": resolved.moved_from.as_ref().map(|commit| commit.as_str()),
        });
        (*line, row)
    }));
    rows.sort_by_key(|(line, _)| *line);
    let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
    format!("{:#}\n", serde_json::Value::from(rows))
}
