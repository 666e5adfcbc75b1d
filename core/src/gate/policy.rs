//! What is allowed: a maximum age, advisories against images, and how strict each rule is.

use std::fmt;
use std::str::FromStr;

use super::decision::{GateLevel, GateRule};
use super::input::{self, GateInputError, GateInputErrorKind, Input};
use super::pattern::ImagePattern;
use crate::json::Node;
use crate::time::Time;

/// A policy. The default one denies what is older than 365 days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The highest age that is allowed.
    pub max_age: Age,
    /// The images that advisories name.
    pub risks: Advisories,
    /// The public key (of minisign) with which lists of risks are signed; the reader of such a list checks it.
    pub risks_key: Option<String>,
    levels: [GateLevel; GateRule::ALL.len()],
}

/// A length of time, in seconds; shown in whole days, or hours below two days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age(u64);

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;

impl Age {
    /// So many days.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self(days as u64 * DAY)
    }

    /// So many seconds.
    pub(super) const fn of_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// In seconds.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0
    }
}

/// A text that is not an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an age; write hours, days or weeks as in `12h`, `365d`, `52w`")]
pub struct AgeError;

impl FromStr for Age {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Self, AgeError> {
        let units = [('h', HOUR), ('d', DAY), ('w', WEEK)];
        let of = |(unit, seconds)| Some((text.strip_suffix::<char>(unit)?, seconds));
        let (number, unit) = units.into_iter().find_map(of).ok_or(AgeError)?;
        // Without the sign that numbers may have.
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = number.parse().ok().filter(|_| is_number).ok_or(AgeError)?;
        Ok(Self(u64::from(number) * unit))
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self.0 {
            seconds if seconds >= 2 * DAY => (seconds / DAY, "days"),
            seconds => (seconds / HOUR, "hours"),
        };
        let unit = if number == 1 { unit.trim_end_matches('s') } else { unit };
        write!(f, "{number} {unit}")
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_age: Age::days(365),
            risks: Advisories::default(),
            risks_key: None,
            levels: GateRule::ALL.map(GateRule::level),
        }
    }
}

impl Policy {
    /// How strict a rule is.
    #[must_use]
    pub fn level(&self, rule: GateRule) -> GateLevel {
        self.levels.get(rule as usize).copied().unwrap_or(GateLevel::Deny)
    }

    /// Makes a rule as strict as this.
    pub fn set_level(&mut self, rule: GateRule, level: GateLevel) {
        if let Some(place) = self.levels.get_mut(rule as usize) {
            *place = level;
        }
    }

    /// Reads a policy from JSON: `max_age`, `rules` (rule → level), `risks` and `risks_key`, each of which may be
    /// missing.
    ///
    /// # Errors
    /// The first fault, with its place; what nothing reads is one.
    pub fn parse(json: &[u8]) -> Result<Self, GateInputError> {
        input::parse("policy", json, |input| Self::read(&input))
    }

    /// Reads the same from a tree, whatever it was written in.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn from_tree(node: &Node<'_>) -> Result<Self, GateInputError> {
        Self::read(&Input::new("policy", node))
    }

    fn read(input: &Input<'_, '_>) -> Result<Self, GateInputError> {
        const RULES: [&str; GateRule::ALL.len()] = {
            let mut ids = [""; GateRule::ALL.len()];
            let mut at = 0;
            while at < ids.len() {
                ids[at] = GateRule::ALL[at].id();
                at += 1;
            }
            ids
        };
        let object = input.object(&["max_age", "rules", "risks", "risks_key"])?;
        let mut policy = Self::default();
        if let Some(age) = object.get("max_age") {
            let text = age.text()?;
            let refused = |_| age.error(GateInputErrorKind::BadAge(text.to_owned()));
            policy.max_age = text.parse().map_err(refused)?;
        }
        if let Some(rules) = object.get("rules") {
            let rules = rules.object(&RULES)?;
            for rule in GateRule::ALL {
                let Some(level) = rules.get(rule.id()) else { continue };
                let word = level.text()?;
                let refused = |()| level.error(GateInputErrorKind::UnknownLevel(word.to_owned()));
                policy.set_level(rule, word.parse().map_err(refused)?);
            }
        }
        if let Some(risks) = object.get("risks") {
            policy.risks = Advisories::read(risks)?;
        }
        if let Some(key) = object.get("risks_key") {
            let text = key.text()?.trim();
            if !is_minisign_key(text) {
                return Err(key.error(GateInputErrorKind::BadKey(text.to_owned())));
            }
            policy.risks_key = Some(text.to_owned());
        }
        Ok(policy)
    }
}

