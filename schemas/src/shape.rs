//! A schema as data: what the engine walks a manifest with.

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
    Type(&'static [Type], &'static str),
    /// An object has these keys.
    Required(&'static [&'static str], &'static str),
    /// An object that has the first key has the second too.
    DependentRequired(&'static [(&'static str, &'static str)], &'static str),
    /// A string has at least as many characters.
    MinLength(u64, &'static str),
    /// An array has at least as many entries.
    MinItems(u64, &'static str),
    /// An array has at most as many entries.
    MaxItems(u64, &'static str),
    /// An object has at least as many members.
    MinProperties(u64, &'static str),
    /// A number is at least this one.
    Minimum(i64, &'static str),
    /// A number is at most this one.
    Maximum(i64, &'static str),
    /// Nothing may stand here: `"not": {}`.
    Not(&'static str),
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
    None(&'static str),
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
