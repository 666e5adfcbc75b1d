//! An image that is too old, and one whose age nobody knows.

use super::Finding;
use crate::gate::decision::Data;
use crate::gate::facts::Facts;
use crate::gate::policy::{Age, Policy};
use crate::time::Time;

pub(super) fn too_old(facts: &Facts, policy: &Policy, now: Time) -> Option<Finding> {
    let created = facts.made(now)?;
    // What was made a moment from now, by another clock, is new.
    let age = now.seconds_since(created).unwrap_or_default();
    let max_age = policy.max_age;
    (age > max_age.seconds()).then(|| Finding {
        message: format!(
            "it was made on {}, {} ago, more than the {max_age} that are allowed",
            created.date(),
            Age::of_seconds(age)
        ),
        hint: "build it again from its repository, and name the new tag".to_owned(),
        data: Data::Age { created, age, max_age: max_age.seconds() },
    })
}

pub(super) fn unknown(facts: &Facts, now: Time) -> Option<Finding> {
    if facts.made(now).is_some() {
        return None;
    }
    let message = match facts.created {
        None => "nobody knows when it was made".to_owned(),
        Some(created) if created > now => {
            format!("it says that it was made on {}, which is to come", created.date())
        }
        Some(created) => format!("it says that it was made on {}, before there were images", created.date()),
    };
    Some(Finding {
        message,
        hint: "build it with the time of its commit in `org.opencontainers.image.created`".to_owned(),
        data: Data::Created { created: facts.created },
    })
}
