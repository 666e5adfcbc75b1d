//! Checking many start-points of one kind that are offered together.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Place};
use crate::rules::{duplicate_display_name, similar_display_name};

pub use crate::rules::no_manifest::no_manifest;

/// A start-point in a catalogue: its display name and where that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The display name.
    pub display_name: String,
    /// Where the manifest says it.
    pub place: Place,
}

/// The faults of start-points taken together, unordered: display names that are equal, or that only a close
/// look tells apart.
///
/// The order of `listed` is the order of the catalogue: the first place of a name is the one that keeps it.
#[must_use]
pub fn check_catalogue(listed: &[Listed]) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<String, Vec<&Listed>> = BTreeMap::new();
    for start_point in listed {
        groups.entry(similar_display_name::fold(&start_point.display_name)).or_default().push(start_point);
    }
    let mut found = Vec::new();
    for group in groups.values().filter(|group| group.len() > 1) {
        let mut names: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
        for start_point in group {
            names.entry(&start_point.display_name).or_default().push(&start_point.place);
        }
        for (name, places) in &names {
            if places.len() > 1 {
                found.push(duplicate_display_name::diagnose(name, places));
            }
        }
        let Some(first) = group.first() else { continue };
        let others = names.iter().filter(|(name, _)| **name != first.display_name);
        found.extend(others.map(|(name, places)| similar_display_name::diagnose(name, places, first)));
    }
    found
}
