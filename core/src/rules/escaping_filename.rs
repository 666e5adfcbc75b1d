//! A file name that is absolute or climbs with `..`; only what lies below the manifest is part of a start-point.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::files::is_simple;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "escaping-filename",
    summary: "a file name leads out of the start-point",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("escaping_filename.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for file in context.named_files().iter().filter(|file| is_escaping(file.text)) {
        sink.push(|| {
            let fault = if file.text.starts_with('/') {
                "is an absolute path"
            } else {
                "leads out of the start-point with `..`"
            };
            Diagnostic::new(
                &RULE,
                context.text.place(file.node.span),
                format!("`{}` {fault}", escaped(file.text)),
            )
            .pointer(file.pointer())
            .hint("name a file in the folder of the manifest, or below it")
            .data("file", file.text)
        });
    }
}

/// Whether a file name is absolute or has a `..` segment.
pub(crate) fn is_escaping(name: &str) -> bool {
    !is_simple(name) && (name.starts_with('/') || name.split('/').any(|segment| segment == ".."))
}
