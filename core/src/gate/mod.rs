//! Whether an image may run: a pure decision over what is known of it, a policy, and the time.
//!
//! Every rule that has something to say says it; the strictest of them is the verdict. A rule that is set to
//! `allow` says nothing; one that needs a fact which is missing says so, and the image is not allowed. Nothing here
//! asks anybody: the caller brings the [`Facts`] and the time.

mod decision;
mod facts;
mod input;
mod pattern;
mod policy;
mod risk;
mod rule;
mod rules;

pub use decision::{Data, Decision, GateLevel, Reason, Verdict};
pub use facts::{FIRST_IMAGES, Facts, Tag, is_commit};
pub use input::{InputError, InputErrorKind};
pub use pattern::{Pattern, PatternError};
pub use policy::{Age, Policy};
pub use risk::{Risk, Risks};
pub use rule::Rule;

use crate::span::Span;
use crate::time::Time;

/// Decides about one image.
///
/// The same for the same input. A policy that is stricter in any way never allows more: with higher levels, a
/// lower age, or more risks.
#[must_use]
pub fn decide(facts: &Facts, policy: &Policy, now: Time) -> Decision {
    let mut reasons = Vec::new();
    for rule in Rule::ALL {
        let level = policy.level(rule);
        if level > GateLevel::Allow {
            let found = rules::check(rule, facts, policy, now);
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

/// Decides from JSON, as fronts without types of their own do: [`Facts::parse`], [`Policy::parse`] and the time as
/// RFC 3339 has it. The answer is [`Decision::to_json`].
///
/// # Errors
/// The first fault, with its place.
pub fn decide_json(facts: &[u8], policy: &[u8], now: &str) -> Result<String, InputError> {
    let (facts, policy) = (Facts::parse(facts)?, Policy::parse(policy)?);
    let now = now.parse().map_err(|_| InputError {
        place: "now".to_owned(),
        span: Span::new(0, now.len()),
        kind: InputErrorKind::BadTime(now.to_owned()),
    })?;
    Ok(decide(&facts, &policy, now).to_json())
}
