//! The names under which a catalogue offers its start-points.

use std::collections::BTreeMap;

use super::manifest::Resolved;
use crate::json::Node;

/// What a start-point's name is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
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
pub struct NamesError {
    /// The name.
    pub display_name: String,
    /// The indexes of the two, in catalogue order.
    pub indexes: (usize, usize),
}

/// The names of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    names: Vec<String>,
    by_name: BTreeMap<String, usize>,
    by_display_name: BTreeMap<String, usize>,
}

impl Named {
    /// The name parts of a manifest, resolved or not.
    #[must_use]
    pub fn of(manifest: &Node<'_>) -> Self {
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

impl From<&Resolved<'_>> for Named {
    fn from(resolved: &Resolved<'_>) -> Self {
        Self::of(resolved.node())
    }
}

impl Names {
    /// The name of each start-point, in catalogue order.
    #[must_use]
    pub fn in_order(&self) -> &[String] {
        &self.names
    }

    /// The names as a service lists them: sorted by their bytes.
    pub fn sorted(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// The index of the start-point that is meant: by its name first, by its display name otherwise.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).or_else(|| self.by_display_name.get(name)).copied()
    }
}

/// The names of a catalogue's start-points.
///
/// Where every start-point has a language and a test framework, and all `LANGUAGE, TEST FRAMEWORK` differ, those
/// are the names; otherwise the display names are.
///
/// # Errors
/// Where two display names are equal.
pub fn catalogue_names(start_points: &[Named]) -> Result<Names, NamesError> {
    let display_names: Vec<String> = start_points.iter().map(|named| named.display_name.clone()).collect();
    let by_display_name = index(&display_names)
        .map_err(|(name, first, again)| NamesError { display_name: name, indexes: (first, again) })?;
    let paired: Option<Vec<String>> = start_points
        .iter()
        .map(|named| Some(format!("{}, {}", named.language.as_ref()?, named.test_framework.as_ref()?)))
        .collect();
    if let Some(names) = paired
        && let Ok(by_name) = index(&names)
    {
        return Ok(Names { names, by_name, by_display_name });
    }
    Ok(Names { names: display_names, by_name: by_display_name.clone(), by_display_name })
}

fn index(names: &[String]) -> Result<BTreeMap<String, usize>, (String, usize, usize)> {
    let mut by_name = BTreeMap::new();
    for (index, name) in names.iter().enumerate() {
        if let Some(first) = by_name.insert(name.clone(), index) {
            return Err((name.clone(), first, index));
        }
    }
    Ok(by_name)
}
