//! A visible file whose last line has no end: tools that append to it join two lines.

use super::escaping_filename::is_escaping;
use crate::check::{Sink, Subject};
use crate::diagnostic::{Diagnostic, Fix};
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;
use crate::span::Span;
use crate::text_file::{edit_beside, text_of};

pub(crate) static RULE: Rule = Rule {
    id: "no-final-newline",
    summary: "a visible file does not end in a newline",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("no_final_newline.md"),
};

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    for file in subject.visible_files() {
        let Some(text) = text_of(file) else { continue };
        if text.is_empty() || text.ends_with('\n') {
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
            let edit = edit_beside(subject, file, Span::at(text.len()), "\n".to_owned());
            diagnostic.fix(Fix { title: "end its last line".to_owned(), safe: true, edits: vec![edit] })
        });
    }
}
