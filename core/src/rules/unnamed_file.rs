//! A file beside the manifest that no key names: forgotten in `visible_filenames`, or left over.

use std::borrow::Cow;
use std::sync::Arc;

use crate::check::{Sink, Subject};
use crate::diagnostic::{Diagnostic, Place};
use crate::files::{Entry, normal};
use crate::order::Texts;
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;

pub(crate) static RULE: Rule = Rule {
    id: "unnamed-file",
    summary: "a file beside the manifest is not named in it",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("unnamed_file.md"),
};

/// Files that stand beside manifests for other tools.
const OTHERS: [&str; 5] =
    ["manifest.json", "options.json", "options.json.readme", "start-points.toml", "sha.txt"];

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    for name in unnamed(subject) {
        sink.push(|| {
            let message = format!("the manifest does not name the file `{}` beside it", shown(name));
            Diagnostic::new(&RULE, Place::file(Arc::clone(subject.text.path)), message)
                .hint("list it in `visible_filenames`, or remove it")
                .data("file", name)
        });
    }
}

/// The files beside the manifest that it should name, or that should not be there.
pub(super) fn unnamed<'a>(subject: &Subject<'a>) -> Vec<&'a str> {
    if subject.files.iter().next().is_none() {
        return Vec::new();
    }
    // A manifest that lists no files at all is told so once, not once a file.
    if subject.text.get("visible_filenames").is_none_or(|node| node.as_array().is_none()) {
        return Vec::new();
    }
    let named: Vec<Cow<'_, str>> = subject.named_files().iter().map(|file| normal(file.text)).collect();
    let named = Texts::new(named.iter().map(AsRef::as_ref));
    let is_unnamed = |(name, entry): &(&str, &Entry)| {
        let other = name.starts_with('.') || OTHERS.contains(name) || *name == "url.txt";
        !other && entry.size().is_some() && !named.has(name)
    };
    subject.files.iter().filter(is_unnamed).map(|(name, _)| name).collect()
}
