//! Sorting by index, and finding equal texts: one sort for every type, which keeps the browser's module small.

use std::cmp::Ordering;

/// Up to this many texts are searched one by one.
pub(crate) const FEW: usize = 32;

/// The indexes of `count` things in the order of a comparison; equal ones stay as they stand.
pub(crate) fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut indexes: Vec<usize> = (0..count).collect();
    // Half the code of the stable sort, and as stable.
    indexes.sort_unstable_by(|one, other| compare(*one, *other).then(one.cmp(other)));
    indexes
}

/// Things in the order of a comparison; equal ones stay as they stand.
pub(crate) fn sorted<T>(things: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    // Most come in order, and moving them costs more than looking.
    if things.is_sorted_by(|one, other| compare(one, other).is_le()) {
        return things;
    }
    let order = order(things.len(), &|one, other| compare(&things[one], &things[other]));
    let mut things: Vec<Option<T>> = things.into_iter().map(Some).collect();
    order.into_iter().filter_map(|index| things[index].take()).collect()
}

/// A set of texts.
pub(crate) struct Texts<'a>(Vec<&'a str>);

impl<'a> Texts<'a> {
    pub(crate) fn new(texts: impl Iterator<Item = &'a str>) -> Self {
        let texts: Vec<&str> = texts.collect();
        Self(if texts.len() <= FEW { texts } else { sorted(texts, |one, other| one.cmp(other)) })
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        if self.0.len() <= FEW { self.0.contains(&text) } else { self.0.binary_search(&text).is_ok() }
    }
}

/// Every text that is equal to an earlier one: the index of the first of them, and its own, in order of the latter.
pub(crate) fn repeats(texts: &[&str]) -> Vec<(usize, usize)> {
    if texts.len() <= FEW {
        return few_repeats(texts.iter().copied()).collect();
    }
    let mut found = Vec::new();
    let order = order(texts.len(), &|one, other| texts[one].cmp(texts[other]));
    for same in order.chunk_by(|one, other| texts[*one] == texts[*other]) {
        if let Some((first, later)) = same.split_first() {
            found.extend(later.iter().map(|again| (*first, *again)));
        }
    }
    sorted(found, |one, other| one.1.cmp(&other.1))
}

/// The same for at most [`FEW`] texts, without allocating.
pub(crate) fn few_repeats<'a>(
    texts: impl Iterator<Item = &'a str> + Clone,
) -> impl Iterator<Item = (usize, usize)> {
    let mut seen: u64 = 0;
    texts.clone().enumerate().filter_map(move |(again, text)| {
        let bit = 1 << mark(text);
        let may_repeat = seen & bit != 0;
        seen |= bit;
        let first = || texts.clone().take(again).position(|earlier| earlier == text);
        may_repeat.then(first).flatten().map(|first| (first, again))
    })
}

/// A number below 64 that equal texts share.
fn mark(text: &str) -> u8 {
    let bytes = text.as_bytes();
    let end = |byte: Option<&u8>| byte.copied().unwrap_or_default();
    let mixed = end(bytes.first()).wrapping_mul(7) ^ end(bytes.last()).wrapping_mul(13);
    (mixed ^ bytes.len().to_le_bytes()[0]) & 63
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_found_among_few_and_among_many() {
        let few = ["a", "b", "a", "c", "b", "a"];
        assert_eq!(repeats(&few), [(0, 2), (1, 4), (0, 5)]);
        let names: Vec<String> = (0..100).map(|index| format!("{}", index % 97)).collect();
        let many: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(repeats(&many), [(0, 97), (1, 98), (2, 99)]);
        assert_eq!(repeats(&many[..97]), []);
    }

    #[test]
    fn a_set_has_what_was_put_in() {
        let names: Vec<String> = (0..100).map(|index| index.to_string()).collect();
        for count in [0, 32, 33, 100] {
            let texts = Texts::new(names[..count].iter().map(String::as_str));
            assert_eq!(names.iter().filter(|name| texts.has(name)).count(), count);
        }
    }

    #[test]
    fn equal_things_stay_as_they_stand() {
        assert_eq!(
            sorted(vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')], |a, b| a.0.cmp(&b.0)),
            [(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]
        );
    }
}
