//! A languages start-point without `cyber-dojo.sh`, the script that runs the tests.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::json::{Node, Pointer};
use crate::kind::Kind;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "missing-cyber-dojo-sh",
    summary: "a languages start-point does not show cyber-dojo.sh",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("missing_cyber_dojo_sh.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    if context.kind() != Kind::Languages {
        return;
    }
    let listed = context.text.get("visible_filenames").and_then(Node::as_array);
    if listed.is_none_or(<[_]>::is_empty) {
        return;
    }
    if context.visible_files().iter().all(|file| file.text != "cyber-dojo.sh") {
        sink.push(|| {
            let pointer = Pointer::root().key("visible_filenames");
            Diagnostic::new(
                &RULE,
                context.text.key_place(&pointer),
                "`visible_filenames` does not list `cyber-dojo.sh`",
            )
            .pointer(pointer)
            .hint("add `\"cyber-dojo.sh\"`, the script that runs the tests")
        });
    }
}
