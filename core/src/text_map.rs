//! Things by text, such as files by path. One map for every type, which keeps the browser's module small.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// Things by text; what is put in under a text replaces what was there.
#[derive(Debug, Clone)]
pub struct TextMap<T> {
    indexes: BTreeMap<Arc<str>, usize>,
    things: Vec<T>,
}

impl<T> Default for TextMap<T> {
    fn default() -> Self {
        Self { indexes: BTreeMap::new(), things: Vec::new() }
    }
}

impl<T> TextMap<T> {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is under a text.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<&T> {
        self.things.get(*self.indexes.get(text)?)
    }

    /// What is under a text, made first where there is nothing.
    pub fn get_or_insert_with(&mut self, text: &Arc<str>, make: impl FnOnce() -> T) -> &mut T {
        let index = self.indexes.get(text).copied().unwrap_or_else(|| self.add(text, make()));
        &mut self.things[index]
    }

    /// Puts a thing under a text.
    pub fn insert(&mut self, text: impl Into<Arc<str>>, thing: T) {
        let text = text.into();
        match self.indexes.get(&text) {
            Some(index) => self.things[*index] = thing,
            None => {
                self.add(&text, thing);
            }
        }
    }

    fn add(&mut self, text: &Arc<str>, thing: T) -> usize {
        self.indexes.insert(Arc::clone(text), self.things.len());
        self.things.push(thing);
        self.things.len() - 1
    }

    /// The texts with what is under them, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &T)> {
        self.indexes.iter().filter_map(|(text, index)| Some((text, self.things.get(*index)?)))
    }

    /// The texts that begin with this one, with what is under them, sorted.
    pub fn beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a Arc<str>, &'a T)> {
        let from = self.indexes.range::<str, _>((Bound::Included(start), Bound::Unbounded));
        let begin = from.take_while(move |(text, _)| text.starts_with(start));
        begin.filter_map(|(text, index)| Some((text, self.things.get(*index)?)))
    }
}

impl<T> TextMap<T> {
    /// Adds what is in another map.
    pub fn append(&mut self, other: Self) {
        let mut things: Vec<Option<T>> = other.things.into_iter().map(Some).collect();
        for (text, index) in other.indexes {
            if let Some(thing) = things.get_mut(index).and_then(Option::take) {
                self.insert(text, thing);
            }
        }
    }
}

impl<T> Extend<(String, T)> for TextMap<T> {
    fn extend<I: IntoIterator<Item = (String, T)>>(&mut self, things: I) {
        things.into_iter().for_each(|(text, thing)| self.insert(text, thing));
    }
}

impl<T> FromIterator<(String, T)> for TextMap<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(things: I) -> Self {
        let mut map = Self::new();
        map.extend(things);
        map
    }
}

impl<T: PartialEq> PartialEq for TextMap<T> {
    /// Whatever the order in which things were put in.
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for TextMap<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_thing_put_in_counts_and_the_order_of_putting_in_does_not() {
        let map = |things: &[(&str, u8)]| {
            let mut map = TextMap::new();
            things.iter().for_each(|(text, thing)| map.insert(*text, *thing));
            map
        };
        let one = map(&[("b", 1), ("a", 2), ("b", 3)]);
        assert_eq!((one.get("a"), one.get("b"), one.get("c")), (Some(&2), Some(&3), None));
        assert_eq!(
            one.iter().map(|(text, thing)| (&**text, *thing)).collect::<Vec<_>>(),
            [("a", 2), ("b", 3)]
        );
        assert_eq!(one.beginning_with("b").count() + one.beginning_with("c").count(), 1);
        assert_eq!(one, map(&[("a", 2), ("b", 3)]));
        assert_ne!(one, map(&[("a", 2), ("b", 1)]));
    }
}
