//! The source URLs that are named on the command line: one by one, or in files.

use std::path::{Path, PathBuf};

use start_points::RepoUrl;
use start_points_fetch::urls::{Fault, List};

use crate::disk;
use crate::error::Failure;

/// The URLs that are named, and those in the files; all that is wrong with them is told at once.
pub(crate) fn urls(named: &[String], files: &[PathBuf]) -> Result<Vec<RepoUrl>, Failure> {
    let mut urls = Vec::new();
    let mut wrong = Vec::new();
    for text in named {
        match text.strip_prefix('@') {
            Some(file) => in_file(Path::new(file), &mut urls, &mut wrong)?,
            None => match RepoUrl::parse(text) {
                Ok(url) => urls.push(url),
                Err(error) => {
                    wrong.push(with_hint(format!("`{}`: {error}", RepoUrl::redact(text)), error.hint()));
                }
            },
        }
    }
    for file in files {
        in_file(file, &mut urls, &mut wrong)?;
    }
    match wrong.as_slice() {
        [] if urls.is_empty() => Err(Failure::with_hint(
            "no source URL is named",
            "write them after the kind, or name a file of them: `@FILE`",
        )),
        [] => Ok(urls),
        [one] => Err(anyhow::anyhow!("{one}").into()),
        many => {
            Err(anyhow::anyhow!("{} source URLs cannot be read:\n  {}", many.len(), many.join("\n  ")).into())
        }
    }
}

fn in_file(path: &Path, urls: &mut Vec<RepoUrl>, wrong: &mut Vec<String>) -> Result<(), Failure> {
    let list = read(path)?;
    urls.extend(list.urls().map(|(_, url)| url));
    // One that is there twice is a fault of the catalogue, and told there.
    let malformed = list.faults().into_iter().filter(|fault| matches!(fault, Fault::Malformed { .. }));
    wrong.extend(malformed.map(|fault| {
        let place = format!("{}:{}", disk::shown(path), line(&fault));
        with_hint(format!("{place}: {}", message(&fault)), hint(&fault))
    }));
    Ok(())
}

/// Reads a list of source URLs.
pub(crate) fn read(path: &Path) -> Result<List, Failure> {
    List::read(path).map_err(|error| {
        Failure::hinted(error, Some("name a text file with one source URL a line, in UTF-8"))
    })
}

/// What is wrong.
pub(crate) fn message(fault: &Fault) -> String {
    match fault {
        Fault::Malformed { shown, error, .. } => format!("`{shown}`: {error}"),
        Fault::Duplicate { url, first, .. } => format!("`{url}` is on line {first} already"),
    }
}

/// The number of its line.
pub(crate) fn line(fault: &Fault) -> usize {
    match fault {
        Fault::Malformed { line, .. } | Fault::Duplicate { line, .. } => *line,
    }
}

/// What to do about it.
pub(crate) fn hint(fault: &Fault) -> Option<String> {
    match fault {
        Fault::Malformed { error, .. } => error.hint(),
        Fault::Duplicate { .. } => Some("remove one of them; other versions have another `?tag=`".to_owned()),
    }
}

fn with_hint(message: String, hint: Option<impl std::fmt::Display>) -> String {
    hint.map_or(message.clone(), |hint| format!("{message} ({hint})"))
}
