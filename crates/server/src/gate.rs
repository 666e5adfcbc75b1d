//! The gate of a service: what its policy makes of images, with facts from the registries that its catalogue names.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use start_points::gate::{Facts, GateLevel, Policy, Rule, decide};
use start_points::{ImageName, Time};
use start_points_gate::{Decided, Lookup, LookupOptions};
use start_points_io::RetryPolicy;
use start_points_oci::registry::Options;
use tokio::sync::Semaphore;

/// For everything that is asked about one image.
const TIME: Duration = Duration::from_secs(20);

/// How many askings are under way at once; each asks about many images beside one another.
const TURNS: usize = 4;

/// A gate.
#[derive(Debug)]
pub(crate) struct Gate {
    policy: Policy,
    registry: Options,
    /// Made when it is first used: it may well never be.
    lookup: OnceLock<Lookup>,
    turns: Semaphore,
}

/// The images that a catalogue names, in their full spelling, and their repositories.
#[derive(Debug)]
pub(crate) struct Named {
    images: BTreeSet<ImageName>,
    repositories: BTreeSet<String>,
}

impl Named {
    pub(crate) fn new(image_names: &[String]) -> Self {
        let images: BTreeSet<_> =
            image_names.iter().filter_map(|name| Some(ImageName::parse(name).ok()?.canonical())).collect();
        let repositories = images.iter().map(ImageName::name_without_tag).collect();
        Self { images, repositories }
    }
}

impl Gate {
    pub(crate) fn new(policy: Policy, registry: &Options) -> Self {
        let mut registry = registry.clone();
        registry.limits.time = registry.limits.time.min(TIME);
        Self { policy, registry, lookup: OnceLock::new(), turns: Semaphore::new(TURNS) }
    }

    /// Held by whoever decides.
    pub(crate) fn turns(&self) -> &Semaphore {
        &self.turns
    }

    /// Decides about images, in their order, with what is known of each; blocks meanwhile.
    ///
    /// Only the repositories that the catalogue names are asked: whoever sends a request must not choose whom the
    /// service connects to. Of other images nothing is known, and that they are not in the catalogue.
    pub(crate) fn decide(&self, images: &[ImageName], named: &Named) -> Vec<(Decided, Option<Time>)> {
        let lookup = self.lookup.get_or_init(|| {
            Lookup::new(LookupOptions {
                registry: self.registry.clone(),
                retry: RetryPolicy::within(TIME),
                tags: self.policy.level(Rule::LaterTag) > GateLevel::Allow,
                ..LookupOptions::default()
            })
        });
        let now = now();
        let is_asked =
            |image: &&ImageName| named.repositories.contains(&image.canonical().name_without_tag());
        let asked: Vec<ImageName> = images.iter().filter(is_asked).cloned().collect();
        let mut known = lookup.facts(&asked, now, &|_| {}).into_iter();
        images
            .iter()
            .map(|image| {
                let found = match is_asked(&image) {
                    true => known.next().unwrap_or_else(|| Ok(Facts::unknown(image.clone()))),
                    false => Ok(Facts::unknown(image.clone())),
                };
                let in_catalogue = Some(named.images.contains(&image.canonical()));
                let facts = found.map(|facts| Facts { in_catalogue, ..facts });
                let created = facts.as_ref().ok().and_then(|facts| facts.created);
                ((image.clone(), facts.map(|facts| decide(&facts, &self.policy, now))), created)
            })
            .collect()
    }
}

/// The time of this machine.
pub(crate) fn now() -> Time {
    Time::from_unix(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}
