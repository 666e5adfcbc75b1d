//! What the gate decides and by which rules, and its JSON, which is the same bytes from every front.

use std::str::FromStr;

use strum::IntoStaticStr;

use crate::ImageName;
use crate::json::JsonWriter;
use crate::time::Time;

/// Whether an image may run. A later one is stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Verdict {
    /// It may run.
    #[default]
    Allow,
    /// It may run, and somebody should look at it.
    Warn,
    /// A fact that a rule needs is missing: nobody knows whether it may run, so it may not.
    Unknown,
    /// It may not run.
    Deny,
}

impl Verdict {
    /// Every verdict, the strictest last.
    pub const ALL: [Self; 4] = [Self::Allow, Self::Warn, Self::Unknown, Self::Deny];

    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether an image of this verdict may run.
    #[must_use]
    pub const fn may_run(self) -> bool {
        matches!(self, Self::Allow | Self::Warn)
    }
}

/// What a policy makes of what a rule finds. A later one is stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum GateLevel {
    /// The rule says nothing.
    Allow,
    /// The image may run, and somebody should look at it.
    Warn,
    /// The image may not run.
    Deny,
}

impl GateLevel {
    /// Every level, the strictest last.
    pub const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Deny];

    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl From<GateLevel> for Verdict {
    fn from(level: GateLevel) -> Self {
        match level {
            GateLevel::Allow => Self::Allow,
            GateLevel::Warn => Self::Warn,
            GateLevel::Deny => Self::Deny,
        }
    }
}

impl FromStr for GateLevel {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|level| level.as_str() == word).ok_or(())
    }
}

/// A rule of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GateRule {
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

impl GateRule {
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
    /// silent. A later tag is not a danger by itself: sessions keep the image with which they began.
    #[must_use]
    pub const fn level(self) -> GateLevel {
        match self {
            Self::TooOld | Self::UnknownAge | Self::Risky | Self::NotInCatalogue => GateLevel::Deny,
            Self::LaterTag => GateLevel::Warn,
        }
    }
}

/// What the gate decides about one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The image, as it was named.
    pub image: ImageName,
    /// The strictest of the reasons; `allow` without any.
    pub verdict: Verdict,
    /// Everything that speaks against it, in the order of [`GateRule::ALL`].
    pub reasons: Vec<Reason>,
    /// The time for which it was decided.
    pub now: Time,
}

/// What a rule has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule, whose id is the reason's code.
    pub rule: GateRule,
    /// What the policy makes of it, `warn` or `deny`; `unknown` where a fact that the rule needs is missing.
    pub verdict: Verdict,
    /// A sentence.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The values of the message.
    pub data: ReasonData,
}

/// The values of a reason's message, by rule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReasonData {
    /// Of [`GateRule::TooOld`].
    Age {
        /// When the image was made.
        created: Time,
        /// Its age in seconds.
        age: u64,
        /// The highest age that is allowed, in seconds.
        max_age: u64,
    },
    /// Of [`GateRule::UnknownAge`].
    Created {
        /// What the image says, where that cannot be.
        created: Option<Time>,
    },
    /// Of [`GateRule::Risky`].
    Risk {
        /// The pattern that names the image.
        pattern: String,
        /// Why the image is a risk.
        reason: String,
        /// Since when that is known.
        date: Option<Time>,
    },
    /// Of [`GateRule::LaterTag`].
    Later {
        /// The image's tag.
        tag: String,
        /// The latest tag.
        latest: String,
        /// How many tags are later.
        count: usize,
    },
    /// Of [`GateRule::NotInCatalogue`].
    Nothing,
    /// Of any rule that cannot decide: the key of the fact that it needs, in [`ImageFacts`](super::ImageFacts).
    Missing {
        /// `digest` or `tags`.
        fact: &'static str,
    },
}

impl Decision {
    /// The decision as JSON: one line, times as RFC 3339 has them.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = JsonWriter::new();
        json.open('{');
        json.key("image").string(&self.image.to_string());
        json.key("verdict").string(self.verdict.as_str());
        json.key("reasons").open('[');
        self.reasons.iter().for_each(|reason| reason.write(&mut json));
        json.close(']');
        json.key("now").string(&self.now.to_string());
        json.close('}');
        json.finish()
    }
}

impl Reason {
    fn write(&self, json: &mut JsonWriter) {
        json.open('{');
        json.key("code").string(self.rule.id());
        json.key("verdict").string(self.verdict.as_str());
        json.key("message").string(&self.message);
        json.key("hint").string(&self.hint);
        json.key("data").open('{');
        match &self.data {
            ReasonData::Age { created, age, max_age } => {
                json.key("created").string(&created.to_string());
                json.key("age_seconds").value(&age.to_string());
                json.key("max_age_seconds").value(&max_age.to_string());
            }
            ReasonData::Created { created } => time(json, "created", *created),
            ReasonData::Risk { pattern, reason, date } => {
                json.key("pattern").string(pattern);
                json.key("reason").string(reason);
                time(json, "date", *date);
            }
            ReasonData::Later { tag, latest, count } => {
                json.key("tag").string(tag);
                json.key("latest").string(latest);
                json.key("count").count(*count);
            }
            ReasonData::Nothing => {}
            ReasonData::Missing { fact } => json.key("missing").string(fact),
        }
        json.close('}');
        json.close('}');
    }
}

fn time(json: &mut JsonWriter, key: &str, time: Option<Time>) {
    json.key(key).optional(time.map(|time| time.to_string()).as_deref());
}
