//! A file beside the manifest that no key names: forgotten in `visible_filenames`, or left over.

use std::borrow::Cow;
use std::sync::Arc;

use crate::check::{Sink, Subject};
use crate::diagnostic::{Diagnostic, Place};
use crate::files::normal;
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
    if subject.files.iter().next().is_none() {
        return;
    }
    // A manifest that lists no files at all is told so once, not once a file.
    if subject.text.get("visible_filenames").is_none_or(|node| node.as_array().is_none()) {
        return;
    }
    let named: Vec<Cow<'_, str>> = subject.named_files().iter().map(|file| normal(file.text)).collect();
    let named = Texts::new(named.iter().map(AsRef::as_ref));
    for (name, entry) in subject.files.iter() {
        let other = name.starts_with('.') || OTHERS.contains(&name) || name == "url.txt";
        if other || entry.size().is_none() || named.has(name) {
            continue;
        }
        sink.push(|| {
            let message = format!("the manifest does not name the file `{}` beside it", shown(name));
            Diagnostic::new(&RULE, Place::file(Arc::clone(subject.text.path)), message)
                .hint("list it in `visible_filenames`, or remove it")
                .data("file", name)
        });
    }
}
