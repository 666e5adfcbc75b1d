//! Whether the service is ready, as others see it: this crate only asks.

use std::collections::BTreeSet;

/// Whether the service is ready to be used; whoever holds the other end of its channel says so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Readiness {
    /// What `/ready` answers.
    pub ready: bool,
    /// The images that are not at hand: start-points that name one are not offered. Empty where all are to be
    /// offered, whatever is at hand.
    pub missing_images: BTreeSet<String>,
    /// What `/v1/ready` tells besides, as a JSON object.
    pub details: Option<serde_json::Value>,
}

impl Readiness {
    /// Not ready, with nothing left out.
    #[must_use]
    pub fn not_yet() -> Self {
        Self { ready: false, ..Self::default() }
    }
}

/// Ready as soon as it is served.
impl Default for Readiness {
    fn default() -> Self {
        Self { ready: true, missing_images: BTreeSet::new(), details: None }
    }
}
