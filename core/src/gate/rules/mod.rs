//! What each rule has to say of an image.

mod age;
mod later_tag;

use super::decision::{Data, Reason, Verdict};
use super::facts::Facts;
use super::policy::Policy;
use super::rule::Rule;
use crate::shown::shown;
use crate::time::Time;

/// What a rule says, before the policy has made anything of it.
pub(super) struct Said {
    message: String,
    hint: String,
    data: Data,
}

impl Said {
    pub(super) fn of(self, rule: Rule, verdict: Verdict) -> Reason {
        let Self { message, hint, data } = self;
        Reason { rule, verdict, message, hint, data }
    }
}

/// What a rule has to say; nothing where all is well, or what it needs is not known.
pub(super) fn check(rule: Rule, facts: &Facts, policy: &Policy, now: Time) -> Vec<Said> {
    match rule {
        Rule::TooOld => age::too_old(facts, policy, now).into_iter().collect(),
        Rule::UnknownAge => age::unknown(facts, now).into_iter().collect(),
        Rule::Risky => risky(facts, policy),
        Rule::LaterTag => later_tag::check(facts, now).into_iter().collect(),
        Rule::NotInCatalogue => not_in_catalogue(facts).into_iter().collect(),
    }
}

/// A reason for every risk that names the image.
fn risky(facts: &Facts, policy: &Policy) -> Vec<Said> {
    let names_it = |risk: &&super::Risk| risk.image.matches(&facts.image, facts.digest.as_deref());
    let said = |risk: &super::Risk| {
        let since = risk.date.map(|date| format!(" since {}", date.date())).unwrap_or_default();
        Said {
            message: format!("it is marked as a risk{since}: {}", shown(&risk.reason)),
            hint: format!(
                "use another image, or one that `{}` does not name",
                shown(&risk.image.to_string())
            ),
            data: Data::Risk {
                pattern: risk.image.to_string(),
                reason: risk.reason.clone(),
                date: risk.date,
            },
        }
    };
    policy.risks.iter().filter(names_it).map(said).collect()
}

fn not_in_catalogue(facts: &Facts) -> Option<Said> {
    (facts.in_catalogue == Some(false)).then(|| Said {
        message: "the catalogue does not name it".to_owned(),
        hint: "use an image of the catalogue, or add its start-point to it".to_owned(),
        data: Data::Nothing,
    })
}
