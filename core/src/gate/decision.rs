//! What the gate decides, and its JSON, which is the same bytes from every front.

use std::str::FromStr;

use strum::IntoStaticStr;

use super::rule::Rule;
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

/// What the gate decides about one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The image, as it was named.
    pub image: ImageName,
    /// The strictest of the reasons; `allow` without any.
    pub verdict: Verdict,
    /// Everything that speaks against it, in the order of [`Rule::ALL`].
    pub reasons: Vec<Reason>,
    /// The time for which it was decided.
    pub now: Time,
}

/// What a rule has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule, whose id is the reason's code.
    pub rule: Rule,
    /// What the policy makes of it, `warn` or `deny`; `unknown` where a fact that the rule needs is missing.
    pub verdict: Verdict,
    /// A sentence.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The values of the message.
    pub data: Data,
}

/// The values of a reason's message, by rule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Data {
    /// Of [`Rule::TooOld`].
    Age {
        /// When the image was made.
        created: Time,
        /// Its age in seconds.
        age: u64,
        /// The highest age that is allowed, in seconds.
        max_age: u64,
    },
    /// Of [`Rule::UnknownAge`].
    Created {
        /// What the image says, where that cannot be.
        created: Option<Time>,
    },
    /// Of [`Rule::Risky`].
    Risk {
        /// The pattern that names the image.
        pattern: String,
        /// Why the image is a risk.
        reason: String,
        /// Since when that is known.
        date: Option<Time>,
    },
    /// Of [`Rule::LaterTag`].
    Later {
        /// The image's tag.
        tag: String,
        /// The latest tag.
        latest: String,
        /// How many tags are later.
        count: usize,
    },
    /// Of [`Rule::NotInCatalogue`].
    Nothing,
    /// Of any rule that cannot decide: the key of the fact that it needs, in [`Facts`](super::Facts).
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
            Data::Age { created, age, max_age } => {
                json.key("created").string(&created.to_string());
                json.key("age_seconds").value(&age.to_string());
                json.key("max_age_seconds").value(&max_age.to_string());
            }
            Data::Created { created } => time(json, "created", *created),
            Data::Risk { pattern, reason, date } => {
                json.key("pattern").string(pattern);
                json.key("reason").string(reason);
                time(json, "date", *date);
            }
            Data::Later { tag, latest, count } => {
                json.key("tag").string(tag);
                json.key("latest").string(latest);
                json.key("count").count(*count);
            }
            Data::Nothing => {}
            Data::Missing { fact } => json.key("missing").string(fact),
        }
        json.close('}');
        json.close('}');
    }
}

fn time(json: &mut JsonWriter, key: &str, time: Option<Time>) {
    json.key(key).optional(time.map(|time| time.to_string()).as_deref());
}
