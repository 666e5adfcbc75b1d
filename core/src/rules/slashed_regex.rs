//! A progress expression between slashes: they are matched, so it matches nothing.

use std::sync::Arc;

use super::context::{RuleContext, Sink};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::escape::escaped;
use crate::json::quoted;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "slashed-regex",
    summary: "a progress expression is between slashes",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("slashed_regex.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for entry in context.strings("progress_regexs") {
        let Some(inner) = unslashed(entry.text) else { continue };
        sink.push(|| {
            let message =
                format!("`{}` is between slashes, which are matched literally", escaped(entry.text));
            let edit =
                Edit { path: Arc::clone(context.text.path), span: entry.node.span, text: quoted(&inner) };
            Diagnostic::new(&RULE, context.text.place(entry.node.span), message)
                .pointer(entry.pointer())
                .hint(format!("write `{}`", escaped(&inner)))
                .fix(Fix { title: "remove the slashes".to_owned(), safe: false, edits: vec![edit] })
                .data("regex", entry.text)
        });
    }
}

/// What stands between `/` and `/`; the options of a Ruby literal after it become `(?i)` and the like.
fn unslashed(text: &str) -> Option<String> {
    let (inner, options) = text.strip_prefix('/')?.rsplit_once('/')?;
    if inner.is_empty() || !options.bytes().all(|option| b"imxo".contains(&option)) {
        return None;
    }
    // `o` is about Ruby's own `#{…}`, which a manifest has not.
    let options = options.replace('o', "");
    Some(if options.is_empty() { inner.to_owned() } else { format!("(?{options}){inner}") })
}
