//! A key that no manifest of this kind has; most often a mistyped one.

use std::sync::Arc;

use super::context::{JsonText, SchemaViolation};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::escape::escaped;
use crate::json::{Node, Pointer, PointerPart};
use crate::keys::{EXERCISES_KEYS, KEYS};
use crate::kind::Kind;
use crate::nearest::nearest;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "unknown-key",
    summary: "a key is unknown",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unknown_key.md"),
};

pub(crate) fn diagnose(violation: SchemaViolation<'_>) -> Diagnostic {
    let (kind, SchemaViolation { text, pointer, .. }) = (violation.start_point_kind(), violation);
    let key = pointer.last().unwrap_or_default().into_owned();
    let top = pointer.tokens().count() == 1;
    let known: &[&str] = match kind {
        _ if !top => &["content"],
        None => &["image_name"],
        Some(Kind::Exercises) => EXERCISES_KEYS,
        Some(Kind::Languages | Kind::Custom) => KEYS,
    };
    let diagnostic =
        Diagnostic::new(&RULE, text.key_place(&pointer), format!("unknown key `{}`", escaped(&key)));
    let diagnostic = if kind == Some(Kind::Exercises) && KEYS.contains(&key.as_str()) {
        diagnostic
            .hint("an exercise takes it from the languages start-point that it is mixed with: remove it")
    } else {
        match nearest(&key, known.iter().copied()) {
            Some(near) => renamed(diagnostic, text, &pointer, near),
            None => diagnostic.hint(format!("known keys: {}", known.join(", "))),
        }
    };
    diagnostic.data("key", key).pointer(pointer)
}

/// How many keys of an object may be meant for `key`; renaming two of them would make a duplicate.
///
/// A manifest has a dozen keys: of an object with many more nobody renames one by a guess.
pub(super) fn meant(object: &Node<'_>, key: &str) -> usize {
    let members = object.members();
    if members.len() > 64 {
        return usize::MAX;
    }
    let is_meant = |other: &str| {
        other != key && !KEYS.contains(&other) && nearest(other, KEYS.iter().copied()) == Some(key)
    };
    members.iter().filter(|member| is_meant(&member.key)).count()
}

fn renamed(diagnostic: Diagnostic, text: JsonText<'_>, pointer: &Pointer, near: &str) -> Diagnostic {
    let diagnostic = diagnostic.hint(format!("did you mean `{near}`?")).data("nearest", near);
    let parent = pointer.parent().unwrap_or_default();
    let Some(object) = text.document.find(&parent) else { return diagnostic };
    if text.document.find(&parent.key(near)).is_some() || meant(object, near) != 1 {
        return diagnostic;
    }
    let edit = Edit {
        path: Arc::clone(text.path),
        span: text.document.locate(pointer, PointerPart::Key),
        text: format!("\"{near}\""),
    };
    diagnostic.fix(Fix { title: format!("rename it to `{near}`"), safe: false, edits: vec![edit] })
}
