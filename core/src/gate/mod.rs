//! Whether an image may run: a pure decision over what is known of it, a policy, and the time.
//!
//! Every rule that finds something gives a reason; the strictest of the reasons is the verdict. A rule that is set to
//! `allow` finds nothing; one that needs a missing fact says so, and the image is not allowed. Nothing here asks a
//! registry or a clock: the caller brings the [`ImageFacts`] and the time.

mod decision;
mod facts;
mod input;
mod pattern;
mod policy;

pub use decision::{Decision, GateLevel, GateRule, Reason, ReasonData, Verdict};
pub use facts::{FIRST_IMAGES, ImageFacts, ImageTag, is_commit};
pub use input::{GateInputError, GateInputErrorKind};
pub use pattern::{ImagePattern, ImagePatternError};
pub use policy::{Advisories, Advisory, Age, Policy};

use crate::escape::escaped;
use crate::span::Span;
use crate::time::Time;
use crate::version;

/// Decides about one image.
///
/// The same for the same input. A policy that is stricter in any way never allows more: with higher levels, a
/// lower age, or more risks.
#[must_use]
pub fn decide(facts: &ImageFacts, policy: &Policy, now: Time) -> Decision {
    let mut reasons = Vec::new();
    for rule in GateRule::ALL {
        let level = policy.level(rule);
        if level > GateLevel::Allow {
            let found = find(rule, facts, policy, now);
            reasons.extend(found.into_iter().map(|finding| finding.reason(rule, level)));
        }
    }
    Decision {
        image: facts.image.clone(),
        verdict: reasons.iter().map(|reason| reason.verdict).max().unwrap_or_default(),
        reasons,
        now,
    }
}

/// Decides from JSON, as fronts without types of their own do: [`ImageFacts::parse`], [`Policy::parse`] and the time as
/// RFC 3339 has it. The answer is [`Decision::to_json`].
///
/// # Errors
/// The first fault, with its place.
pub fn decide_json(facts: &[u8], policy: &[u8], now: &str) -> Result<String, GateInputError> {
    let (facts, policy) = (ImageFacts::parse(facts)?, Policy::parse(policy)?);
    let now = now.parse().map_err(|_| GateInputError {
        place: "now".to_owned(),
        span: Span::new(0, now.len()),
        kind: GateInputErrorKind::BadTime(now.to_owned()),
    })?;
    Ok(decide(&facts, &policy, now).to_json())
}

/// What a rule finds, before the policy makes anything of it.
struct Finding {
    message: String,
    hint: String,
    data: ReasonData,
}

impl Finding {
    /// That a fact is missing without which a rule cannot decide.
    fn missing(rule: GateRule, fact: &'static str, of: &str) -> Self {
        Self {
            message: format!("{of} unknown"),
            hint: format!(
                "ask the registry with `start-points gate`, or set `{}` to `allow` in the policy",
                rule.id()
            ),
            data: ReasonData::Missing { fact },
        }
    }

    /// What is missing makes no level of a policy known.
    fn reason(self, rule: GateRule, level: GateLevel) -> Reason {
        let Self { message, hint, data } = self;
        let verdict = match data {
            ReasonData::Missing { .. } => Verdict::Unknown,
            _ => level.into(),
        };
        Reason { rule, verdict, message, hint, data }
    }
}

/// What a rule finds; nothing where all is well. A missing time is the business of [`GateRule::UnknownAge`] alone.
fn find(rule: GateRule, facts: &ImageFacts, policy: &Policy, now: Time) -> Vec<Finding> {
    match rule {
        GateRule::TooOld => too_old(facts, policy, now).into_iter().collect(),
        GateRule::UnknownAge => unknown_age(facts, now).into_iter().collect(),
        GateRule::Risky => risky(facts, policy),
        GateRule::LaterTag => later_tag(facts, now).into_iter().collect(),
        GateRule::NotInCatalogue => not_in_catalogue(facts).into_iter().collect(),
    }
}

fn too_old(facts: &ImageFacts, policy: &Policy, now: Time) -> Option<Finding> {
    let created = facts.made(now)?;
    // What was made a moment from now, by another clock, is new.
    let age = now.seconds_since(created).unwrap_or_default();
    let max_age = policy.max_age;
    (age > max_age.seconds()).then(|| Finding {
        message: format!(
            "it was made on {}, {} ago; the maximum age is {max_age}",
            created.date(),
            Age::of_seconds(age)
        ),
        hint: "rebuild it from its repository, and name the new tag".to_owned(),
        data: ReasonData::Age { created, age, max_age: max_age.seconds() },
    })
}

