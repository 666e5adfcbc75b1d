//! `urls outdated` and `urls update`: what is later than what a list names.

use serde_json::json;
use start_points::Tag;
use start_points::shown::counted;
use start_points_fetch::urls::{List, Newer};

use super::{Wrong, numbered, print_wrong};
use crate::arguments::{ListArguments, TextFormat};
use crate::error::{Failure, Outcome};
use crate::fetching::Fetching;
use crate::output::{print, print_json, table, talk};
use crate::sources;

/// A line that could name something else.
struct Later {
    line: usize,
    url: String,
    is: String,
    tag: Tag,
}

pub(super) fn outdated(arguments: &ListArguments) -> Result<Outcome, Failure> {
    let list = sources::read(&arguments.file)?;
    let (later, mut wrong) = later(arguments, &list, false)?;
    match arguments.format {
        TextFormat::Text => {
            print(&as_table(&later))?;
            print_wrong(arguments, &mut wrong)?;
        }
        TextFormat::Json => print_json(as_json(&later, &wrong))?,
    }
    talk(&format!("{}: {} outdated", counted(numbered(&list).0.len(), "source URL"), later.len()))?;
    Ok(if later.is_empty() && wrong.is_empty() { Outcome::Clean } else { Outcome::Faults })
}

pub(super) fn update(arguments: &ListArguments, pin: bool) -> Result<Outcome, Failure> {
    let mut list = sources::read(&arguments.file)?;
    let (mut later, mut wrong) = later(arguments, &list, pin)?;
    later.retain(|later| {
        let changed = list.set_tag(later.line, &later.tag);
        if !changed {
            let message = format!("`{}` cannot be written with the tag `{}`", later.url, later.tag);
            wrong.push(Wrong { line: later.line, message, hint: None });
        }
        changed
    });
    if !later.is_empty() {
        list.write(&arguments.file)?;
    }
    match arguments.format {
        TextFormat::Text => {
            print(&as_table(&later))?;
            print_wrong(arguments, &mut wrong)?;
        }
        TextFormat::Json => print_json(as_json(&later, &wrong))?,
    }
    talk(&match (later.len(), wrong.len()) {
        (0, 0) => "nothing is outdated".to_owned(),
        (0, _) => "nothing was written".to_owned(),
        (lines, 0) => format!("rewrote {}", counted(lines, "line")),
        (lines, errors) => format!("rewrote {}; {}", counted(lines, "line"), counted(errors, "error")),
    })?;
    Ok(if wrong.is_empty() { Outcome::Clean } else { Outcome::Faults })
}

fn later(arguments: &ListArguments, list: &List, pin: bool) -> Result<(Vec<Later>, Vec<Wrong>), Failure> {
    let (lines, urls) = numbered(list);
    let fetching = Fetching::open(arguments.fetch, false, false)?;
    let mut wrong = Wrong::of_list(list);
    let mut later = Vec::new();
    for (line, newer) in lines.into_iter().zip(fetching.newer(&urls)?) {
        match newer {
            Err(error) => wrong.push(Wrong::of_fetch(line, &error)),
            Ok(newer) => later.extend(newer.tag(pin).map(|tag| Later {
                line,
                url: newer.resolved.url.to_string(),
                is: is(&newer),
                tag,
            })),
        }
    }
    Ok((later, wrong))
}

/// What a URL names now.
fn is(newer: &Newer) -> String {
    let tag = newer.resolved.url.tag();
    tag.name().unwrap_or("head").to_owned()
}

fn as_table(later: &[Later]) -> String {
    if later.is_empty() {
        return String::new();
    }
    let mut rows = vec![["LINE", "IS", "LATEST", "URL"].map(str::to_owned).to_vec()];
    rows.extend(later.iter().map(|later| {
        vec![later.line.to_string(), later.is.clone(), later.tag.to_string(), later.url.clone()]
    }));
    table(&rows)
}

fn as_json(later: &[Later], wrong: &[Wrong]) -> String {
    let mut rows: Vec<_> = wrong.iter().map(|wrong| (wrong.line, wrong.as_json())).collect();
    rows.extend(later.iter().map(|later| {
        let row = json!({
            "line": later.line,
            "url": later.url,
            "is": later.is,
            "latest": later.tag.to_string(),
        });
        (later.line, row)
    }));
    rows.sort_by_key(|(line, _)| *line);
    let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
    format!("{:#}\n", serde_json::Value::from(rows))
}
