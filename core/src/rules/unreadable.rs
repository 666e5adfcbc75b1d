//! Something that the user may not read, or that went away while it was read.

use super::context::{RuleContext, Sink};
use crate::diagnostic::{Diagnostic, Location};
use crate::escape::escaped;
use crate::files::{FileEntry, NonRegular};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "unreadable",
    summary: "a file or folder cannot be read",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unreadable.md"),
};

const HINT: &str = "check that it exists and that you have read permission: `ls -ld`";

/// Files that the manifest names; other entries that are not regular files are irregular-file's.
pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for file in context.named_files() {
        let Some(FileEntry::Other(NonRegular::Unreadable)) = file.entry else { continue };
        sink.push(|| {
            let message = format!("`{}` cannot be read", escaped(file.text));
            Diagnostic::new(&RULE, context.text.place(file.node.span), message)
                .pointer(file.pointer())
                .hint(HINT)
                .data("file", file.text)
        });
    }
}

/// The fault of a file or folder that could not be read; `reason` is the system's.
#[must_use]
pub fn unreadable(path: &str, reason: &str) -> Diagnostic {
    Diagnostic::new(&RULE, Location::file(path), format!("cannot be read: {}", escaped(reason)))
        .hint(HINT)
        .data("reason", reason)
}
