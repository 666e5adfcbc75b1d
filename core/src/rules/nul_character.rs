//! A NUL character, which ends a string in C: no file, name or image can hold one.

use super::context::{JsonText, Sink};
use crate::diagnostic::Diagnostic;
use crate::json::{Node, Pointer, Value};
use crate::rule::{Rule, Severity, page};
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: "nul-character",
    summary: "a string contains a NUL character",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("nul_character.md"),
};

/// What the pointers of all NULs may need together, in bytes: one long key can stand around many of them.
const POINTER_BUDGET: usize = 8 << 20;

pub(crate) fn check_json(text: JsonText<'_>, sink: &mut Sink) {
    // Every string that holds one is written with this escape, so most texts need no walk.
    let mut escapes = text.document.text().split('\\').skip(1);
    if text.document.has_escapes() && escapes.any(|escape| escape.starts_with("u0000")) {
        Walk { text, pointer: Pointer::root(), spent: 0, sink }.visit(text.document.root());
    }
}

struct Walk<'a> {
    text: JsonText<'a>,
    pointer: Pointer,
    spent: usize,
    sink: &'a mut Sink,
}

impl Walk<'_> {
    /// Recurses no deeper than the parser did.
    fn visit(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::String(string) => self.look(string, node.span),
            Value::Array(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    self.pointer.push_index(index);
                    self.visit(entry);
                    self.pointer.pop();
                }
            }
            Value::Object(members) => {
                for member in members {
                    self.pointer.push_key(&member.key);
                    self.look(&member.key, member.key_span);
                    self.visit(&member.node);
                    self.pointer.pop();
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn look(&mut self, string: &str, span: Span) {
        let Some(at) = string.find('\0') else { return };
        let first = self.spent == 0;
        self.spent += self.pointer.as_str().len();
        if self.spent > POINTER_BUDGET && !first {
            return;
        }
        let (text, pointer) = (self.text, &self.pointer);
        self.sink.push(|| {
            let place = text.place(text.document.span_in_string(span, at..at + 1));
            Diagnostic::new(&RULE, place, format!("{} contains a NUL character", pointer.in_words()))
                .pointer(pointer.clone())
                .hint("remove the `\\u0000`")
        });
    }
}
