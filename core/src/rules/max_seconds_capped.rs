//! A `max_seconds` over 15: the runner stops every run after 15 seconds.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::json::Pointer;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "max-seconds-capped",
    summary: "max_seconds is more than the runner allows",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("max_seconds_capped.md"),
};

/// How long the runner lets any test run, in seconds.
const RUNNER_SECONDS: i64 = 15;

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(node) = context.text.get("max_seconds") else { return };
    let Some(seconds) = node.as_i64().filter(|seconds| (RUNNER_SECONDS + 1..=20).contains(seconds)) else {
        return;
    };
    sink.push(|| {
        let message = format!("`max_seconds` is `{seconds}`, but the runner stops after {RUNNER_SECONDS}");
        Diagnostic::new(&RULE, context.text.place(node.span), message)
            .pointer(Pointer::root().key("max_seconds"))
            .hint(format!("write {RUNNER_SECONDS} or less"))
            .data("found", seconds)
            .data("maximum", RUNNER_SECONDS)
    });
}
