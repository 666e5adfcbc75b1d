//! A value of another JSON type than its key takes; `null` and `false` do not leave a key out.

use std::sync::Arc;

use super::context::{JsonText, RuleContext, SchemaViolation, Sink};
use super::out_of_range;
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::escape::escaped;
use crate::json::{Node, Pointer, Value};
use crate::rule::{Rule, Severity, page};
use crate::schema::{SchemaFaultKind, is_at_fault};

pub(crate) static RULE: Rule = Rule {
    id: "wrong-type",
    summary: "a value has the wrong JSON type",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("wrong_type.md"),
};

pub(crate) fn diagnose(violation: SchemaViolation<'_>) -> Diagnostic {
    let SchemaViolation { text, pointer, kind, .. } = violation;
    let expected = match kind {
        SchemaFaultKind::Type { expected } => {
            expected.iter().map(|of| with_article(of.as_str())).collect::<Vec<_>>().join(" or ")
        }
        _ => "another value".to_owned(),
    };
    let node = text.document.find(&pointer);
    let found = node.map_or("nothing", Node::type_name);
    let message = format!("{} is {}, expected {expected}", pointer.in_words(), with_article(found));
    let diagnostic = Diagnostic::new(&RULE, text.value_place(&pointer), message)
        .data("expected", expected.as_str())
        .data("found", found);
    let diagnostic = match node.and_then(|node| fix_for(text, node, &expected)) {
        Some((hint, Some(fix))) => diagnostic.hint(hint).fix(fix),
        Some((hint, None)) => diagnostic.hint(hint),
        None => diagnostic,
    };
    diagnostic.pointer(pointer)
}

/// A quoted integer loses its quotes, a bare number gains them; the rest gets advice.
fn fix_for(text: JsonText<'_>, node: &Node<'_>, expected: &str) -> Option<(String, Option<Fix>)> {
    let written = text.document.slice(node.span);
    let (hint, title, fixed) = match (&node.value, expected) {
        (_, "an object") => return Some(("write an object: `{ … }`".to_owned(), None)),
        (Value::Null | Value::Bool(false), _) => {
            return Some(("give it a value, or remove it if it is optional".to_owned(), None));
        }
        (Value::String(_), "an array") => return Some((format!("write `[{}]`", escaped(written)), None)),
        (Value::String(string), "an integer") => {
            let number = string.parse::<u32>().ok()?.to_string();
            (format!("write `{number}` without quotes"), "remove the quotes", number)
        }
        (Value::Number(_), "a string") => {
            (format!("write `\"{}\"`", escaped(written)), "add the quotes", format!("\"{written}\""))
        }
        _ => return None,
    };
    let edit = Edit { path: Arc::clone(text.path), span: node.span, text: fixed };
    Some((hint, Some(Fix { title: title.to_owned(), safe: true, edits: vec![edit] })))
}

/// JSON Schema takes `4.0` for an integer; Ruby, and so the deployed checker, does not.
pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let (text, shape) = (context.text, context.shape());
    for (key, least, greatest) in out_of_range::RANGES {
        let Some(node) = text.get(key) else { continue };
        let Some(spelling) = node.as_number() else { continue };
        if node.is_integer() || is_at_fault(text.document, shape, key) {
            continue;
        }
        let pointer = Pointer::root().key(key);
        sink.push(|| {
            let diagnostic = Diagnostic::new(
                &RULE,
                text.place(node.span),
                format!("`{key}` is `{}`, expected an integer", escaped(spelling)),
            );
            let number = node.whole_number().filter(|number| (least..=greatest).contains(number));
            let diagnostic = match number {
                Some(number) => {
                    let edit =
                        Edit { path: Arc::clone(text.path), span: node.span, text: number.to_string() };
                    let title = format!("write `{number}`");
                    diagnostic.hint(title.clone()).fix(Fix { title, safe: true, edits: vec![edit] })
                }
                _ => diagnostic.hint("write a whole number, without `.` or exponent"),
            };
            diagnostic.pointer(pointer).data("expected", "an integer").data("found", "number")
        });
    }
}

fn with_article(name: &str) -> String {
    match name {
        "null" | "nothing" => name.to_owned(),
        "object" | "array" | "integer" => format!("an {name}"),
        _ => format!("a {name}"),
    }
}
