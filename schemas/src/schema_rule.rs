//! The rules that schemas name in `x-rule`. Generated from their texts by `cargo xtask generate`.

/// A rule that a schema names in `x-rule`, in the order of the ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaRule {
    /// `empty-value`
    EmptyValue,
    /// `missing-key`
    MissingKey,
    /// `out-of-range`
    OutOfRange,
    /// `unexpected-image-name`
    UnexpectedImageName,
    /// `unknown-key`
    UnknownKey,
    /// `unpaired-language`
    UnpairedLanguage,
    /// `wrong-count`
    WrongCount,
    /// `wrong-type`
    WrongType,
}

impl SchemaRule {
    /// Every rule that a schema names.
    pub const ALL: [Self; 8] = [Self::EmptyValue, Self::MissingKey, Self::OutOfRange, Self::UnexpectedImageName, Self::UnknownKey, Self::UnpairedLanguage, Self::WrongCount, Self::WrongType];

    /// The id of the rule.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::EmptyValue => "empty-value",
            Self::MissingKey => "missing-key",
            Self::OutOfRange => "out-of-range",
            Self::UnexpectedImageName => "unexpected-image-name",
            Self::UnknownKey => "unknown-key",
            Self::UnpairedLanguage => "unpaired-language",
            Self::WrongCount => "wrong-count",
            Self::WrongType => "wrong-type",
        }
    }
}
