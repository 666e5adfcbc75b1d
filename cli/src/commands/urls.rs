//! `urls`: a list of source URLs, kept true.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use start_points::shown::{self, counted};
use start_points::{RepoUrl, Tag};
use start_points_fetch::{FetchError, FetchErrorKind, ResolvedUrl};
use start_points_fetch::{UrlList, UrlListFault, UrlUpdate};

use crate::arguments::TextFormat;
use crate::disk;
use crate::error::{CliError, CommandOutcome};
use crate::fetching::{FetchArguments, FetchSession};
use crate::output::{
    ERROR, HEADING, HINT, eprint_line, print, print_json, print_styled, print_warning, styled, table,
};
use crate::sources::{self, Named};

/// Subcommands of `urls`.
#[derive(Debug, Subcommand)]
pub(crate) enum UrlsCommand {
    /// Check that every line is a unique source URL that names an existing commit; images are skipped
    Check(ListArguments),
    /// List the lines that have a newer version; exit code 1 if any has
    #[command(after_help = "\
A version tag is compared with the other version tags, a commit with the tip of the default branch. \
A URL without a tag is never outdated.")]
    Outdated(ListArguments),
    /// Update outdated lines, and keep order, comments and spelling
    #[command(after_help = "\
Examples:
  start-points urls update urls.txt          ?tag=3.7.4-18 becomes ?tag=3.7.5-1
  start-points urls update --pin urls.txt    every line becomes its latest commit, ?tag=384f486")]
    Update {
        #[command(flatten)]
        list: ListArguments,
        /// Write commits, which cannot move, rather than tags
        #[arg(long)]
        pin: bool,
    },
}

/// A list of source URLs, and how its repositories are fetched.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// The list: one URL per line; `#` begins a comment
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextFormat,
}

pub(crate) fn run(command: &UrlsCommand) -> Result<CommandOutcome, CliError> {
    match command {
        UrlsCommand::Check(arguments) => check(arguments),
        UrlsCommand::Outdated(arguments) => outdated(arguments),
        UrlsCommand::Update { list, pin } => update(list, *pin),
    }
}

/// A fault of a line, for people or programs.
struct Wrong {
    line: usize,
    message: String,
    hint: Option<String>,
}

impl Wrong {
    /// What is wrong with the text of a list.
    fn of_list(list: &UrlList) -> Vec<Self> {
        let of = |UrlListFault { line, kind }| Self { line, message: kind.to_string(), hint: kind.hint() };
        let images = images(list);
        list.faults().into_iter().map(of).filter(|wrong| !images.contains(&wrong.line)).collect()
    }

    fn of_fetch(line: usize, error: &FetchError) -> Self {
        Self { line, message: error.to_string(), hint: error.hint() }
    }

    fn as_json(&self) -> serde_json::Value {
        serde_json::json!({ "line": self.line, "error": self.message, "hint": self.hint })
    }
}

/// `FILE:LINE: what`, and its hint below, in the order of the lines.
fn print_wrong(arguments: &ListArguments, wrong: &mut [Wrong]) -> Result<(), CliError> {
    wrong.sort_by_key(|wrong| wrong.line);
    for Wrong { line, message, hint } in wrong {
        let file = disk::shown(&arguments.file);
        let place = styled(HEADING, &format!("{file}:{line}"));
        print_styled(&format!("{place}: {}: {}\n", styled(ERROR, "error"), shown::lines(message)))?;
        if let Some(hint) = hint {
            print_styled(&format!("  {}: {}\n", styled(HINT, "hint"), shown::lines(hint)))?;
        }
    }
    Ok(())
}

/// The numbers of the lines, and their URLs.
fn numbered(list: &UrlList) -> (Vec<usize>, Vec<RepoUrl>) {
    let images = images(list);
    list.urls().filter(|(line, _)| !images.contains(line)).unzip()
}

/// The numbers of the lines that name images of start-points: `create` takes them, there is no repository to ask.
fn images(list: &UrlList) -> BTreeSet<usize> {
    let named = |(line, text)| matches!(Named::parse(text), Ok(Named::Image(_))).then_some(line);
    list.texts().filter_map(named).collect()
}

