//! A tree written out again: keys in order, numbers as they were spelled.

use std::fmt;

use super::node::{Node, Value};
use super::quoted;

/// Compact JSON, as Ruby's `JSON.generate` writes it; `{:#}` indents by two spaces.
impl fmt::Display for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indent = if f.alternate() { Some(0) } else { None };
        write_node(f, self, indent)
    }
}

fn write_node(f: &mut fmt::Formatter<'_>, node: &Node<'_>, indent: Option<usize>) -> fmt::Result {
    match &node.value {
        Value::Null => f.write_str("null"),
        Value::Bool(value) => write!(f, "{value}"),
        Value::Number(spelling) => f.write_str(spelling),
        Value::String(text) => write_string(f, text),
        Value::Array(entries) => {
            write_list(f, ('[', ']'), entries, indent, |f, entry, indent| write_node(f, entry, indent))
        }
        Value::Object(members) => write_list(f, ('{', '}'), members, indent, |f, member, indent| {
            write_string(f, &member.key)?;
            f.write_str(if indent.is_some() { ": " } else { ":" })?;
            write_node(f, &member.node, indent)
        }),
    }
}

fn write_list<T>(
    f: &mut fmt::Formatter<'_>,
    (open, close): (char, char),
    items: &[T],
    indent: Option<usize>,
    mut write_item: impl FnMut(&mut fmt::Formatter<'_>, &T, Option<usize>) -> fmt::Result,
) -> fmt::Result {
    write!(f, "{open}")?;
    let inner = indent.map(|depth| depth + 2);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(",")?;
        }
        if let Some(depth) = inner {
            write!(f, "\n{:depth$}", "")?;
        }
        write_item(f, item, inner)?;
    }
    if let Some(depth) = indent.filter(|_| !items.is_empty()) {
        write!(f, "\n{:depth$}", "")?;
    }
    write!(f, "{close}")
}

fn write_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(&quoted(text))
}

#[cfg(test)]
mod tests {
    use crate::json::Document;

    #[test]
    fn writes_what_it_read() {
        let text = r#"{"b":[1.50,-0,1e9,"a\"\n\u0001é"],"a":{},"c":[],"d":null,"e":true}"#;
        let document = Document::parse(text.as_bytes()).expect("JSON");
        assert_eq!(document.root().to_string(), text);
        let pretty = format!("{:#}", document.root());
        assert_eq!(Document::parse(pretty.as_bytes()).expect("JSON").root().to_string(), text);
        assert!(pretty.starts_with("{\n  \"b\": [\n    1.50,"), "{pretty}");
    }
}
