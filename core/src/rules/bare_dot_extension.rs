//! A filename extension that is a dot and nothing more.

use crate::check::{Sink, Subject};
use crate::diagnostic::Diagnostic;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "bare-dot-extension",
    summary: "a filename extension is only a dot",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("bare_dot_extension.md"),
};

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    for extension in subject.strings("filename_extension").filter(|entry| entry.text == ".") {
        sink.push(|| {
            Diagnostic::new(
                &RULE,
                subject.text.place(extension.node.span),
                "filename extension `.` is only a dot",
            )
            .pointer(extension.pointer())
            .hint("write what the source files end in, such as `.py`")
        });
    }
}
