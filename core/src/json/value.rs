//! The tree as a `serde_json::Value`, for what speaks that.

use serde_json::{Map, Number};

use super::node::{Node, Value};

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
