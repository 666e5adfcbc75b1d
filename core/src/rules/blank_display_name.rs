//! A display name of nothing but white space: a learner sees an empty line.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "blank-display-name",
    summary: "a display name is blank",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("blank_display_name.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(name) = context.string("display_name") else { return };
    if name.text.trim().is_empty() {
        sink.push(|| {
            Diagnostic::new(&RULE, context.text.place(name.node.span), "`display_name` is blank")
                .pointer(name.pointer())
                .hint("write the name that a learner picks")
        });
    }
}
