//! A visible file or rag lambda that is not there.

use super::escaping_filename::is_escaping;
use super::nearest_file;
use crate::check::{NamedFile, Sink, Subject};
use crate::diagnostic::Diagnostic;
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;

pub(crate) static RULE: Rule = Rule {
    id: "missing-file",
    summary: "a file that the manifest names does not exist",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("missing_file.md"),
};

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    if subject.files.is_unknown() {
        return;
    }
    for file in subject.named_files() {
        if is_escaping(file.text) || file.text.contains('\0') || is_there(file) {
            continue;
        }
        sink.push(|| {
            let message = format!("file `{}` does not exist", shown(file.text));
            let diagnostic = Diagnostic::new(&RULE, subject.text.place(file.node.span), message)
                .pointer(file.pointer())
                .data("file", file.text);
            let present = subject.files.iter().map(|(name, _)| name);
            match nearest_file(file.text, present.filter(|name| *name != "manifest.json")) {
                Some(near) => diagnostic
                    .hint(format!("add it beside the manifest; did you mean `{}`?", shown(near)))
                    .data("nearest", near),
                None => diagnostic.hint("add it beside the manifest, or take its name out"),
            }
        });
    }
}

/// `hiker.py/` and `hiker.py/.` name a folder: a regular file does not answer to them.
fn is_there(file: &NamedFile<'_>) -> bool {
    let folder = file.text.ends_with('/') || file.text.ends_with("/.");
    file.entry.is_some_and(|entry| !folder || entry.size().is_none())
}
