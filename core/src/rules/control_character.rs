//! A control character in a display name: a line break or a tab that a list of names cannot show.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "control-character",
    summary: "a display name contains a control character",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("control_character.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(name) = context.string("display_name") else { return };
    if name.text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return;
    }
    // A NUL has a rule of its own, which is an error.
    let Some((at, c)) = name.text.char_indices().find(|(_, c)| c.is_control() && *c != '\0') else { return };
    sink.push(|| {
        let span = context.text.document.span_in_string(name.node.span, at..at + c.len_utf8());
        Diagnostic::new(
            &RULE,
            context.text.place(span),
            format!("`display_name` contains the control character `{}`", c.escape_default()),
        )
        .pointer(name.pointer())
        .hint("replace it with a space, or remove it")
        .data("code_point", u32::from(c))
    });
}
