//! A schema as data: what the engine walks a manifest with.

use crate::schema_rule::SchemaRule;

/// The keywords of a schema, or of a part of it, that can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape(pub &'static [Keyword]);

/// A keyword that can fail, with the rule that its `x-rule` names; or one that leads to what is below.
///
/// The meanings are those of JSON Schema 2020-12. Only the keywords that the schemas use are here, and the
/// generator rejects a schema with another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// The value is of one of these types.
    Type(&'static [Type], SchemaRule),
    /// An object has these keys.
    Required(&'static [&'static str], SchemaRule),
    /// An object that has the first key has the second too.
    DependentRequired(&'static [(&'static str, &'static str)], SchemaRule),
    /// A string has at least as many characters.
    MinLength(u64, SchemaRule),
    /// An array has at least as many entries.
    MinItems(u64, SchemaRule),
    /// An array has at most as many entries.
    MaxItems(u64, SchemaRule),
    /// An object has at least as many members.
    MinProperties(u64, SchemaRule),
    /// A number is at least this one.
    Minimum(i64, SchemaRule),
    /// A number is at most this one.
    Maximum(i64, SchemaRule),
    /// Nothing may stand here: `"not": {}`.
    Not(SchemaRule),
    /// `properties`, at most 32 of them, by key; and `additionalProperties`.
    Members(&'static [(&'static str, Shape)], Others),
    /// The shapes of an array's first entries.
    PrefixItems(&'static [Shape]),
    /// The shape of every entry of an array.
    Items(&'static Shape),
}

/// What an object's members may be that `properties` does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// Anything.
    Any,
    /// There may be none.
    None(SchemaRule),
    /// They have this shape.
    Shape(&'static Shape),
}

/// A JSON type, as `type` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `array`
    Array,
    /// `integer`: a number without a fraction, however it is written.
    Integer,
    /// `object`
    Object,
    /// `string`
    String,
}

impl Type {
    /// The word for it in a schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Array => "array",
            Self::Integer => "integer",
            Self::Object => "object",
            Self::String => "string",
        }
    }
}
