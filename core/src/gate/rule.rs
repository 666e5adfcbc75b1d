//! The rules of the gate: their ids, what they find, and how strict they are by themselves.

use super::decision::GateLevel;

/// A rule of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The image was made longer ago than the maximum age.
    TooOld,
    /// Nobody knows when the image was made: it does not say, or says what cannot be.
    UnknownAge,
    /// A pattern of the list of risks names the image.
    Risky,
    /// A later tag of the same repository exists.
    LaterTag,
    /// The catalogue does not name the image.
    NotInCatalogue,
}

impl Rule {
    /// Every rule, in the order in which reasons are given.
    pub const ALL: [Self; 5] =
        [Self::TooOld, Self::UnknownAge, Self::Risky, Self::LaterTag, Self::NotInCatalogue];

    /// Its id: the code of its reasons, and its name in a policy.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::TooOld => "too-old",
            Self::UnknownAge => "unknown-age",
            Self::Risky => "risky",
            Self::LaterTag => "later-tag",
            Self::NotInCatalogue => "not-in-catalogue",
        }
    }

    /// What it says where a policy does not say otherwise.
    ///
    /// An age that nobody knows is as bad as too high a one, or an image could get past the first rule by keeping
    /// silent. A later tag is no danger by itself: sessions keep the image with which they began.
    #[must_use]
    pub const fn level(self) -> GateLevel {
        match self {
            Self::TooOld | Self::UnknownAge | Self::Risky | Self::NotInCatalogue => GateLevel::Deny,
            Self::LaterTag => GateLevel::Warn,
        }
    }
}
