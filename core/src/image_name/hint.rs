//! Advice that goes with each refusal of an image name.

use super::error::ImageNameErrorKind;

/// What to do about `kind`.
pub(super) fn hint(kind: &ImageNameErrorKind) -> Option<String> {
    use ImageNameErrorKind as K;
    let advice = match kind {
        K::Empty | K::EmptyPath => "write `[host[:port]/]path[:tag][@digest]`",
        K::TooLong { .. } | K::NotAscii(_) | K::ControlCharacter(_) => return None,
        K::SeveralLines | K::Whitespace => "drop all whitespace, at both ends too",
        K::EmptyHost => "write the host before the `:`",
        K::BadPort => "write digits between the `:` and the `/`, or drop the `:`",
        K::HostBracket => "write the host by name: not every tool reads an IPv6 address here",
        K::EmptyHostPart | K::HostHyphen | K::HostCharacter(_) => {
            "a first part with a `.` or a `:` is a host: letters, digits, inner `-` and single `.`"
        }
        K::EmptyPathPart => "keep one `/` between two parts, and none at the ends",
        K::UpperCase { lower: Some(lower), .. } => return Some(format!("write it in lower case: `{lower}`")),
        K::UpperCase { lower: None, .. } => "write the path in lower case",
        K::SeparatorFirst(_) | K::SeparatorLast(_) => {
            "each part of a path begins and ends with a lower case letter or a digit"
        }
        K::Separators(_) => "join two words by one `.`, by `_` or `__`, or by any number of `-`",
        K::PathCharacter(_) => "a path has lower case letters, digits, `.`, `_`, `-` and `/`",
        K::EmptyTag => "write a tag after the `:`, or drop the `:`",
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
