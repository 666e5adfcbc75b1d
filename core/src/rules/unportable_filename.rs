//! A file name with a character that not every system can hold.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "unportable-filename",
    summary: "a visible file has a name that is not portable",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unportable_filename.md"),
};

/// The characters that POSIX calls portable, and the slash.
fn is_portable(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-')
}

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for file in context.visible_files() {
        if !file.text.starts_with('-') && file.text.bytes().all(|byte| is_portable(char::from(byte))) {
            continue;
        }
        // A NUL has a rule of its own.
        let bad = file.text.char_indices().find(|(_, c)| !is_portable(*c) && *c != '\0');
        let leading = file.text.starts_with('-').then_some((0, '-'));
        let Some((at, c)) = bad.or(leading) else { continue };
        sink.push(|| {
            let span = context.text.document.span_in_string(file.node.span, at..at + c.len_utf8());
            let fault = if bad.is_some() {
                format!("contains the character `{}`", escaped(c.encode_utf8(&mut [0; 4])))
            } else {
                "starts with `-`".to_owned()
            };
            Diagnostic::new(&RULE, context.text.place(span), format!("`{}` {fault}", escaped(file.text)))
                .pointer(file.pointer())
                .hint("use only A-Z, a-z, 0-9, `/`, `.`, `_` and `-`, without a leading `-`")
                .data("file", file.text)
                .data("character", c.to_string())
        });
    }
}
