//! The order of versions that are written as tags: `3.7.4-18` < `3.7.4-19` < `3.7.5-1`.
//!
//! By hand because tags are not semver (<https://semver.org/#spec-item-11>): `3.7.4-18` comes after `3.7.4`.

use std::cmp::Ordering;

/// Compares two versions.
///
/// Runs of digits are numbers of any size. A version that goes on with a number is later (`3.7.4` before
/// `3.7.4-18`), one that goes on with a letter is an earlier one on its way (`1.0-rc1` before `1.0`). What is
/// equal so far is ordered as text, so that only equal texts are equal.
#[must_use]
pub fn compare(left: &str, right: &str) -> Ordering {
    by_parts(left, right).then_with(|| left.cmp(right))
}

fn by_parts(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (parts(left), parts(right));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(more)) => more.against_the_end().reverse(),
            (Some(more), None) => more.against_the_end(),
            (Some(x), Some(y)) => x.against(y),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The tags among `tags` that a user of `tag` would take instead, oldest first.
///
/// A later tag is of the same flavour, as in bots that update dependencies: the parts before and after the
/// version are the same, and so is the number of parts, and what joins them. So `11-jdk` is later than `8-jdk`, and
/// `17-jre` is not; `1.1` is later than `1.0`, and `1.1.0` and `20200101` are not. In `3.7.4-18` the build is a part. A
/// `v` before the version does not count. Dates are compared with dates alone. A preliminary version counts only where
/// `tag` is one.
///
/// Sources: <https://docs.renovatebot.com/modules/versioning/docker/>,
/// <https://github.com/dependabot/dependabot-core/blob/main/docker/lib/dependabot/docker/tag.rb>.
#[must_use]
pub fn newer<'a>(tag: &str, tags: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let Some(current) = Version::read(tag) else { return Vec::new() };
    let mut found: Vec<(Version<'_>, &str)> = tags
        .into_iter()
        .filter_map(|other| Some((Version::read(other)?, other)))
        .filter(|(other, _)| other.is_alternative_to(&current) && other.order(&current) == Ordering::Greater)
        .collect();
    // Of two spellings of one version, the one with a `v` as the current one has it is last.
    let spelling = |version: &Version<'_>| version.has_v == current.has_v;
    found.sort_by(|(a, x), (b, y)| {
        a.order(b).then_with(|| spelling(a).cmp(&spelling(b))).then_with(|| x.cmp(y))
    });
    found.into_iter().map(|(_, tag)| tag).collect()
}

/// Whether a tag is a version, so that others can be later.
#[must_use]
pub fn is_version(tag: &str) -> bool {
    Version::read(tag).is_some()
}

/// Words that say that a version is on its way, in lower case.
const PRELIMINARY: [&str; 17] = [
    "a",
    "alpha",
    "b",
    "beta",
    "c",
    "canary",
    "dev",
    "ea",
    "m",
    "milestone",
    "next",
    "nightly",
    "pre",
    "preview",
    "rc",
    "snapshot",
    "unstable",
];

/// A tag that is a version: `release-v3.14.0-18rc1-alpine3.20` has all that one can have.
struct Version<'a> {
    /// `release-`
    prefix: &'a str,
    has_v: bool,
    /// `3.14.0-18`
    numbers: &'a str,
    /// `rc1`
    preliminary: Option<&'a str>,
    /// `-alpine3.20`
    suffix: &'a str,
}

impl<'a> Version<'a> {
    fn read(tag: &'a str) -> Option<Self> {
        let (before, rest) = tag.split_at_checked(tag.find(|c: char| c.is_ascii_digit())?)?;
        let (prefix, has_v) =
            before.strip_suffix(['v', 'V']).map_or((before, false), |prefix| (prefix, true));
        if !prefix.is_empty() && !prefix.ends_with(['-', '_', '/']) {
            return None;
        }
        let (numbers, rest) = rest.split_at_checked(numbers_end(rest))?;
        let (preliminary, suffix) = split_preliminary(rest);
        Some(Self { prefix, has_v, numbers, preliminary, suffix })
    }

    fn is_alternative_to(&self, current: &Self) -> bool {
        self.prefix == current.prefix
            && self.suffix == current.suffix
            && (self.preliminary.is_none() || current.preliminary.is_some())
            && joints(self.numbers).eq(joints(current.numbers))
            && date_digits(self.numbers) == date_digits(current.numbers)
    }

