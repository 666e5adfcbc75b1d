//! A visible file whose last line has no end: tools that append to it join two lines.

use super::escaping_filename::is_escaping;
use crate::check::{Sink, Subject};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::files::{Entry, normal};
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: "no-final-newline",
    summary: "a visible file does not end in a newline",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("no_final_newline.md"),
};

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    for file in subject.visible_files() {
        let Some(Entry::Content(bytes)) = file.entry else { continue };
        if bytes.is_empty() || bytes.ends_with(b"\n") {
            continue;
        }
        sink.push(|| {
            let message = format!("`{}` does not end in a newline", shown(file.text));
            let diagnostic = Diagnostic::new(&RULE, subject.text.place(file.node.span), message)
                .pointer(file.pointer())
                .hint("end its last line")
                .data("file", file.text);
            if is_escaping(file.text) {
                return diagnostic;
            }
            let edit = Edit {
                path: beside(subject.text.path, &normal(file.text)).into(),
                span: Span::at(bytes.len()),
                text: "\n".to_owned(),
            };
            diagnostic.fix(Fix { title: "end its last line".to_owned(), safe: true, edits: vec![edit] })
        });
    }
}

/// The path of a file beside the manifest at `manifest`.
fn beside(manifest: &str, name: &str) -> String {
    match manifest.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}
