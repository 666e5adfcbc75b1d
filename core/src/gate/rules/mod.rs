//! What each rule has to say of an image.

mod age;
mod later_tag;

use super::decision::{Data, GateLevel, Reason, Verdict};
use super::facts::Facts;
use super::policy::Policy;
use super::rule::Rule;
use crate::escape::escaped;
use crate::time::Time;

/// What a rule finds, before the policy makes anything of it.
pub(super) struct Finding {
    message: String,
    hint: String,
    data: Data,
}

impl Finding {
    /// That a fact is missing without which a rule cannot decide.
    fn missing(rule: Rule, fact: &'static str, of: &str) -> Self {
        Self {
            message: format!("{of} not known"),
            hint: format!(
                "`start-points gate` asks the registry; or set `{}` to `allow` in the policy",
                rule.id()
            ),
            data: Data::Missing { fact },
        }
    }

    /// What is missing makes no level of a policy known.
    pub(super) fn reason(self, rule: Rule, level: GateLevel) -> Reason {
        let Self { message, hint, data } = self;
        let verdict = match data {
            Data::Missing { .. } => Verdict::Unknown,
            _ => level.into(),
        };
        Reason { rule, verdict, message, hint, data }
    }
}

/// What a rule finds; nothing where all is well. A missing time is the business of [`Rule::UnknownAge`] alone.
pub(super) fn check(rule: Rule, facts: &Facts, policy: &Policy, now: Time) -> Vec<Finding> {
    match rule {
        Rule::TooOld => age::too_old(facts, policy, now).into_iter().collect(),
        Rule::UnknownAge => age::unknown(facts, now).into_iter().collect(),
        Rule::Risky => risky(facts, policy),
        Rule::LaterTag => later_tag::check(facts, now).into_iter().collect(),
        Rule::NotInCatalogue => not_in_catalogue(facts).into_iter().collect(),
    }
}

/// A reason for every risk that names the image, and one where nobody knows the digest that a risk names.
fn risky(facts: &Facts, policy: &Policy) -> Vec<Finding> {
    let names_it = |risk: &&super::Risk| risk.image.matches(&facts.image, facts.digest.as_deref());
    let said = |risk: &super::Risk| {
        let since = risk.date.map(|date| format!(" since {}", date.date())).unwrap_or_default();
        Finding {
            message: format!("it is marked as a risk{since}: {}", escaped(&risk.reason)),
            hint: format!(
                "use another image, or one that `{}` does not name",
                escaped(&risk.image.to_string())
            ),
            data: Data::Risk {
                pattern: risk.image.to_string(),
                reason: risk.reason.clone(),
                date: risk.date,
            },
        }
    };
    let mut found: Vec<_> = policy.risks.iter().filter(names_it).map(said).collect();
    let is_open = |risk: &super::Risk| risk.image.needs_digest(&facts.image);
    if facts.digest.is_none() && policy.risks.iter().any(is_open) {
        found.push(Finding::missing(Rule::Risky, "digest", "a risk names a digest, and the image's is"));
    }
    found
}

fn not_in_catalogue(facts: &Facts) -> Option<Finding> {
    (facts.in_catalogue == Some(false)).then(|| Finding {
        message: "the catalogue does not name it".to_owned(),
        hint: "use an image of the catalogue, or add its start-point to it".to_owned(),
        data: Data::Nothing,
    })
}