    /// Of two that are alternatives; equal where they are two spellings of one version.
    fn order(&self, other: &Self) -> Ordering {
        by_parts(self.numbers, other.numbers).then_with(|| match (self.preliminary, other.preliminary) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => by_parts(a, b),
        })
    }
}

/// How long the run of numbers at the beginning is, each joined to the next by one `.`, `-`, `_` or `+`.
fn numbers_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while is_digit(end) || bytes.get(end).is_some_and(|byte| b".-_+".contains(byte)) && is_digit(end + 1) {
        end += 1;
    }
    end
}

/// `rc1-alpine` from what follows the numbers: `-rc.1-alpine`.
fn split_preliminary(rest: &str) -> (Option<&str>, &str) {
    let text = rest.strip_prefix(['.', '-', '_', '~', '+']).unwrap_or(rest);
    let word_end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let Some((word, after)) = text.split_at_checked(word_end) else { return (None, rest) };
    if !PRELIMINARY.iter().any(|one| one.eq_ignore_ascii_case(word)) {
        return (None, rest);
    }
    let joint = usize::from(after.starts_with(['.', '-', '_']));
    let digits = after.get(joint..).map_or(0, numbers_end);
    let end = word_end + if digits > 0 { joint + digits } else { 0 };
    text.split_at_checked(end).map_or((None, rest), |(preliminary, suffix)| (Some(preliminary), suffix))
}

fn joints(numbers: &str) -> impl Iterator<Item = u8> {
    numbers.bytes().filter(|byte| !byte.is_ascii_digit())
}

/// How many digits the year, month or day at the beginning has; 0 where it is not a date.
fn date_digits(numbers: &str) -> usize {
    let first = numbers.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let at = |from: usize| first.get(from..from + 2).unwrap_or("01");
    let is_date =
        matches!(at(0), "19" | "20") && ("01"..="12").contains(&at(4)) && ("01"..="31").contains(&at(6));
    let is_long = matches!(first.len(), 4 | 6 | 8 | 10 | 12 | 14);
    if is_date && is_long { first.len() } else { 0 }
}

#[derive(Clone, Copy)]
enum Part<'a> {
    /// Digits without leading zeros.
    Number(&'a str),
    Word(&'a str),
}

impl Part<'_> {
    fn against(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            (Self::Word(a), Self::Word(b)) => a.cmp(b),
            (Self::Number(_), Self::Word(_)) => Ordering::Greater,
            (Self::Word(_), Self::Number(_)) => Ordering::Less,
        }
    }

    fn against_the_end(self) -> Ordering {
        match self {
            Self::Number(_) => Ordering::Greater,
            Self::Word(_) => Ordering::Less,
        }
    }
}

fn plain(tag: &str) -> &str {
    tag.strip_prefix(['v', 'V']).unwrap_or(tag)
}

