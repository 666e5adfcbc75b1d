//! What can be wrong with a pattern, and where.

use crate::span::Span;
use std::fmt;
use std::ops::Range;

/// Why Ruby refuses a pattern, and which part of it is to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegexError {
    /// The fault.
    pub kind: RegexErrorKind,
    /// The byte range in the pattern that shows the fault.
    pub span: Span,
}

impl RegexError {
    pub(super) fn new(kind: RegexErrorKind, span: Span) -> Self {
        Self { kind, span }
    }
}

/// A fault in the text that the grammar sees, which is not yet the pattern.
pub(super) struct Fault {
    pub(super) kind: RegexErrorKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Fault {
    pub(super) fn new(kind: RegexErrorKind, place: Range<usize>) -> Self {
        Self { kind, start: place.start, end: place.end }
    }
}

/// The faults for which Ruby refuses a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegexErrorKind {
    /// The pattern ends in the middle of an escape.
    EscapeAtEnd,
    /// `\x` is followed by no hexadecimal digit.
    HexEscape,
    /// A `\c`, `\C-` or `\M-` escape is malformed.
    ControlEscape,
    /// An octal escape stands for no byte.
    OctalEscape,
    /// Escaped bytes above 127 spell no UTF-8 character.
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
    /// `(?` is followed by nothing that Ruby knows.
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
        /// The deepest nesting that Ruby takes.
        limit: usize,
    },
    /// There are too many capturing groups.
    TooManyGroups {
        /// The most capturing groups that Ruby takes.
        limit: u32,
    },
    /// A quantifier stands where there is nothing to repeat.
    NothingToRepeat,
    /// A repeat count is too big.
    RepeatTooBig {
        /// The biggest count that Ruby takes.
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
    /// No group bears this name at this place.
    UndefinedName {
        /// The name.
        name: String,
    },
    /// There is no group of this number.
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
    /// A group calls itself on every way through.
    EndlessRecursion,
    /// A look-behind holds something that Ruby allows in none.
    LookBehindContent,
    /// A look-behind does not know how far to look back.
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
    /// `[:…:]` holds no POSIX class.
    UnknownPosixClass {
        /// What was written, brackets and colons included.
        name: String,
    },
    /// `\p{…}` holds no property.
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
            Self::ControlEscape => "control or meta escape is malformed",
            Self::OctalEscape => "octal escape is above `\\377`",
            Self::EscapedBytes => "escaped bytes spell no UTF-8 character",
            Self::UnicodeEscape => "`\\u` needs four hexadecimal digits or a list in braces",
            Self::UnicodeRange => "code point is no Unicode character",
            Self::UnclosedGroup => "group is never closed",
            Self::GroupHeadAtEnd => "pattern ends in the head of a group",
            Self::UnclosedComment => "comment is never closed",
            Self::UnopenedGroup => "parenthesis closes no group",
            Self::UnknownGroupKind => "group is of no kind that Ruby knows",
            Self::ConditionSyntax => "condition is neither a group number nor a quoted name",
            Self::ConditionBranches { count } => {
                return write!(f, "condition has `{count}` branches, at most `2` are allowed");
            }
            Self::TooDeep { limit } => {
                return write!(f, "groups and classes are nested more than `{limit}` deep");
            }
            Self::TooManyGroups { limit } => {
                return write!(f, "there are more than `{limit}` capturing groups");
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
                return write!(f, "`{name}` is no valid group name here");
            }
            Self::NumberTooBig => "number is too big",
            Self::UndefinedName { name } => {
                return write!(f, "there is no group named `{name}` to refer to");
            }
            Self::UndefinedGroup { number } => {
                return write!(f, "there is no group `{number}`");
            }
            Self::AmbiguousCall { name } => {
                return write!(f, "call of `{name}` is ambiguous, several groups bear the name");
            }
            Self::NumberAmongNames => "groups cannot be referred to by number once one has a name",
            Self::EndlessRecursion => "group calls itself without end",
            Self::LookBehindContent => "not allowed in a look-behind",
            Self::LookBehindWidth => "look-behind needs a part of fixed width here",
            Self::UnclosedClass => "character class is never closed",
            Self::EmptyClass => "character class is empty",
            Self::ReversedRange { from, to } => {
                let (from, to) = (from.escape_debug(), to.escape_debug());
                return write!(f, "character range is reversed: `{from}` comes after `{to}`");
            }
            Self::RangeToSet => "character range ends at a set of characters",
            Self::RangeFromSet => "character range starts at a set of characters",
            Self::UnknownPosixClass { name } => return write!(f, "`{name}` is no POSIX class"),
            Self::UnknownProperty { name } => return write!(f, "`{name}` is no character property"),
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