fn unknown_age(facts: &ImageFacts, now: Time) -> Option<Finding> {
    if facts.made(now).is_some() {
        return None;
    }
    let message = match facts.created {
        None => "its build time is unknown".to_owned(),
        Some(created) if created > now => {
            format!("it says that it was made on {}, which is in the future", created.date())
        }
        Some(created) => format!("it says that it was made on {}, before there were images", created.date()),
    };
    Some(Finding {
        message,
        hint: "build it with the time of its commit in `org.opencontainers.image.created`".to_owned(),
        data: ReasonData::Created { created: facts.created },
    })
}

/// A reason for every risk that names the image, and one where nobody knows the digest that a risk names.
fn risky(facts: &ImageFacts, policy: &Policy) -> Vec<Finding> {
    let names_it = |risk: &&Advisory| risk.image.matches(&facts.image, facts.digest.as_deref());
    let said = |risk: &Advisory| {
        let since = risk.date.map(|date| format!(" since {}", date.date())).unwrap_or_default();
        Finding {
            message: format!("it is listed as a risk{since}: {}", escaped(&risk.reason)),
            hint: format!(
                "use another image, one that `{}` does not match",
                escaped(&risk.image.to_string())
            ),
            data: ReasonData::Risk {
                pattern: risk.image.to_string(),
                reason: risk.reason.clone(),
                date: risk.date,
            },
        }
    };
    let mut found: Vec<_> = policy.risks.iter().filter(names_it).map(said).collect();
    let is_open = |risk: &Advisory| risk.image.needs_digest(&facts.image);
    if facts.digest.is_none() && policy.risks.iter().any(is_open) {
        found.push(Finding::missing(
            GateRule::Risky,
            "digest",
            "a risk names a digest, and the digest of the image is",
        ));
    }
    found
}

fn not_in_catalogue(facts: &ImageFacts) -> Option<Finding> {
    (facts.in_catalogue == Some(false)).then(|| Finding {
        message: "the catalogue does not name it".to_owned(),
        hint: "use an image of the catalogue, or add its start-point to the catalogue".to_owned(),
        data: ReasonData::Nothing,
    })
}

/// A later tag of the repository exists.
///
/// Versions are in the order of [`version`]. Tags made from commits have no order: of those a later one is one whose image
/// was made later, and where that is not known the rule says nothing. Other tags, `latest` among them, have no later ones.
fn later_tag(facts: &ImageFacts, now: Time) -> Option<Finding> {
    let tag = facts.image.tag().filter(|tag| is_commit(tag) || version::is_version(tag))?;
    let Some(tags) = facts.tags.as_deref() else {
        return Some(Finding::missing(GateRule::LaterTag, "tags", "the tags of its repository are"));
    };
    let later = if is_commit(tag) { later_commits(tag, facts, tags, now) } else { later_versions(tag, tags) };
    let latest = *later.last()?;
    let more = match later.len() - 1 {
        0 => String::new(),
        1 => ", and so is one more".to_owned(),
        more => format!(", and so are {more} more"),
    };
    Some(Finding {
        message: format!("`{latest}` is later than its tag `{tag}`{more}"),
        hint: format!("use `{}:{latest}`", facts.image.name_without_tag()),
        data: ReasonData::Later { tag: tag.to_owned(), latest: latest.to_owned(), count: later.len() },
    })
}

fn later_versions<'a>(tag: &str, tags: &'a [ImageTag]) -> Vec<&'a str> {
    let versions = tags.iter().map(|tag| tag.name.as_str()).filter(|tag| !is_commit(tag));
    version::newer(tag, versions)
}

/// Oldest first.
fn later_commits<'a>(tag: &str, facts: &ImageFacts, tags: &'a [ImageTag], now: Time) -> Vec<&'a str> {
    let Some(made) = facts.made(now) else { return Vec::new() };
    let later = |other: &'a ImageTag| match other.created {
        Some(created) if other.name != tag && is_commit(&other.name) && created > made => {
            Some((created, other.name.as_str()))
        }
        _ => None,
    };
    let mut later: Vec<_> = tags.iter().filter_map(later).collect();
    later.sort_unstable();
    later.into_iter().map(|(_, name)| name).collect()
}
