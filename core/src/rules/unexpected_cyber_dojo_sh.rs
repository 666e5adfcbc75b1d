//! An exercise that lists `cyber-dojo.sh`, which would replace the one of every language it is mixed with.

use crate::check::{Sink, Subject};
use crate::diagnostic::Diagnostic;
use crate::kind::Kind;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "unexpected-cyber-dojo-sh",
    summary: "an exercise brings its own cyber-dojo.sh",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unexpected_cyber_dojo_sh.md"),
};

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    if subject.kind() != Kind::Exercises {
        return;
    }
    for file in subject.visible_files().iter().filter(|file| file.text == "cyber-dojo.sh") {
        sink.push(|| {
            Diagnostic::new(&RULE, subject.text.place(file.node.span), "an exercise lists `cyber-dojo.sh`")
                .pointer(file.pointer())
                .hint("remove it: the script comes from the languages start-point that the exercise is mixed with")
        });
    }
}
