//! A regular expression that Ruby refuses; judged by its grammar, never run.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "malformed-regex",
    summary: "a regular expression does not compile in Ruby",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("malformed_regex.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for key in ["hidden_filenames", "progress_regexs"] {
        for entry in context.strings(key) {
            let Err(error) = ruby_regex::check(entry.text) else { continue };
            sink.push(|| {
                let span = context.text.document.span_in_string(entry.node.span, error.span.clone());
                let message = format!("`{}` is not a Ruby regular expression: {error}", escaped(entry.text));
                Diagnostic::new(&RULE, context.text.place(span), message)
                    .pointer(entry.pointer())
                    .hint("try it with `ruby -e 'Regexp.new(ARGV[0])' EXPRESSION`")
                    .data("regex", entry.text)
            });
        }
    }
}
