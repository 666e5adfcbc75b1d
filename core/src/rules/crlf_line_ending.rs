//! A carriage return before a line feed: a shell script that has them does not run.

use super::context::{RuleContext, Sink};
use super::escaping_filename::is_escaping;
use crate::diagnostic::{Diagnostic, Fix};
use crate::escape::escaped;
use crate::rule::{Rule, Severity, page};
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: "crlf-line-ending",
    summary: "a visible file has CRLF line endings",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("crlf_line_ending.md"),
};

/// What the new texts of all fixes may hold together, in bytes: a manifest can name one file a thousand times.
///
/// Ten of the largest files that are allowed; files beyond get their fix in the next run.
const FIX_BUDGET: usize = 10 * 25 * 1024;

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let mut budget = FIX_BUDGET;
    for file in context.visible_files() {
        let Some(text) = file.as_text() else { continue };
        let lines = text.matches("\r\n").count();
        if lines == 0 {
            continue;
        }
        sink.push(|| {
            let ends = if lines == 1 { "line ends" } else { "lines end" };
            let mut diagnostic = Diagnostic::new(
                &RULE,
                context.text.place(file.node.span),
                format!("`{}`: {lines} {ends} in CRLF", escaped(file.text)),
            )
            .pointer(file.pointer())
            .hint("convert it with `dos2unix`, and add `* text=auto eol=lf` to .gitattributes")
            .data("file", file.text)
            .data("lines", lines);
            let Some((span, lf)) = with_lf(text).filter(|_| !is_escaping(file.text)) else {
                return diagnostic;
            };
            if let Some(left) = budget.checked_sub(lf.len()) {
                budget = left;
                let edits = vec![context.edit_beside(file, span, lf)];
                let title = "convert its line endings to LF".to_owned();
                diagnostic = diagnostic.fix(Fix { title, safe: is_script(file.text, text), edits });
            }
            diagnostic
        });
    }
}

/// A script for a Unix shell does not run with CRLF; other texts may want it, as a batch file does.
fn is_script(name: &str, text: &str) -> bool {
    name.ends_with(".sh") || text.starts_with("#!")
}

/// One edit from the first carriage return at the end of a line to the last: an edit a line would be longer, and
/// choosing among many edits takes the square of their number.
fn with_lf(text: &str) -> Option<(Span, String)> {
    let first = text.find("\r\n")?;
    let start = text.get(..first)?.trim_end_matches('\r').len();
    let end = text.rfind("\r\n")? + 1;
    let mut lines = text.get(start..end)?.split('\n');
    let mut lf = lines.next()?.trim_end_matches('\r').to_owned();
    for line in lines {
        lf.push('\n');
        lf.push_str(line.trim_end_matches('\r'));
    }
    Some((Span::new(start, end), lf))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_carriage_return_at_the_end_of_a_line_goes_and_no_other() {
        for (before, after) in [
            ("a\r\n", "a\n"),
            ("a\r\nb", "a\nb"),
            ("a\nb\r\nc\nd\r\ne\n", "a\nb\nc\nd\ne\n"),
            ("a\r\r\nb\r\r\r\n", "a\nb\n"),
            ("\r\n\r\n", "\n\n"),
            ("a\rb\r\nc\r", "a\rb\nc\r"),
            ("é\r\n\u{1f980}\r\nü", "é\n\u{1f980}\nü"),
        ] {
            let (span, lf) = with_lf(before).expect("CRLF");
            let fixed = [&before[..span.start], &lf, &before[span.end..]].concat();
            assert_eq!(fixed, after, "{before:?}");
        }
        assert_eq!(with_lf("a\nb\r"), None);
    }
}
