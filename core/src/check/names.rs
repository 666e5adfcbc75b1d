//! The display names of start-points that are offered together, compared.

use crate::diagnostic::{Diagnostic, Location};
use crate::order::{order, sorted};
use crate::rules::{duplicate_display_name, similar_display_name};

/// A start-point in a catalogue: its display name and where that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The display name.
    pub display_name: String,
    /// Where the manifest says it.
    pub place: Location,
}

/// The faults of start-points taken together, unordered: display names that are equal, or that only a close
/// look tells apart.
///
/// The order of `listed` is the order of the catalogue: the first place of a name is the one that keeps it.
#[must_use]
pub fn check_catalogue(listed: &[Listed]) -> Vec<Diagnostic> {
    faults_of_names(listed).into_iter().map(|(_, fault)| fault).collect()
}

/// The same, each with the index of the start-point that it is at.
pub(super) fn faults_of_names(listed: &[Listed]) -> Vec<(usize, Diagnostic)> {
    let folded: Vec<String> =
        listed.iter().map(|start_point| similar_display_name::fold(&start_point.display_name)).collect();
    let by_fold = order(listed.len(), &|one, other| folded[one].cmp(&folded[other]));
    let mut found = Vec::new();
    for group in by_fold.chunk_by(|one, other| folded[*one] == folded[*other]) {
        let [first, _, ..] = group else { continue };
        let first = &listed[*first];
        let name = |index: usize| &listed[index].display_name;
        let same = sorted(group.to_vec(), |one, other| name(*one).cmp(name(*other)));
        for same in same.chunk_by(|one, other| name(*one) == name(*other)) {
            let [earliest, ..] = *same else { continue };
            let latest = same.last().map_or(earliest, |last| *last);
            let places: Vec<&Location> = same.iter().map(|index| &listed[*index].place).collect();
            let name = name(earliest);
            if places.len() > 1 {
                found.push((latest, duplicate_display_name::diagnose(name, &places)));
            }
            if *name != first.display_name {
                found.push((
                    earliest,
                    similar_display_name::diagnose(name, &places, &first.display_name, &first.place),
                ));
            }
        }
    }
    found
}
