//! A regular expression that Ruby refuses; judged by its grammar, never run.

use crate::check::{Sink, Subject};
use crate::diagnostic::Diagnostic;
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;

pub(crate) static RULE: Rule = Rule {
    id: "malformed-regex",
    summary: "a regular expression does not compile in Ruby",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("malformed_regex.md"),
};

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    for key in ["hidden_filenames", "progress_regexs"] {
        for entry in subject.strings(key) {
            let Err(error) = ruby_regex::check(entry.text) else { continue };
            sink.push(|| {
                let span = subject.text.document.span_in_string(entry.node.span, error.span.clone());
                let message = format!("`{}` is no Ruby regular expression: {error}", shown(entry.text));
                Diagnostic::new(&RULE, subject.text.place(span), message)
                    .pointer(entry.pointer())
                    .hint("try it with `ruby -e 'Regexp.new(ARGV[0])' EXPRESSION`")
                    .data("regex", entry.text)
            });
        }
    }
}
