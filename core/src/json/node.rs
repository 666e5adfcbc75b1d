//! The tree: values, members, and where each is in the text; as a `serde_json::Value`, and written out again.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Number};

use super::writer::quoted;
use crate::span::Span;

/// A value and its place; a string's span includes its quotes, a container's its brackets.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// The bytes of the value, without the white space around it.
    pub span: Span,
    /// The value itself.
    pub value: Value<'a>,
}

/// A JSON value as written: numbers keep their spelling, objects keep order and duplicates.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written; the spelling is valid JSON.
    Number(&'a str),
    /// A string, decoded; borrowed from the text where it holds no escape.
    String(Cow<'a, str>),
    /// The entries of an array, in order.
    Array(Vec<Node<'a>>),
    /// The members of an object, in order, duplicates included.
    Object(Vec<Member<'a>>),
}

/// One `"key": value` of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member<'a> {
    /// The key, decoded.
    pub key: Cow<'a, str>,
    /// The bytes of the key, its quotes included.
    pub key_span: Span,
    /// The value.
    pub node: Node<'a>,
}

impl Member<'_> {
    /// From the key's opening quote to the end of the value.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.key_span.start, self.node.span.end)
    }
}

impl<'a> Node<'a> {
    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of `true` or `false`.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The entries of an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::Array(entries) => Some(entries),
            _ => None,
        }
    }

    /// The members of an object, in order, duplicates included.
    #[must_use]
    pub fn as_object(&self) -> Option<&[Member<'a>]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The members of an object; none for any other value.
    #[must_use]
    pub fn members(&self) -> &[Member<'a>] {
        self.as_object().unwrap_or_default()
    }

    /// The member of an object with this key; of duplicates the last, as in Ruby and in [`to_value`](Self::to_value).
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member<'a>> {
        self.members().iter().rev().find(|member| member.key == key)
    }

    /// The value under this key of an object; of duplicates the last.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.member(key).map(|member| &member.node)
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// The spelling of a number.
    #[must_use]
    pub fn as_number(&self) -> Option<&'a str> {
        match self.value {
            Value::Number(spelling) => Some(spelling),
            _ => None,
        }
    }

    /// Whether this is a number written without `.`, `e` or `E`: what Ruby reads as an Integer.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.as_number().is_some_and(|number| !number.contains(['.', 'e', 'E']))
    }

    /// An integer that fits; `None` for `1.0` and for integers beyond 64 bits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.parse().ok()
    }

    /// A number without a fraction, however it is written: 40 for `4.0e1`. Beyond 64 bits the nearest that fits.
    #[must_use]
    pub fn whole_number(&self) -> Option<i64> {
        let (whole, has_fraction) = integer_part(self.as_number()?);
        (!has_fraction).then_some(whole)
    }

    /// What JSON calls it: `object`, `array`, `string`, `number`, `boolean` or `null`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }
    }
}

impl Node<'_> {
    /// The same value without places.
    ///
    /// Of duplicate keys the last wins, as in Ruby. Integers beyond 64 bits and `-0` become floats, as in
    /// serde_json; a number beyond the floats, such as `1e999`, becomes the largest float of its sign, so
    /// that it stays a number and out of any sensible range.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => serde_json::Value::Bool(*value),
            Value::Number(spelling) => serde_json::Value::Number(number(spelling)),
            Value::String(text) => serde_json::Value::String(text.as_ref().to_owned()),
            Value::Array(entries) => serde_json::Value::Array(entries.iter().map(Self::to_value).collect()),
            Value::Object(members) => {
                let mut map = Map::with_capacity(members.len());
                for member in members {
                    map.insert(member.key.as_ref().to_owned(), member.node.to_value());
                }
                serde_json::Value::Object(map)
            }
        }
    }
}

fn number(spelling: &str) -> Number {
    if spelling != "-0" {
        if let Ok(integer) = spelling.parse::<u64>() {
            return integer.into();
        }
        if let Ok(integer) = spelling.parse::<i64>() {
            return integer.into();
        }
    }
    let float = spelling.parse::<f64>().unwrap_or_default().clamp(f64::MIN, f64::MAX);
    Number::from_f64(float).unwrap_or_else(|| 0.into())
}

/// The integer part of a number's spelling, beyond 64 bits the nearest that fits, and whether a fraction follows.
pub(crate) fn integer_part(spelling: &str) -> (i64, bool) {
    let unsigned = spelling.strip_prefix('-').unwrap_or(spelling);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent = exponent.parse().unwrap_or(if exponent.starts_with('-') { i64::MIN } else { i64::MAX });
    let point = mantissa.find('.').unwrap_or(mantissa.len());
    // How many more digits belong to the integer part.
    let mut left = i64::try_from(point).unwrap_or(i64::MAX).saturating_add(exponent);
    let (mut whole, mut has_fraction) = (0_i64, false);
    for digit in mantissa.bytes().filter(u8::is_ascii_digit).map(|byte| i64::from(byte - b'0')) {
        if left > 0 {
            whole = whole.saturating_mul(10).saturating_add(digit);
        } else {
            has_fraction |= digit != 0;
        }
        left = left.saturating_sub(1);
    }
    while left > 0 && whole != 0 && whole != i64::MAX {
        whole = whole.saturating_mul(10);
        left -= 1;
    }
    (if spelling.starts_with('-') { -whole } else { whole }, has_fraction)
}

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
    use super::integer_part;
    use crate::json::Document;

    #[test]
    fn integer_parts_are_exact() {
        for (spelling, whole, has_fraction) in [
            ("0", 0, false),
            ("-0", 0, false),
            ("0.0", 0, false),
            ("8.0", 8, false),
            ("0.8e1", 8, false),
            ("80e-1", 8, false),
            ("-40.00", -40, false),
            ("1.50e1", 15, false),
            ("100e-2", 1, false),
            ("8.01", 8, true),
            ("7.99", 7, true),
            ("-4.5", -4, true),
            ("105e-2", 1, true),
            ("0.00001", 0, true),
            ("1e-99999999999999999999", 0, true),
            ("9223372036854775807", i64::MAX, false),
            ("9223372036854775808", i64::MAX, false),
            ("1e999", i64::MAX, false),
            ("-1E+99999999999999999999", -i64::MAX, false),
        ] {
            assert_eq!(integer_part(spelling), (whole, has_fraction), "{spelling}");
        }
    }

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
