#![doc = include_str!("../README.md")]
#![warn(clippy::disallowed_types, clippy::disallowed_methods)]
#![cfg_attr(not(test), warn(clippy::string_slice))]

mod builder;
mod class;
mod cursor;
mod error;
mod look_behind;
mod parser;
mod pattern;
mod properties;
mod recursion;
mod source;
mod token;
mod tree;

pub use error::{RegexError, RegexErrorKind};

use error::Fault;
use source::Source;

/// Checks that `Regexp.new(pattern)` compiles in Ruby 3.1.
///
/// A pattern that cannot be judged within the bounds on depth and work is accepted.
///
/// # Errors
///
/// The first fault, and where it is in the pattern.
pub fn check(pattern: &str) -> Result<(), RegexError> {
    let source = Source::read(pattern)?;
    check_text(&source).map_err(|fault| source.locate(fault))
}

fn check_text(source: &Source) -> Result<(), Fault> {
    let pattern = parser::parse(source)?;
    let called = pattern::resolve(&pattern, &source.text)?;
    let recursion = recursion::find_recursion(&pattern, &called);
    recursion::reject_infinite_recursion(&pattern, &called, &recursion)?;
    look_behind::check(&pattern, &called, &recursion)
}

#[cfg(test)]
mod tests {
    use super::RegexErrorKind as Kind;
    use super::*;

    /// The fault of a pattern, and the part of it that the fault points at.
    fn fault(pattern: &str) -> (Kind, &str) {
        let error = check(pattern).unwrap_err();
        (error.kind, &pattern[error.span])
    }

    #[test]
    fn verdicts_are_rubys() {
        let answers = include_str!("../tests/verdicts.tsv");
        assert!(answers.lines().count() > 300);
        for line in answers.lines() {
            let (pattern, accepted) = line.split_once('\t').unwrap();
            let pattern: String = serde_json::from_str(pattern).unwrap();
            assert_eq!(check(&pattern).is_ok(), accepted == "true", "{pattern}");
        }
    }

    #[test]
    fn groups_must_be_closed_and_known() {
        assert_eq!(fault("a(b(c)"), (Kind::UnclosedGroup, "("));
        assert_eq!(check("a(b(c)").unwrap_err().span.start, 1);
        assert_eq!(fault("ab)c"), (Kind::UnopenedGroup, ")"));
        assert_eq!(fault("a(?z:b)"), (Kind::UnknownGroupKind, "(?z"));
        assert_eq!(fault("a(?"), (Kind::GroupHeadAtEnd, "(?"));
        assert_eq!(fault("a(?#b"), (Kind::UnclosedComment, "("));
        assert_eq!(fault("(?(a)b)"), (Kind::ConditionSyntax, "("));
        assert_eq!(fault("(a)(?(1)b|c|d)"), (Kind::ConditionBranches { count: 3 }, "(?(1)b|c|d)"));
    }

    #[test]
    fn quantifiers_need_a_target_and_bounds() {
        assert_eq!(fault("a|*?b"), (Kind::NothingToRepeat, "*?"));
        assert_eq!(fault("a{4,2}"), (Kind::RepeatReversed { low: 4, high: 2 }, "{4,2}"));
        assert_eq!(fault("a{2,100001}"), (Kind::RepeatTooBig { limit: 100_000 }, "100001"));
    }

    #[test]
    fn classes_must_be_closed_and_in_order() {
        assert_eq!(fault("a[bc"), (Kind::UnclosedClass, "["));
        assert_eq!(fault("a[]"), (Kind::EmptyClass, "[]"));
        assert_eq!(fault("[az-\\u0061]"), (Kind::ReversedRange { from: 'z', to: 'a' }, "z-\\u0061"));
        assert_eq!(fault("[a-\\d]"), (Kind::RangeToSet, "a-\\d"));
        assert_eq!(fault("[\\d-z]"), (Kind::RangeFromSet, "\\d-"));
        let name = "[:nope:]".to_owned();
        assert_eq!(fault("[a[:nope:]]"), (Kind::UnknownPosixClass { name }, "[:nope:]"));
    }

