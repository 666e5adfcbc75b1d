//! Phrases that read as translated, in what users and readers see.

use anyhow::Result;

use super::sources::Source;
use crate::repository;

/// Each with what to write instead.
const PHRASES: [(&str, &str); 22] = [
    (" is no ", "is not a, unknown"),
    (" are no ", "are not"),
    ("there is none", "missing"),
    ("there are none", "missing"),
    (" is told", "is reported"),
    (" are told", "are reported"),
    (" was told", "was reported"),
    (" is said", "is reported"),
    (" mended", "fixed"),
    (" mends", "fixes"),
    (" mend ", "fix"),
    ("whom to believe", "trusted"),
    ("time is up", "timed out"),
    ("this machine fails", "local I/O error"),
    ("does not speak as", "is not"),
    ("likewise", "also"),
    ("complaint", "error"),
    ("whoever ", "name the subject"),
    (" lies in ", "is in"),
    (" lies at ", "is at"),
    (" stands in ", "is in"),
    ("is asked for is", "is not allowed"),
];

/// What is meant although it contains a phrase.
const MEANT: [&str; 5] =
    ["there is no ", "there are no ", " is no longer ", " are no longer ", " is no more than "];

/// Every place of a phrase: in sources with their comments and messages, in pages, and in the set-up page.
pub(super) fn found(tracked: &[&str], sources: &[Source]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| !source.path.starts_with("xtask/src/house/")) {
        look(&source.path, &source.text, &mut found);
    }
    for path in tracked.iter().filter(|path| is_page(path)) {
        look(path, &std::fs::read_to_string(repository::path(path))?, &mut found);
    }
    Ok(found)
}

fn is_page(path: &str) -> bool {
    let is_text = path.ends_with(".md") || path.ends_with(".pyi") || path.ends_with(".d.ts");
    let is_script = (path.starts_with("web/src/") || path.starts_with("wasm/npm/src/"))
        && (path.ends_with(".js") || path.ends_with(".ts") || path.ends_with(".html"));
    is_text || is_script
}

fn look(path: &str, text: &str, found: &mut Vec<String>) {
    for (number, line) in text.lines().enumerate() {
        let mut line = line.to_lowercase();
        for meant in MEANT {
            line = line.replace(meant, " ");
        }
        for (phrase, instead) in PHRASES.iter().filter(|(phrase, _)| line.contains(phrase)) {
            found.push(format!("{path}:{}: \"{}\"; write: {instead}", number + 1, phrase.trim()));
        }
    }
}
