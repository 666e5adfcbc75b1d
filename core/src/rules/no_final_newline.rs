//! A visible file whose last line has no end: tools that append to it join two lines.

use super::context::{RuleContext, Sink};
use super::escaping_filename::is_escaping;
use crate::diagnostic::{Diagnostic, Fix};
use crate::escape::escaped;
use crate::rule::{Rule, Severity, page};
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: "no-final-newline",
    summary: "a visible file does not end in a newline",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("no_final_newline.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for file in context.visible_files() {
        let Some(text) = file.as_text() else { continue };
        if text.is_empty() || text.ends_with('\n') {
            continue;
        }
        sink.push(|| {
            let message = format!("`{}` does not end in a newline", escaped(file.text));
            let diagnostic = Diagnostic::new(&RULE, context.text.place(file.node.span), message)
                .pointer(file.pointer())
                .hint("add a newline at the end of its last line")
                .data("file", file.text);
            if is_escaping(file.text) {
                return diagnostic;
            }
            let edit = context.edit_beside(file, Span::at(text.len()), "\n".to_owned());
            diagnostic.fix(Fix { title: "add the final newline".to_owned(), safe: true, edits: vec![edit] })
        });
    }
}