fn parts(tag: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = plain(tag);
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let first = rest.chars().next()?;
        let same = |c: char| c.is_alphanumeric() && c.is_ascii_digit() == first.is_ascii_digit();
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len());
        let (part, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(if first.is_ascii_digit() {
            Part::Number(part.trim_start_matches('0'))
        } else {
            Part::Word(part)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_are_in_the_order_in_which_they_were_made() {
        let ordered = [
            "0.9",
            "1.0-alpha",
            "1.0-rc1",
            "1.0-rc2",
            "1.0",
            "1.0.1",
            "3.7.4",
            "3.7.4-18",
            "3.7.4-19",
            "3.7.4-100",
            "3.7.5-1",
            "v3.8",
            "3.10",
            "20240101",
            "99999999999999999999999",
        ];
        for (index, left) in ordered.iter().enumerate() {
            for right in &ordered[index + 1..] {
                assert_eq!(compare(left, right), Ordering::Less, "{left} {right}");
            }
        }
    }

    #[test]
    fn a_later_tag_has_the_same_flavour() {
        const TAGS: [&str; 44] = [
            "nightly",
            "latest",
            "jdk",
            "4edf92a",
            "8",
            "11",
            "8-jdk",
            "11-jdk",
            "17-jre",
            "21-jdk-slim",
            "1.0",
            "1.1",
            "1.10",
            "v1.2",
            "1.0.0",
            "1.0-alpine",
            "1.1-alpine",
            "1.1-alpine3.20",
            "1.2-alpine3.20",
            "20200101",
            "20210101",
            "2020-01-01",
            "2021-12-31",
            "2020.01",
            "2020.10",
            "202001",
            "3.7.4",
            "3.7.5",
            "3.7.4-18",
            "3.7.4-19",
            "3.7.4-100",
            "3.7.5-1",
            "v3.7.6-1",
            "4.0.0-1-rc1",
            "4.0-rc1",
            "4.0-rc.2",
            "4.0b3",
            "4.0.0",
            "release-1.2",
            "release-v1.10",
            "go/1.30",
            "jdk-17",
            "99999999999999999999999.0",
            "18-ea-jdk",
        ];
        for (tag, expected) in [
            ("8-jdk", vec!["11-jdk"]),
            ("1.0-alpine", vec!["1.1-alpine"]),
            ("1.1-alpine3.20", vec!["1.2-alpine3.20"]),
            ("1.1", vec!["v1.2", "1.10", "99999999999999999999999.0"]),
            ("v1.1", vec!["v1.2", "1.10", "99999999999999999999999.0"]),
            ("8", vec!["11"]),
            ("20200101", vec!["20210101"]),
            ("2020-01-01", vec!["2021-12-31"]),
            ("2020.01", vec!["2020.10"]),
            ("201912", vec!["202001"]),
            ("3.7.4-18", vec!["3.7.4-19", "3.7.4-100", "3.7.5-1", "v3.7.6-1"]),
            ("3.7.4", vec!["3.7.5", "4.0.0"]),
            ("4.0-beta", vec!["4.0-rc1", "4.0-rc.2", "99999999999999999999999.0"]),
            ("17-ea-jdk", vec!["18-ea-jdk"]),
            ("17-jdk", vec![]),
            ("release-1.2", vec!["release-v1.10"]),
            ("go/1.30", vec![]),
            ("jdk-11", vec!["jdk-17"]),
            ("nightly", vec![]),
            ("latest", vec![]),
            ("alpine3.18", vec![]),
            ("1a2b3c4", vec![]),
        ] {
            let newer = newer(tag, TAGS);
            // Of preliminary tags those of the same number of parts, and the finished ones.
            assert_eq!(newer, expected, "{tag}");
        }
        assert_eq!(newer("1.0", ["v1.1", "1.1"]), ["v1.1", "1.1"]);
        assert_eq!(newer("v1.0", ["v1.1", "1.1"]), ["1.1", "v1.1"]);
        assert!(newer("1.1", ["v1.1", "1.01"]).is_empty());
        assert_eq!(newer("4.0-rc1", ["4.0", "4.0-rc1", "4.0-alpha9"]), ["4.0"]);
    }

    proptest! {
        #[test]
        fn later_tags_are_later_and_never_go_back(
            a in "(release-|v)?[0-3](\\.[0-3]){0,2}(-[0-3])?(-?rc[0-3])?(-jdk|-jre)?",
            b in "(release-|v)?[0-3](\\.[0-3]){0,2}(-[0-3])?(-?rc[0-3])?(-jdk|-jre)?",
            c in "[v0-9a-c._/-]{0,8}",
        ) {
            let later = |of: &str, other: &str| !newer(of, [other]).is_empty();
            prop_assert!(!(later(&a, &b) && later(&b, &a)));
            prop_assert!(!later(&a, &a) && !later(&c, &c));
            if later(&a, &b) {
                let shape = |tag: &str| tag.chars().filter(|c| *c == '.').count();
                prop_assert_eq!(shape(&a), shape(&b));
                prop_assert_eq!(a.contains("jdk"), b.contains("jdk"));
                prop_assert_eq!(a.contains("jre"), b.contains("jre"));
                prop_assert_eq!(a.contains("release"), b.contains("release"));
                prop_assert!(a.contains("rc") || !b.contains("rc"));
            }
        }

        #[test]
        fn the_order_is_total(a in "[v0-9a-c.-]{0,8}", b in "[v0-9a-c.-]{0,8}", c in "[v0-9a-c.-]{0,8}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            if compare(&a, &b) != Ordering::Greater && compare(&b, &c) != Ordering::Greater {
                prop_assert_ne!(compare(&a, &c), Ordering::Greater);
            }
        }
    }
}
