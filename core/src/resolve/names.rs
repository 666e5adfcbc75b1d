//! The names under which a catalogue offers its start-points.

use crate::json::Node;
use crate::order::{order, repeats};

/// What a start-point's name is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameParts {
    /// `display_name`.
    pub display_name: String,
    /// The name in `language`, its version dropped.
    pub language: Option<String>,
    /// The name in `test_framework`, its version dropped.
    pub test_framework: Option<String>,
}

/// Two start-points of one catalogue have the same display name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("display name `{display_name}` is used twice")]
pub struct CatalogueNamesError {
    /// The name.
    pub display_name: String,
    /// The indexes of the two, in catalogue order.
    pub indexes: (usize, usize),
}

/// The names of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogueNames {
    names: Vec<String>,
    display_names: Vec<String>,
    /// Indexes in the order of the names, and of the display names.
    by_name: Vec<usize>,
    by_display_name: Vec<usize>,
}

impl NameParts {
    /// The name parts of a manifest, resolved or not.
    #[must_use]
    pub fn from_manifest(manifest: &Node<'_>) -> Self {
        let first = |key| {
            let pair = manifest.get(key)?.as_array()?;
            Some(pair.first()?.as_str()?.to_owned())
        };
        Self {
            display_name: manifest.get("display_name").and_then(Node::as_str).unwrap_or_default().to_owned(),
            language: first("language"),
            test_framework: first("test_framework"),
        }
    }
}

impl CatalogueNames {
    /// The name of each start-point, in catalogue order.
    #[must_use]
    pub fn in_order(&self) -> &[String] {
        &self.names
    }

    /// The names as a service lists them: sorted by their bytes.
    pub fn sorted(&self) -> impl Iterator<Item = &str> {
        self.by_name.iter().map(|index| self.names[*index].as_str())
    }

    /// The index of the start-point that is meant: by its name first, by its display name otherwise.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        let find = |names: &[String], sorted: &[usize]| {
            sorted.binary_search_by(|index| names[*index].as_str().cmp(name)).ok().map(|found| sorted[found])
        };
        find(&self.names, &self.by_name).or_else(|| find(&self.display_names, &self.by_display_name))
    }
}

/// The names of a catalogue's start-points.
///
/// Where every start-point has a language and a test framework, and all `LANGUAGE, TEST FRAMEWORK` differ, those
/// are the names; otherwise the display names are.
///
/// # Errors
/// Where two display names are equal.
pub fn catalogue_names(start_points: &[NameParts]) -> Result<CatalogueNames, CatalogueNamesError> {
    let display_names: Vec<String> = start_points.iter().map(|named| named.display_name.clone()).collect();
    if let Some((first, again)) = repeated(&display_names) {
        return Err(CatalogueNamesError {
            display_name: display_names[again].clone(),
            indexes: (first, again),
        });
    }
    let paired: Option<Vec<String>> = start_points
        .iter()
        .map(|named| Some(format!("{}, {}", named.language.as_ref()?, named.test_framework.as_ref()?)))
        .collect();
    let names = paired.filter(|names| repeated(names).is_none()).unwrap_or_else(|| display_names.clone());
    let (by_name, by_display_name) = (alphabetical(&names), alphabetical(&display_names));
    Ok(CatalogueNames { names, display_names, by_name, by_display_name })
}

fn repeated(names: &[String]) -> Option<(usize, usize)> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    repeats(&names).first().copied()
}

fn alphabetical(names: &[String]) -> Vec<usize> {
    order(names.len(), &|one, other| names[one].cmp(&names[other]))
}