fn check(arguments: &ListArguments) -> Result<CommandOutcome, CliError> {
    let list = sources::read(&arguments.file)?;
    let (lines, urls) = numbered(&list);
    let fetching = FetchSession::open(arguments.fetch, false, false)?;
    let resolved = fetching.resolve_all(&urls)?;
    let mut wrong = Wrong::of_list(&list);
    let mut found: Vec<(usize, ResolvedUrl)> = Vec::new();
    let mut unasked = 0;
    for (line, resolved) in lines.into_iter().zip(resolved) {
        match resolved {
            Ok(resolved) => found.push((line, resolved)),
            // Not that it is wrong: nobody may ask.
            Err(error) if matches!(error.kind(), FetchErrorKind::Offline) => unasked += 1,
            Err(error) => wrong.push(Wrong::of_fetch(line, &error)),
        }
    }
    match arguments.format {
        TextFormat::Text => print_wrong(arguments, &mut wrong)?,
        TextFormat::Json => print_json(resolved_json(&found, &wrong))?,
    }
    for (line, resolved) in &found {
        if let (Some(tag), Some(last)) = (resolved.git_tag(), &resolved.moved_from) {
            print_warning(&format!(
                "line {line}: git tag `{tag}` moved from {} to {}",
                last.sha7(),
                resolved.commit.sha7()
            ))?;
        }
    }
    let clean = if wrong.is_empty() { ": clean".to_owned() } else { format!(": {} wrong", wrong.len()) };
    let unasked = if unasked > 0 { format!(", {unasked} not cached and skipped") } else { String::new() };
    eprint_line(&format!("{}{clean}{unasked}", counted(urls.len(), "source URL")))?;
    Ok(if wrong.is_empty() { CommandOutcome::Clean } else { CommandOutcome::Faults })
}

fn resolved_json(found: &[(usize, ResolvedUrl)], wrong: &[Wrong]) -> String {
    let mut rows: Vec<_> = wrong.iter().map(|wrong| (wrong.line, wrong.as_json())).collect();
    rows.extend(found.iter().map(|(line, resolved)| {
        let row = json!({
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

/// A line that could name something else.
struct Later {
    line: usize,
    url: String,
    is: String,
    tag: Tag,
}

fn outdated(arguments: &ListArguments) -> Result<CommandOutcome, CliError> {
    let list = sources::read(&arguments.file)?;
    let (later, mut wrong) = later(arguments, &list, false)?;
    match arguments.format {
        TextFormat::Text => {
            print(&outdated_table(&later))?;
            print_wrong(arguments, &mut wrong)?;
        }
        TextFormat::Json => print_json(outdated_json(&later, &wrong))?,
    }
    eprint_line(&format!("{}: {} outdated", counted(numbered(&list).0.len(), "source URL"), later.len()))?;
    Ok(if later.is_empty() && wrong.is_empty() { CommandOutcome::Clean } else { CommandOutcome::Faults })
}

fn update(arguments: &ListArguments, pin: bool) -> Result<CommandOutcome, CliError> {
    let mut list = sources::read(&arguments.file)?;
    let (mut later, mut wrong) = later(arguments, &list, pin)?;
    later.retain(|later| {
        let changed = list.set_tag(later.line, &later.tag);
        if !changed {
            let message = format!("cannot write `{}` with the tag `{}`", later.url, later.tag);
            wrong.push(Wrong { line: later.line, message, hint: None });
        }
        changed
    });
    if !later.is_empty() {
        list.write(&arguments.file)?;
    }
    match arguments.format {
        TextFormat::Text => {
            print(&outdated_table(&later))?;
            print_wrong(arguments, &mut wrong)?;
        }
        TextFormat::Json => print_json(outdated_json(&later, &wrong))?,
    }
    eprint_line(&match (later.len(), wrong.len()) {
        (0, 0) => "nothing is outdated".to_owned(),
        (0, _) => "nothing was written".to_owned(),
        (lines, 0) => format!("rewrote {}", counted(lines, "line")),
        (lines, errors) => format!("rewrote {}; {}", counted(lines, "line"), counted(errors, "error")),
    })?;
    Ok(if wrong.is_empty() { CommandOutcome::Clean } else { CommandOutcome::Faults })
}

fn later(arguments: &ListArguments, list: &UrlList, pin: bool) -> Result<(Vec<Later>, Vec<Wrong>), CliError> {
    let (lines, urls) = numbered(list);
    let fetching = FetchSession::open(arguments.fetch, false, false)?;
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
fn is(newer: &UrlUpdate) -> String {
    let tag = newer.resolved.url.tag();
    tag.name().unwrap_or("head").to_owned()
}

fn outdated_table(later: &[Later]) -> String {
    if later.is_empty() {
        return String::new();
    }
    let mut rows = vec![["LINE", "IS", "LATEST", "URL"].map(str::to_owned).to_vec()];
    rows.extend(later.iter().map(|later| {
        vec![later.line.to_string(), later.is.clone(), later.tag.to_string(), later.url.clone()]
    }));
    table(&rows)
}

fn outdated_json(later: &[Later], wrong: &[Wrong]) -> String {
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
