//! The order of versions that are written as tags: `3.7.4-18` < `3.7.4-19` < `3.7.5-1`.

use std::cmp::Ordering;

/// Compares two versions.
///
/// Runs of digits are numbers of any size. A version that goes on with a number is later (`3.7.4` before
/// `3.7.4-18`), one that goes on with a letter is an earlier one on its way (`1.0-rc1` before `1.0`). What is
/// equal so far is ordered as text, so that only equal texts are equal.
#[must_use]
pub fn compare(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (parts(left), parts(right));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return left.cmp(right),
            (None, Some(more)) => more.against_the_end().reverse(),
            (Some(more), None) => more.against_the_end(),
            (Some(x), Some(y)) => x.against(y),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Whether a tag is a version: it begins with a digit, or a `v` and a digit.
#[must_use]
pub fn is_version(tag: &str) -> bool {
    plain(tag).starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a version is one on its way, such as `1.0-rc1` or `2.0b3`.
#[must_use]
pub fn is_preliminary(tag: &str) -> bool {
    parts(tag).any(|part| matches!(part, Part::Word(_)))
}

/// The versions among `tags` that are later than `tag`, oldest first; preliminary ones only where it is one.
#[must_use]
pub fn newer<'a>(tag: &str, tags: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    if !is_version(tag) {
        return Vec::new();
    }
    let mut found: Vec<&str> = tags
        .into_iter()
        .filter(|other| is_version(other) && (is_preliminary(tag) || !is_preliminary(other)))
        .filter(|other| compare(other, tag) == Ordering::Greater)
        .collect();
    found.sort_by(|a, b| compare(a, b));
    found
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
    fn newer_versions_leave_words_and_preliminary_ones_out() {
        let tags = ["nightly", "3.7.5-1", "3.7.4-19", "3.7.4-18", "4.0-rc1", "v3.7.4-18"];
        assert_eq!(newer("3.7.4-18", tags), ["v3.7.4-18", "3.7.4-19", "3.7.5-1"]);
        assert_eq!(newer("4.0-beta", tags), ["4.0-rc1"]);
        assert!(newer("nightly", tags).is_empty());
    }

    proptest! {
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
