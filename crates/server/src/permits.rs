//! `--gate enforce`: start-points whose images may not run are not offered.

use std::collections::BTreeMap;
use std::time::Duration;

use start_points::gate::Verdict;
use start_points::{ImageName, Time};
use start_points_gate::verdict;

use crate::gate::{Gate, Named, now};

/// How often the gate decides again: images grow old, and lists of tags grow.
const AGAIN: Duration = Duration::from_secs(10 * 60);

/// How soon it does where a registry did not answer.
const RETRY: Duration = Duration::from_secs(60);

/// For how long, in seconds, an image may still run when its registry no longer answers: a registry that is away for
/// an hour takes no lesson down, and no decision outlives a day.
const GRACE: u64 = 24 * 60 * 60;

/// The images that may run, each with the time of the last decision that said so. Until the gate decides, none may.
#[derive(Debug, Clone, Default)]
pub(crate) struct Permits {
    allowed: BTreeMap<String, Time>,
    /// How many images nothing could be decided about.
    unknown: usize,
}

impl Permits {
    /// Decides about a catalogue's images; blocks meanwhile.
    pub(crate) fn decide(gate: &Gate, image_names: &[String], before: Option<&Self>) -> Self {
        let images: Vec<ImageName> = image_names.iter().filter_map(|name| name.parse().ok()).collect();
        let now = now();
        let mut permits = Self::default();
        for (decided, _) in gate.decide(&images, &Named::new(image_names)) {
            let (name, verdict) = (decided.0.to_string(), verdict(&decided));
            let stands = || before?.allowed.get(&name).copied().filter(|at| is_recent(*at, now));
            let at = match verdict {
                Verdict::Unknown => stands(),
                verdict => verdict.may_run().then_some(now),
            };
            permits.unknown += usize::from(verdict == Verdict::Unknown);
            permits.allowed.extend(at.map(|at| (name, at)));
        }
        permits
    }

    /// Whether enough is known to serve: where no registry answers, nothing may run, and nobody knows why.
    pub(crate) fn are_known(&self) -> bool {
        self.unknown == 0 || !self.allowed.is_empty()
    }

    /// When to decide again.
    pub(crate) const fn pause(&self) -> Duration {
        if self.unknown > 0 { RETRY } else { AGAIN }
    }

    /// Whether an image may run.
    pub(crate) fn allow(&self, image_name: &str) -> bool {
        self.allowed.contains_key(image_name)
    }
}

fn is_recent(at: Time, now: Time) -> bool {
    now.seconds_since(at).is_some_and(|age| age <= GRACE)
}
