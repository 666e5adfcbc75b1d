//! How start-points are checked.

use super::manifest::Manifest;
use super::sink::MAX_DIAGNOSTICS;
use crate::json::MAX_ERRORS;
use crate::kind::{DialectChoice, Kind};
use crate::levels::Levels;

/// How start-points are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckOptions {
    /// The kind of every manifest; `None` finds it from the place and the content of each.
    pub kind: Option<Kind>,
    /// Where languages image names come from.
    pub dialect: DialectChoice,
    /// The git tag that the source URL names, where it names one.
    pub tag: Option<String>,
    /// Rule levels.
    pub levels: Levels,
    /// The most faults of one manifest that are reported; the rest are counted.
    pub max_faults: usize,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self {
            kind: None,
            dialect: DialectChoice::Auto,
            tag: None,
            levels: Levels::new(),
            max_faults: MAX_DIAGNOSTICS,
        }
    }
}

impl CheckOptions {
    /// Parses a manifest, with as many of its faults as are reported.
    pub(super) fn parse<'a>(&self, path: &str, bytes: &'a [u8]) -> Manifest<'a> {
        let max_errors = if self.max_faults > MAX_DIAGNOSTICS { self.max_faults } else { MAX_ERRORS };
        Manifest::parse_within(path, bytes, max_errors)
    }
}
