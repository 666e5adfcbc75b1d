//! The list of risks: images that somebody has marked, why, and since when.

use super::input::{self, Input, InputError, InputErrorKind};
use super::pattern::Pattern;
use crate::json::Node;
use crate::time::Time;

/// Images that are a risk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Risk {
    /// Which images.
    pub image: Pattern,
    /// Why.
    pub reason: String,
    /// Since when that is known.
    pub date: Option<Time>,
}

/// A list of risks; their order does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Risks(Vec<Risk>);

impl Risks {
    /// Reads `{"risks": […]}`; `what` is how messages call it.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn of(what: &str, node: &Node<'_>) -> Result<Self, InputError> {
        let object = Input::new(what, node).object(&["risks"])?;
        Self::read(object.needed("risks")?)
    }

    /// Reads the same from JSON.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn parse(json: &[u8]) -> Result<Self, InputError> {
        input::parse("risks", json, |input| {
            let object = input.object(&["risks"])?;
            Self::read(object.needed("risks")?)
        })
    }

    pub(super) fn read(list: &Input<'_, '_>) -> Result<Self, InputError> {
        let risks = list.entries()?.iter().map(one).collect::<Result<Vec<_>, _>>()?;
        Ok(risks.into_iter().collect())
    }

    /// Every risk, in an order that does not depend on the list's.
    pub fn iter(&self) -> impl Iterator<Item = &Risk> {
        self.0.iter()
    }

    /// Adds those of another list.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
        self.0.sort();
        self.0.dedup();
    }
}

impl FromIterator<Risk> for Risks {
    fn from_iter<T: IntoIterator<Item = Risk>>(risks: T) -> Self {
        let mut found = Self::default();
        found.extend(Self(risks.into_iter().collect()));
        found
    }
}

fn one(input: &Input<'_, '_>) -> Result<Risk, InputError> {
    let object = input.object(&["image", "reason", "date"])?;
    let image = object.needed("image")?;
    let found = image.text()?;
    let pattern = found
        .parse()
        .map_err(|error| image.error(InputErrorKind::BadPattern { found: found.to_owned(), error }))?;
    Ok(Risk {
        image: pattern,
        reason: object.needed("reason")?.words()?.to_owned(),
        date: object.get("date").map(Input::time).transpose()?,
    })
}