    #[test]
    fn escapes_must_be_whole() {
        assert_eq!(fault("a\\"), (Kind::EscapeAtEnd, "\\"));
        assert_eq!(fault("a\\xg"), (Kind::HexEscape, "\\x"));
        assert_eq!(fault("a\\c"), (Kind::ControlEscape, "\\c"));
        assert_eq!(fault("a\\400"), (Kind::OctalEscape, "\\400"));
        assert_eq!(fault("é\\xE9b"), (Kind::EscapedBytes, "\\xE9"));
        assert_eq!(fault("a\\u12g"), (Kind::UnicodeEscape, "\\u12"));
        assert_eq!(fault("a\\u{41 110000}"), (Kind::UnicodeRange, "110000"));
        let name = "Nope".to_owned();
        assert_eq!(fault("a\\p{Nope}"), (Kind::UnknownProperty { name }, "Nope"));
        assert_eq!(fault("a\\p{Nope"), (Kind::UnclosedProperty, "\\p{Nope"));
    }

    #[test]
    fn references_need_a_group() {
        let name = || "n".to_owned();
        assert_eq!(fault("(?<>a)"), (Kind::EmptyGroupName, ">"));
        assert_eq!(fault("(?<1>a)"), (Kind::InvalidGroupName { name: "1".to_owned() }, "1"));
        assert_eq!(fault("\\k<n>"), (Kind::UndefinedName { name: name() }, "n"));
        assert_eq!(fault("\\g<n>"), (Kind::UndefinedName { name: name() }, "n"));
        assert_eq!(fault("(a)\\2"), (Kind::UndefinedGroup { number: 2 }, "\\2"));
        assert_eq!(fault("\\k<-1>"), (Kind::UndefinedGroup { number: -1 }, "-1"));
        assert_eq!(fault("\\k<99999999999>"), (Kind::NumberTooBig, "99999999999"));
        assert_eq!(fault("(?<n>a)\\1"), (Kind::NumberAmongNames, "\\1"));
        assert_eq!(fault("(?<n>a)(?<n>b)\\g<n>"), (Kind::AmbiguousCall { name: name() }, "n"));
    }

    #[test]
    fn recursion_must_end() {
        assert_eq!(fault("a(?<n>b\\g<n>)"), (Kind::InfiniteRecursion, "(?<n>b\\g<n>)"));
        assert_eq!(check("a(?<n>b\\g<n>?)"), Ok(()));
    }

    #[test]
    fn look_behind_faults_point_at_the_part() {
        assert_eq!(fault("(?<=ab*)c"), (Kind::LookBehindWidth, "b*"));
        assert_eq!(fault("(?<=x(?:a|bc))"), (Kind::LookBehindWidth, "(?:a|bc)"));
        assert_eq!(fault("(?<!a(b))c"), (Kind::LookBehindContent, "(b)"));
        assert_eq!(check("(?<=a|bc)"), Ok(()));
    }

    #[test]
    fn hostile_nesting_is_bounded() {
        assert_eq!(check(&("(".repeat(4095) + &")".repeat(4095))), Ok(()));
        assert_eq!(fault(&"(".repeat(1_000_000)).0, Kind::TooDeep { limit: 4096 });
        assert_eq!(fault(&"[".repeat(1_000_000)).0, Kind::TooDeep { limit: 4096 });
        assert_eq!(fault(&"()".repeat(32_768)).0, Kind::TooManyGroups { limit: 32_767 });
        assert_eq!(check(&("a".to_owned() + &"{2}".repeat(100_000))), Ok(()));
    }

    #[test]
    fn messages_name_the_fault() {
        let message = |pattern| check(pattern).unwrap_err().to_string();
        assert_eq!(message("(a"), "group is never closed");
        assert_eq!(message("\\xg"), "`\\x` needs one or two hexadecimal digits");
        assert_eq!(message("\\u12"), "`\\u` needs four hexadecimal digits or a list in braces");
        assert_eq!(message("(?<=a*)"), "look-behind needs a fixed width here");
        assert_eq!(message("[[:nope:]]"), "unknown POSIX class `[:nope:]`");
        assert_eq!(message("[z-a]"), "character range is reversed: `z` comes after `a`");
    }
}
