//! What can be wrong with an image name, where, and what to do about it.

use thiserror::Error;

use crate::span::Span;

/// An image name that was rejected: the fault, and the bytes of the input at fault.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct ImageNameError {
    kind: ImageNameErrorKind,
    span: Span,
}

impl ImageNameError {
    pub(super) const fn new(kind: ImageNameErrorKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// The fault, as data.
    #[must_use]
    pub const fn kind(&self) -> &ImageNameErrorKind {
        &self.kind
    }

    /// The bytes of the input at fault.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// How to fix it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        hint(&self.kind)
    }
}

/// The ways in which an image name can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum ImageNameErrorKind {
    /// No bytes at all.
    #[error("the image name is empty")]
    Empty,
    /// More than [`ImageName::MAX_BYTES`](super::ImageName::MAX_BYTES).
    #[error("the image name is {bytes} bytes long without its tag, the limit is {limit}")]
    TooLong {
        /// How long its canonical spelling is, tag apart.
        bytes: usize,
        /// How long that may be.
        limit: usize,
    },
    /// A line break, even at the end.
    #[error("the image name has more than one line")]
    SeveralLines,
    /// A space, a tab and the like.
    #[error("the image name contains whitespace")]
    Whitespace,
    /// Any other control character.
    #[error("the image name contains the control character U+{:04X}", u32::from(*.0))]
    ControlCharacter(char),
    /// A character beyond ASCII.
    #[error("the image name contains `{0}`, which is not ASCII")]
    NotAscii(char),
    /// `:5000/x`
    #[error("the registry has no host before its port")]
    EmptyHost,
    /// `a..b/x`, `.com/x`
    #[error("the registry host has an empty part: a `.` at an end, or two in a row")]
    EmptyHostPart,
    /// A part between dots that begins or ends with `-`.
    #[error("the registry host has a part that begins or ends with `-`")]
    HostHyphen,
    /// `[::1]:5000/x`
    #[error("the registry host is an address in brackets")]
    HostBracket,
    /// A character that no host may have.
    #[error("the registry host contains `{0}`")]
    HostCharacter(char),
    /// A port that is empty or not a number.
    #[error("the registry port is not a number")]
    BadPort,
    /// Nothing between the registry and the tag, or nothing at all before a tag or digest.
    #[error("the image name has no path")]
    EmptyPath,
    /// A `/` at either end of the path, or two in a row.
    #[error("the path has an empty part: a `/` at an end, or two in a row")]
    EmptyPathPart,
    /// An upper case letter in the path.
    #[error("the path contains the upper case letter `{letter}`")]
    UpperCase {
        /// The first such letter.
        letter: char,
        /// The whole name with its path in lower case, where nothing else is wrong with it.
        lower: Option<String>,
    },
    /// A part of the path that begins with `.`, `_` or `-`.
    #[error("the path has a part that begins with `{0}`")]
    SeparatorFirst(char),
    /// A part of the path that ends with `.`, `_` or `-`.
    #[error("the path has a part that ends with `{0}`")]
    SeparatorLast(char),
    /// Separators in a row other than `__` and any number of `-`.
    #[error("the path has `{0}` between two words")]
    Separators(String),
    /// A character that no path may have.
    #[error("the path contains `{0}`")]
    PathCharacter(char),
    /// A `:` with no tag after it.
    #[error("the tag is empty")]
    EmptyTag,
    /// A tag that begins with `.` or `-`.
    #[error("the tag begins with `{0}`")]
    TagFirst(char),
    /// A character that no tag may have.
    #[error("the tag contains `{0}`")]
    TagCharacter(char),
    /// `a:b/c`: a second part after what would be the tag.
    #[error("the tag contains `/`")]
    TagSlash,
    /// A tag of more than 128 characters.
    #[error("the tag is {0} characters long, the limit is 128")]
    TagTooLong(usize),
    /// An `@` with no digest after it.
    #[error("the digest is empty")]
    EmptyDigest,
    /// A digest without a `:`.
    #[error("the digest has no `:` between its algorithm and its value")]
    DigestColon,
    /// Not letters and digits joined by single `-`, `_`, `+` or `.`, each group beginning with a letter.
    #[error("the digest's algorithm is malformed")]
    DigestAlgorithm,
    /// A character that is not a hex digit.
    #[error("the digest's value contains `{0}`, which is not a hex digit")]
    DigestCharacter(char),
    /// Fewer than 32 hex digits.
    #[error("the digest's value is {0} hex digits long, at least 32 are needed")]
    DigestTooShort(usize),
}

/// How to fix `kind`.
fn hint(kind: &ImageNameErrorKind) -> Option<String> {
    use ImageNameErrorKind as K;
    let advice = match kind {
        K::Empty | K::EmptyPath => "write `[host[:port]/]path[:tag][@digest]`",
        K::TooLong { .. } | K::NotAscii(_) | K::ControlCharacter(_) => return None,
        K::SeveralLines | K::Whitespace => "remove all whitespace",
        K::EmptyHost => "write the host before the `:`",
        K::BadPort => "write digits between the `:` and the `/`, or remove the `:`",
        K::HostBracket => "write the host by name: not every tool reads an IPv6 address here",
        K::EmptyHostPart | K::HostHyphen | K::HostCharacter(_) => {
            "a first part with a `.` or a `:` is a host: letters, digits, inner `-` and single `.`"
        }
        K::EmptyPathPart => "write one `/` between two parts, and none at the ends",
        K::UpperCase { lower: Some(lower), .. } => return Some(format!("write it in lower case: `{lower}`")),
        K::UpperCase { lower: None, .. } => "write the path in lower case",
        K::SeparatorFirst(_) | K::SeparatorLast(_) => {
            "each part of a path begins and ends with a lower case letter or a digit"
        }
        K::Separators(_) => "join two words by one `.`, by `_` or `__`, or by any number of `-`",
        K::PathCharacter(_) => "a path has lower case letters, digits, `.`, `_`, `-` and `/`",
        K::EmptyTag => "write a tag after the `:`, or remove the `:`",
        K::TagFirst(_) => "a tag begins with a letter, a digit or `_`",
        K::TagCharacter(_) => "a tag has letters, digits, `_`, `.` and `-`",
        K::TagSlash => {
            "the tag comes last; a `:` before a `/` is for the port of a registry, at the beginning"
        }
        K::TagTooLong(_) => "shorten it to 128 characters",
        K::EmptyDigest | K::DigestColon | K::DigestAlgorithm => "write `@sha256:` and 64 hex digits",
        K::DigestCharacter(_) | K::DigestTooShort(_) => "a `sha256` has 64 hex digits",
    };
    Some(advice.to_owned())
}
