//! The tree: values, members, and where each stands in the text.

use std::borrow::Cow;

use crate::span::Span;

/// A value and its place; a string's span includes its quotes, a container's its brackets.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// The bytes of the value, without the white space around it.
    pub span: Span,
    /// What stands there.
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
