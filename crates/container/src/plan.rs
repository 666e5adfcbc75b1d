//! Which images a catalogue names, each once.

use std::collections::{BTreeMap, BTreeSet};

use start_points::ImageName;

use crate::cause::Cause;

/// The images that a catalogue names: each once, however often and in how many spellings it does.
pub(crate) struct Plan {
    /// In the catalogue's order; the error is of a name that is none.
    pub(crate) images: Vec<(String, Result<ImageName, Cause>)>,
    /// The key of an image, by what the catalogue calls it.
    pub(crate) spellings: BTreeMap<String, String>,
}

impl Plan {
    pub(crate) fn of(names: impl IntoIterator<Item = String>) -> Self {
        let mut plan = Self { images: Vec::new(), spellings: BTreeMap::new() };
        let mut known = BTreeSet::new();
        for name in names {
            let image = ImageName::parse(&name).map(|image| image.canonical());
            let image = image.map_err(|error| Cause::MalformedName(error.to_string()));
            let key = image.as_ref().map_or_else(|_| name.clone(), |image| image.familiar().to_string());
            if known.insert(key.clone()) {
                plan.images.push((key.clone(), image));
            }
            plan.spellings.insert(name, key);
        }
        plan
    }
}
