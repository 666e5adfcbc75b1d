//! An entry that its array has already: a file named twice, an expression listed twice.

use std::sync::Arc;

use super::context::{RuleContext, Sink, StringEntry};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::escape::escaped;
use crate::json::Node;
use crate::order::repeats;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "duplicate-entry",
    summary: "an array has an entry twice",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("duplicate_entry.md"),
};

/// `progress_regexs` is not among them: a red and a green summary may look the same.
const KEYS: [&str; 4] =
    ["visible_filenames", "filename_extension", "hidden_filenames", "highlight_filenames"];

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for key in KEYS {
        if context.text.get(key).and_then(Node::as_array).is_none_or(|entries| entries.len() < 2) {
            continue;
        }
        let entries: Vec<StringEntry<'_>> = context.strings(key).collect();
        let texts: Vec<&str> = entries.iter().map(|entry| entry.text).collect();
        for (first, again) in repeats(&texts) {
            sink.push(|| diagnose(context, key, entries[first], entries[again]));
        }
    }
}

fn diagnose(
    context: &RuleContext<'_>,
    key: &str,
    first: StringEntry<'_>,
    again: StringEntry<'_>,
) -> Diagnostic {
    let text = context.text;
    let (index, earlier) = (again.index(), first.index());
    let message = format!("`{key}[{index}]` repeats `{key}[{earlier}]`: `{}`", escaped(again.text));
    let diagnostic = Diagnostic::new(&RULE, text.place(again.node.span), message)
        .pointer(again.pointer())
        .related(text.place(first.node.span), "first here")
        .hint("remove one of the two")
        .data("entry", again.text);
    let array = text.get(key);
    match array.and_then(|array| text.document.member_removal(array, index)) {
        Some(span) => diagnostic.fix(Fix {
            title: "remove the second one".to_owned(),
            safe: true,
            edits: vec![Edit { path: Arc::clone(text.path), span, text: String::new() }],
        }),
        None => diagnostic,
    }
}
