//! A filename extension without its dot.

use std::sync::Arc;

use super::context::{RuleContext, Sink};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::escape::escaped;
use crate::rule::{Rule, Severity, page};
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: "dotless-extension",
    summary: "a filename extension does not start with a dot",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("dotless_extension.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for extension in context.strings("filename_extension").filter(|entry| !entry.text.starts_with('.')) {
        sink.push(|| {
            let fixed = format!(".{}", extension.text);
            let message =
                format!("filename extension `{}` does not start with a dot", escaped(extension.text));
            let edit = Edit {
                path: Arc::clone(context.text.path),
                span: Span::at(extension.node.span.start + 1),
                text: ".".to_owned(),
            };
            Diagnostic::new(&RULE, context.text.place(extension.node.span), message)
                .pointer(extension.pointer())
                .hint(format!("write `{}`", escaped(&fixed)))
                .fix(Fix { title: "add the dot".to_owned(), safe: true, edits: vec![edit] })
                .data("extension", extension.text)
        });
    }
}
