//! A `.` or empty segment in a file name: the same file under another name.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::files::{is_simple, normal};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "dot-segment",
    summary: "a file name has a `.` or an empty segment",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("dot_segment.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for file in context.named_files() {
        // A leading slash is escaping-filename's; a trailing one names a folder, which is irregular-file's.
        let inner = file.text.trim_start_matches('/').trim_end_matches('/');
        if is_simple(inner) || !inner.split('/').any(|segment| matches!(segment, "" | ".")) {
            continue;
        }
        let normal = normal(file.text);
        sink.push(|| {
            let message = format!("`{}` is another name for `{}`", escaped(file.text), escaped(&normal));
            Diagnostic::new(&RULE, context.text.place(file.node.span), message)
                .pointer(file.pointer())
                .hint(format!("write `{}`", escaped(&normal)))
                .data("file", file.text)
                .data("normal", &*normal)
        });
    }
}
