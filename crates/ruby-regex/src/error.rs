//! The faults of a pattern, and where they are.

use std::fmt;
use std::ops::Range;

/// Why Ruby rejects a pattern, and which part of it is at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegexError {
    /// The fault.
    pub kind: RegexErrorKind,
    /// The byte range in the pattern that shows the fault.
    pub span: Range<usize>,
}

impl RegexError {
    pub(crate) fn new(kind: RegexErrorKind, span: Range<usize>) -> Self {
        Self { kind, span }
    }
}

/// A fault in the text that the grammar sees, which is not yet the pattern.
pub(crate) struct Fault {
    pub(crate) kind: RegexErrorKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Fault {
    pub(crate) fn new(kind: RegexErrorKind, place: Range<usize>) -> Self {
        Self { kind, start: place.start, end: place.end }
    }
}

/// The faults for which Ruby rejects a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegexErrorKind {
    /// The pattern ends in the middle of an escape.
    EscapeAtEnd,
    /// `\x` without a hexadecimal digit behind it.
    HexEscape,
    /// A `\c`, `\C-` or `\M-` escape is malformed.
    ControlEscape,
    /// An octal escape above the largest byte.
    OctalEscape,
    /// Escaped bytes above 127 that are not a UTF-8 character.
    EscapedBytes,
    /// `\u` is followed neither by four digits nor by a list in braces.
    UnicodeEscape,
    /// A code point is a surrogate or above `10FFFF`.
    UnicodeRange,
    /// A group is never closed.
    UnclosedGroup,
    /// The pattern ends between `(?` and what kind of group it opens.
    GroupHeadAtEnd,
    /// A `(?#` comment is never closed.
    UnclosedComment,
    /// A closing parenthesis closes nothing.
    UnopenedGroup,
    /// `(?` before a character that starts no group in Ruby.
    UnknownGroupKind,
    /// The condition of a `(?(…)…)` is neither a number nor a quoted name.
    ConditionSyntax,
    /// A `(?(…)…)` has more than two branches.
    ConditionBranches {
        /// How many branches it has.
        count: usize,
    },
    /// Groups and classes are nested too deeply.
    TooDeep {
        /// The deepest nesting that Ruby accepts.
        limit: usize,
    },
    /// There are too many capturing groups.
    TooManyGroups {
        /// The most capturing groups that Ruby accepts.
        limit: u32,
    },
    /// A quantifier with nothing before it to repeat.
    NothingToRepeat,
    /// A repeat count is too big.
    RepeatTooBig {
        /// The largest count that Ruby accepts.
        limit: u32,
    },
    /// The lower repeat count is above the upper one.
    RepeatReversed {
        /// The lower count.
        low: u32,
        /// The upper count.
        high: u32,
    },
    /// A group name is empty.
    EmptyGroupName,
    /// A group name or number is malformed.
    InvalidGroupName {
        /// The name as it was written.
        name: String,
    },
    /// A group number or level is too big for Ruby to hold.
    NumberTooBig,
    /// No group has this name.
    UndefinedName {
        /// The name.
        name: String,
    },
    /// No group has this number.
    UndefinedGroup {
        /// The number as it was written, or what a relative one comes to.
        number: i64,
    },
    /// A call names several groups.
    AmbiguousCall {
        /// The name.
        name: String,
    },
    /// A group is referred to by number though others have names.
    NumberAmongNames,
    /// A group calls itself whichever way it is matched.
    InfiniteRecursion,
    /// A look-behind contains what Ruby allows in none.
    LookBehindContent,
    /// A part of a look-behind has no fixed width.
    LookBehindWidth,
    /// A character class is never closed.
    UnclosedClass,
    /// A character class is empty.
    EmptyClass,
    /// A character range ends before it starts.
    ReversedRange {
        /// The first character.
        from: char,
        /// The last character.
        to: char,
    },
    /// A range ends at a set such as `\d`.
    RangeToSet,
    /// A range starts at a set such as `\d`.
    RangeFromSet,
    /// `[:…:]` with an unknown name.
    UnknownPosixClass {
        /// What was written, brackets and colons included.
        name: String,
    },
    /// `\p{…}` with an unknown name.
    UnknownProperty {
        /// The name as it was written.
        name: String,
    },
    /// `\p{` is never closed.
    UnclosedProperty,
}

impl fmt::Display for RegexErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EscapeAtEnd => "pattern ends in the middle of an escape",
            Self::HexEscape => "`\\x` needs one or two hexadecimal digits",
            Self::ControlEscape => "malformed control or meta escape",
            Self::OctalEscape => "octal escape is above `\\377`",
            Self::EscapedBytes => "escaped bytes are not a UTF-8 character",
            Self::UnicodeEscape => "`\\u` needs four hexadecimal digits or a list in braces",
            Self::UnicodeRange => "code point is not a Unicode character",
            Self::UnclosedGroup => "group is never closed",
            Self::GroupHeadAtEnd => "pattern ends in the head of a group",
            Self::UnclosedComment => "comment is never closed",
            Self::UnopenedGroup => "unmatched closing parenthesis",
            Self::UnknownGroupKind => "unknown kind of group",
            Self::ConditionSyntax => "condition is neither a group number nor a quoted name",
            Self::ConditionBranches { count } => {
                return write!(f, "condition has {count} branches; at most 2 are allowed");
            }
            Self::TooDeep { limit } => {
                return write!(f, "groups and classes are nested more than `{limit}` deep");
            }
            Self::TooManyGroups { limit } => {
                return write!(f, "pattern has more than `{limit}` capturing groups");
            }
            Self::NothingToRepeat => "quantifier has nothing to repeat",
            Self::RepeatTooBig { limit } => {
                return write!(f, "repeat count is above `{limit}`");
            }
            Self::RepeatReversed { low, high } => {
                return write!(f, "repeat counts are reversed: `{low}` is above `{high}`");
            }
            Self::EmptyGroupName => "group name is empty",
            Self::InvalidGroupName { name } => {
                return write!(f, "`{name}` is not a valid group name here");
            }
            Self::NumberTooBig => "number is too big",
            Self::UndefinedName { name } => {
                return write!(f, "no group is named `{name}`");
            }
            Self::UndefinedGroup { number } => {
                return write!(f, "group `{number}` does not exist");
            }
            Self::AmbiguousCall { name } => {
                return write!(f, "call of `{name}` is ambiguous: several groups have this name");
            }
            Self::NumberAmongNames => "a pattern with named groups cannot refer to groups by number",
            Self::InfiniteRecursion => "group calls itself forever",
            Self::LookBehindContent => "not allowed in a look-behind",
            Self::LookBehindWidth => "look-behind needs a fixed width here",
            Self::UnclosedClass => "character class is never closed",
            Self::EmptyClass => "character class is empty",
            Self::ReversedRange { from, to } => {
                let (from, to) = (from.escape_debug(), to.escape_debug());
                return write!(f, "character range is reversed: `{from}` comes after `{to}`");
            }
            Self::RangeToSet => "character range ends at a set of characters",
            Self::RangeFromSet => "character range starts at a set of characters",
            Self::UnknownPosixClass { name } => return write!(f, "unknown POSIX class `{name}`"),
            Self::UnknownProperty { name } => return write!(f, "unknown character property `{name}`"),
            Self::UnclosedProperty => "property name is never closed",
        })
    }
}

impl fmt::Display for RegexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for RegexError {}
