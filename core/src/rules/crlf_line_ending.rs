//! A carriage return before a line feed: a shell script that has them does not run.

use crate::check::{Sink, Subject};
use crate::diagnostic::Diagnostic;
use crate::files::Entry;
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;

pub(crate) static RULE: Rule = Rule {
    id: "crlf-line-ending",
    summary: "a visible file has CRLF line endings",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("crlf_line_ending.md"),
};

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    for file in subject.visible_files() {
        let Some(Entry::Content(bytes)) = file.entry else { continue };
        let lines = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
        if lines == 0 {
            continue;
        }
        sink.push(|| {
            let ends = if lines == 1 { "line ends" } else { "lines end" };
            Diagnostic::new(
                &RULE,
                subject.text.place(file.node.span),
                format!("`{}`: {lines} {ends} in CRLF", shown(file.text)),
            )
            .pointer(file.pointer())
            .hint("end lines in LF: run `dos2unix`, and write `* text=auto eol=lf` into .gitattributes")
            .data("file", file.text)
            .data("lines", lines)
        });
    }
}
