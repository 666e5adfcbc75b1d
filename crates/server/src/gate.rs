//! The gate of a service: its policy applied to images, and which start-points `--gate enforce` offers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use start_points::gate::{GateLevel, GateRule, ImageFacts, Policy, Verdict, decide};
use start_points::{ImageName, Time};
use start_points_gate::{Decided, Lookup, LookupOptions, verdict};
use start_points_io::RetryPolicy;
use start_points_oci::registry::RegistryOptions;
use tokio::sync::Semaphore;

/// The time for all requests about one image.
const LOOKUP_TIME: Duration = Duration::from_secs(20);

/// How many lookups run at once; each is about many images.
const LOOKUPS: usize = 4;

/// How often an enforced gate decides again: images age, and registries get new tags.
const DECIDE_AGAIN: Duration = Duration::from_secs(10 * 60);

/// How soon it decides again if a registry did not answer.
const RETRY: Duration = Duration::from_secs(60);

/// For how many seconds an allowed image stays allowed while its registry does not answer: an outage of an hour must
/// not stop lessons, and no decision outlives a day.
const GRACE: u64 = 24 * 60 * 60;

/// A policy, with facts from the registries of a catalogue's images.
#[derive(Debug)]
pub(crate) struct Gate {
    policy: Policy,
    registry: RegistryOptions,
    /// Made on first use; many services never need it.
    lookup: OnceLock<Lookup>,
    turns: Semaphore,
}

/// The images of a catalogue in canonical form, and their repositories.
#[derive(Debug)]
pub(crate) struct CatalogueImages {
    images: BTreeSet<ImageName>,
    repositories: BTreeSet<String>,
}

impl CatalogueImages {
    pub(crate) fn new(image_names: &[String]) -> Self {
        let images: BTreeSet<_> =
            image_names.iter().filter_map(|name| Some(ImageName::parse(name).ok()?.canonical())).collect();
        let repositories = images.iter().map(ImageName::name_without_tag).collect();
        Self { images, repositories }
    }

    fn has_repository_of(&self, image: &ImageName) -> bool {
        self.repositories.contains(&image.canonical().name_without_tag())
    }
}

impl Gate {
    pub(crate) fn new(policy: Policy, registry: &RegistryOptions) -> Self {
        let mut registry = registry.clone();
        registry.limits.time = registry.limits.time.min(LOOKUP_TIME);
        Self { policy, registry, lookup: OnceLock::new(), turns: Semaphore::new(LOOKUPS) }
    }

    /// To be held while deciding.
    pub(crate) fn turns(&self) -> &Semaphore {
        &self.turns
    }

    /// Decides about images, in their order, and says when each was created; blocks.
    ///
    /// Only the catalogue's repositories are asked: the sender of a request must not choose what the service connects
    /// to. Of other images nothing is known but that they are not in the catalogue.
    pub(crate) fn decide(
        &self,
        images: &[ImageName],
        catalogue: &CatalogueImages,
    ) -> Vec<(Decided, Option<Time>)> {
        let lookup = self.lookup.get_or_init(|| self.new_lookup());
        let now = now();
        let asked: Vec<ImageName> =
            images.iter().filter(|image| catalogue.has_repository_of(image)).cloned().collect();
        let mut known = lookup.facts(&asked, now, &|_| {}).into_iter();
        let mut decided = Vec::with_capacity(images.len());
        for image in images {
            let next = if catalogue.has_repository_of(image) { known.next() } else { None };
            let facts = next.unwrap_or_else(|| Ok(ImageFacts::unknown(image.clone())));
            let in_catalogue = Some(catalogue.images.contains(&image.canonical()));
            let facts = facts.map(|facts| ImageFacts { in_catalogue, ..facts });
            let created = facts.as_ref().ok().and_then(|facts| facts.created);
            decided.push(((image.clone(), facts.map(|facts| decide(&facts, &self.policy, now))), created));
        }
        decided
    }

    fn new_lookup(&self) -> Lookup {
        Lookup::new(LookupOptions {
            registry: self.registry.clone(),
            retry: RetryPolicy::within(LOOKUP_TIME),
            tags: self.policy.level(GateRule::LaterTag) > GateLevel::Allow,
            ..LookupOptions::default()
        })
    }
}

/// The images that may run, each with the time of the last decision that allowed it. Empty until the gate decides.
#[derive(Debug, Clone, Default)]
pub(crate) struct Permits {
    allowed: BTreeMap<String, Time>,
    /// The number of images that could not be decided about.
    unknown: usize,
}

impl Permits {
    /// Decides about a catalogue's images; blocks.
    pub(crate) fn decide(gate: &Gate, image_names: &[String], before: Option<&Self>) -> Self {
        let images: Vec<ImageName> = image_names.iter().filter_map(|name| name.parse().ok()).collect();
        let now = now();
        let mut permits = Self::default();
        for (decided, _) in gate.decide(&images, &CatalogueImages::new(image_names)) {
            let (name, verdict) = (decided.0.to_string(), verdict(&decided));
            let at = match verdict {
                Verdict::Unknown => before.and_then(|before| before.allowed_recently(&name, now)),
                verdict => verdict.may_run().then_some(now),
            };
            permits.unknown += usize::from(verdict == Verdict::Unknown);
            permits.allowed.extend(at.map(|at| (name, at)));
        }
        permits
    }

    fn allowed_recently(&self, name: &str, now: Time) -> Option<Time> {
        let at = self.allowed.get(name).copied()?;
        now.seconds_since(at).is_some_and(|age| age <= GRACE).then_some(at)
    }

    /// Whether enough is known to serve. While no registry answers, nothing is allowed, and the reason is unknown.
    pub(crate) fn are_known(&self) -> bool {
        self.unknown == 0 || !self.allowed.is_empty()
    }

    /// When to decide again.
    pub(crate) const fn pause(&self) -> Duration {
        if self.unknown > 0 { RETRY } else { DECIDE_AGAIN }
    }

    pub(crate) fn allows(&self, image_name: &str) -> bool {
        self.allowed.contains_key(image_name)
    }
}

/// The current time.
pub(crate) fn now() -> Time {
    Time::from_unix(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}
