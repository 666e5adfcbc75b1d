//! A visible file that is larger than the browser and the store take.

use super::context::{RuleContext, Sink};
use super::escaping_filename::is_escaping;
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::files::FileEntry;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "oversized-file",
    summary: "a visible file is larger than 25600 bytes",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("oversized_file.md"),
};

/// The most bytes of a visible file.
pub(crate) const MAX_FILE_BYTES: u64 = 25 * 1024;

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for file in context.visible_files().iter().filter(|file| !is_escaping(file.text)) {
        let Some(size) = file.entry.and_then(FileEntry::size) else { continue };
        if size <= MAX_FILE_BYTES {
            continue;
        }
        sink.push(|| {
            let message =
                format!("`{}` has {size} bytes; the maximum is {MAX_FILE_BYTES}", escaped(file.text));
            Diagnostic::new(&RULE, context.text.place(file.node.span), message)
                .pointer(file.pointer())
                .hint("make it smaller, or move it into the image")
                .data("file", file.text)
                .data("size", size)
                .data("maximum", MAX_FILE_BYTES)
        });
    }
}
