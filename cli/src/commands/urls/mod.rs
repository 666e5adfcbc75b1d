//! `urls`: a list of source URLs, kept true.

mod check;
mod later;

use std::collections::BTreeSet;

use start_points::RepoUrl;
use start_points::shown;
use start_points_fetch::FetchError;
use start_points_fetch::urls::{Fault, List};

use crate::arguments::{ListArguments, UrlsCommand};
use crate::error::{Failure, Outcome};
use crate::output::{ERROR, HEADING, HINT, print_styled, styled};
use crate::sources::Named;

pub(crate) fn run(command: &UrlsCommand) -> Result<Outcome, Failure> {
    match command {
        UrlsCommand::Check(arguments) => check::run(arguments),
        UrlsCommand::Outdated(arguments) => later::outdated(arguments),
        UrlsCommand::Update { list, pin } => later::update(list, *pin),
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
    fn of_list(list: &List) -> Vec<Self> {
        let of = |Fault { line, kind }| Self { line, message: kind.to_string(), hint: kind.hint() };
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
fn print_wrong(arguments: &ListArguments, wrong: &mut [Wrong]) -> Result<(), Failure> {
    wrong.sort_by_key(|wrong| wrong.line);
    for Wrong { line, message, hint } in wrong {
        let file = crate::disk::shown(&arguments.file);
        let place = styled(HEADING, &format!("{file}:{line}"));
        print_styled(&format!("{place}: {}: {}\n", styled(ERROR, "error"), shown::lines(message)))?;
        if let Some(hint) = hint {
            print_styled(&format!("  {}: {}\n", styled(HINT, "hint"), shown::lines(hint)))?;
        }
    }
    Ok(())
}

/// The numbers of the lines, and their URLs.
fn numbered(list: &List) -> (Vec<usize>, Vec<RepoUrl>) {
    let images = images(list);
    list.urls().filter(|(line, _)| !images.contains(line)).unzip()
}

/// The numbers of the lines that name images of start-points: `create` takes them, there is no repository to ask.
fn images(list: &List) -> BTreeSet<usize> {
    let named = |(line, text)| matches!(Named::parse(text), Ok(Named::Image(_))).then_some(line);
    list.texts().filter_map(named).collect()
}
