//! A filename extension that is a dot and nothing more.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "bare-dot-extension",
    summary: "a filename extension is only a dot",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("bare_dot_extension.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for extension in context.strings("filename_extension").filter(|entry| entry.text == ".") {
        sink.push(|| {
            Diagnostic::new(
                &RULE,
                context.text.place(extension.node.span),
                "filename extension `.` is only a dot",
            )
            .pointer(extension.pointer())
            .hint("write the extension of the source files, such as `.py`")
        });
    }
}