/// Whether a text is a public key of minisign: base64 of the 42 bytes `Ed`, key id, Ed25519 key.
///
/// Source: <https://jedisct1.github.io/minisign/#public-key-format>. 42 bytes need no padding, so every 56 characters
/// of the alphabet are such bytes; the first 16 bits are in the first three characters.
fn is_minisign_key(text: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len() == 56
        && text.bytes().all(is_base64)
        && matches!(text.as_bytes(), [b'R', b'W', b'Q'..=b'T', ..])
}

/// The images that advisories name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Advisory {
    /// Which images.
    pub image: ImagePattern,
    /// Why.
    pub reason: String,
    /// Since when that is known.
    pub date: Option<Time>,
}

/// A list of risks; their order does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Advisories(Vec<Advisory>);

impl Advisories {
    /// Reads `{"risks": […]}`; `what` is how messages call it.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn from_tree(what: &str, node: &Node<'_>) -> Result<Self, GateInputError> {
        let object = Input::new(what, node).object(&["risks"])?;
        Self::read(object.needed("risks")?)
    }

    /// Reads the same from JSON.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn parse(json: &[u8]) -> Result<Self, GateInputError> {
        input::parse("risks", json, |input| {
            let object = input.object(&["risks"])?;
            Self::read(object.needed("risks")?)
        })
    }

    pub(super) fn read(list: &Input<'_, '_>) -> Result<Self, GateInputError> {
        let risks = list.entries()?.iter().map(advisory).collect::<Result<Vec<_>, _>>()?;
        Ok(risks.into_iter().collect())
    }

    /// Every risk, in an order that does not depend on the list's.
    pub fn iter(&self) -> impl Iterator<Item = &Advisory> {
        self.0.iter()
    }

    /// Adds those of another list.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
        self.0.sort();
        self.0.dedup();
    }
}

impl FromIterator<Advisory> for Advisories {
    fn from_iter<T: IntoIterator<Item = Advisory>>(risks: T) -> Self {
        let mut found = Self::default();
        found.extend(Self(risks.into_iter().collect()));
        found
    }
}

fn advisory(input: &Input<'_, '_>) -> Result<Advisory, GateInputError> {
    let object = input.object(&["image", "reason", "date"])?;
    let image = object.needed("image")?;
    let found = image.text()?;
    let pattern = found
        .parse()
        .map_err(|error| image.error(GateInputErrorKind::BadPattern { found: found.to_owned(), error }))?;
    Ok(Advisory {
        image: pattern,
        reason: object.needed("reason")?.words()?.to_owned(),
        date: object.get("date").map(Input::time).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_hours_days_and_weeks() {
        for (text, seconds, shown) in [
            ("12h", 12 * HOUR, "12 hours"),
            ("1h", HOUR, "1 hour"),
            ("1d", DAY, "24 hours"),
            ("0d", 0, "0 hours"),
            ("365d", 365 * DAY, "365 days"),
            ("52w", 364 * DAY, "364 days"),
            ("4294967295w", u64::from(u32::MAX) * WEEK, "30064771065 days"),
        ] {
            let age: Age = text.parse().unwrap();
            assert_eq!((age.seconds(), age.to_string().as_str()), (seconds, shown));
        }
        for text in ["", "d", "365", "-1d", "+1d", "1.5d", "1 d", "365D", "4294967296d", "1y"] {
            assert_eq!(text.parse::<Age>(), Err(AgeError), "{text}");
        }
    }
}
