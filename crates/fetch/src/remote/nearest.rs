//! The tags that a missing one was most likely meant to be.

use start_points::version;

/// How many are named.
const MOST: usize = 3;

/// How many tags are looked at, and how long they may be.
const LOOKED_AT: usize = 10_000;
const MAX_LENGTH: usize = 64;

/// The tags nearest to `name`, best first: least to change, then the newest.
pub(crate) fn nearest<'a>(name: &str, tags: impl Iterator<Item = &'a str>) -> Vec<String> {
    if name.len() > MAX_LENGTH {
        return Vec::new();
    }
    let mut ranked: Vec<(usize, &str)> = tags
        .filter(|tag| tag.len() <= MAX_LENGTH)
        .take(LOOKED_AT)
        .map(|tag| (strsim::damerau_levenshtein(plain(name), plain(tag)), tag))
        .filter(|(changes, tag)| *changes <= plain(tag).len().max(plain(name).len()) / 2)
        .collect();
    ranked.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| version::compare(y, x)));
    ranked.into_iter().take(MOST).map(|(_, tag)| tag.to_owned()).collect()
}

/// A version without the `v` that some write before it.
fn plain(tag: &str) -> &str {
    tag.strip_prefix(['v', 'V']).unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn names_what_takes_least_to_change() {
        let tags = ["3.7.4", "3.7.4-18", "v3.7.5", "2.0", "nightly"];
        assert_eq!(nearest("3.7.5", tags.into_iter()), ["v3.7.5", "3.7.4", "3.7.4-18"]);
        assert_eq!(nearest("3.7.4-19", tags.into_iter())[0], "3.7.4-18");
        assert!(nearest("something-else", tags.into_iter()).is_empty());
    }

    #[test]
    fn of_equals_the_newest_comes_first() {
        let tags = ["3.7.4-8", "3.7.4-9", "3.7.4-7"];
        assert_eq!(nearest("3.7.4-5", tags.into_iter()), ["3.7.4-9", "3.7.4-8", "3.7.4-7"]);
    }
}
