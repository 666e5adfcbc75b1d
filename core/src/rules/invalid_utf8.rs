//! A visible file that is not UTF-8: what is served is JSON, which holds nothing else.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::files::FileEntry;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "invalid-utf8",
    summary: "a visible file is not UTF-8",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("invalid_utf8.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for file in context.visible_files() {
        let Some(FileEntry::Content(bytes)) = file.entry else { continue };
        let Err(error) = std::str::from_utf8(bytes) else { continue };
        sink.push(|| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let message = format!("`{}` is not UTF-8, first on line {line}", escaped(file.text));
            Diagnostic::new(&RULE, context.text.place(file.node.span), message)
                .pointer(file.pointer())
                .hint(hint(bytes))
                .data("file", file.text)
                .data("line", line)
        });
    }
}

fn hint(bytes: &[u8]) -> &'static str {
    // The byte order marks of UTF-16: https://www.unicode.org/faq/utf_bom.html
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        "save it as UTF-8: run `iconv -f UTF-16 -t UTF-8`"
    } else if bytes.contains(&0) {
        "a binary file belongs in the image: remove it from `visible_filenames`"
    } else {
        "save it as UTF-8; for text from Windows run `iconv -f WINDOWS-1252 -t UTF-8`"
    }
}
