//! A visible file or rag lambda that is a folder, a pipe, a device, or a link out of the start-point.

use super::context::{RuleContext, Sink};
use super::escaping_filename::is_escaping;
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::files::{FileEntry, NonRegular};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "irregular-file",
    summary: "a named file is not a regular file",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("irregular_file.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for file in context.named_files().iter().filter(|file| !is_escaping(file.text)) {
        let Some(FileEntry::Other(other)) = file.entry else { continue };
        if *other == NonRegular::Unreadable {
            continue;
        }
        sink.push(|| {
            let message = format!("`{}` is {}, not a regular file", escaped(file.text), other.describe());
            Diagnostic::new(&RULE, context.text.place(file.node.span), message)
                .pointer(file.pointer())
                .hint("replace it with a regular file, or remove the name")
                .data("file", file.text)
                .data("found", other.describe())
        });
    }
}
