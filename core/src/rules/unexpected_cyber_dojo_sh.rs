//! An exercise that lists `cyber-dojo.sh`, which would replace the one of every language it is mixed with.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::kind::Kind;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "unexpected-cyber-dojo-sh",
    summary: "an exercise lists cyber-dojo.sh",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unexpected_cyber_dojo_sh.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    if context.kind() != Kind::Exercises {
        return;
    }
    for file in context.visible_files().iter().filter(|file| file.text == "cyber-dojo.sh") {
        sink.push(|| {
            Diagnostic::new(&RULE, context.text.place(file.node.span), "an exercise lists `cyber-dojo.sh`")
                .pointer(file.pointer())
                .hint("remove it: the script comes from the languages start-point that the exercise is mixed with")
        });
    }
}
