//! How far it is: every image with its state, and whether that is enough.

use std::collections::BTreeMap;

use start_points::ImageName;
use start_points_oci::Digest;

use crate::cause::Cause;
use crate::marker::Marker;
use crate::options::{Missing, ReadyWhen};
use crate::plan::Plan;

/// How far the images of a catalogue are. What is asked of it is answered at once, however many there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    catalogue: Digest,
    policy: Policy,
    /// By the shortest full name: `gcc:latest`.
    images: BTreeMap<String, ImageState>,
    /// That name, by what a catalogue writes instead.
    spellings: BTreeMap<String, String>,
    there: usize,
    lasting: usize,
    ready: bool,
}

/// The state of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageState {
    /// The engine is asked as soon as it is its turn.
    Waiting,
    /// It is being pulled.
    Pulling {
        /// The bytes that came.
        received: u64,
        /// The bytes of the layers that have begun; 0 where the engine does not say.
        expected: u64,
    },
    /// The engine has it.
    There,
    /// It could not be had, and will be asked for again.
    Failed(Failure),
}

/// Why an image is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why, and what to do about it.
    pub cause: Cause,
    /// How often it failed in a row.
    pub failures: u32,
}

/// How much is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) ready_when: ReadyWhen,
    pub(crate) missing: Missing,
}

impl Progress {
    /// Nothing is known yet but what `state` says of each image.
    pub(crate) fn new(
        catalogue: Digest,
        plan: &Plan,
        policy: Policy,
        state: impl Fn(&str) -> Option<ImageState>,
    ) -> Self {
        let first = |(key, image): &(String, Result<ImageName, Cause>)| {
            let state = match image {
                Ok(_) => state(key).unwrap_or(ImageState::Waiting),
                Err(cause) => ImageState::Failed(Failure { cause: cause.clone(), failures: 1 }),
            };
            (key.clone(), state)
        };
        let images: BTreeMap<_, _> = plan.images.iter().map(first).collect();
        let there = images.values().filter(|state| state.is_there()).count();
        let lasting = images.values().filter(|state| state.is_lasting()).count();
        let spellings = plan.spellings.clone();
        let mut progress = Self { catalogue, policy, images, spellings, there, lasting, ready: false };
        progress.ready = progress.is_enough(lasting);
        progress
    }

    /// The same after a start that finds this marker: what it names counts as there until the engine says otherwise.
    pub(crate) fn restored(catalogue: Digest, plan: &Plan, policy: Policy, marker: &Marker) -> Self {
        let was_there = |key: &str| marker.images.contains(key).then_some(ImageState::There);
        let mut progress = Self::new(catalogue, plan, policy, was_there);
        let without = progress.images.iter().filter(|(key, state)| {
            state.is_lasting() || (!state.is_there() && marker.without.contains(*key))
        });
        let without = without.count();
        progress.ready = progress.is_enough(without);
        progress
    }

    /// The same for the next catalogue. Of the same catalogue, what was enough stays enough.
    pub(crate) fn of_next(&self, catalogue: Digest, plan: &Plan) -> Self {
        let is_same = catalogue == self.catalogue;
        let mut next = Self::new(catalogue, plan, self.policy, |key| self.images.get(key).cloned());
        next.ready |= is_same && self.ready;
        next
    }

    /// Changes an image's state; one that is no longer named is left alone. What was enough stays enough.
    pub(crate) fn set(&mut self, key: &str, state: ImageState) {
        let Some(known) = self.images.get_mut(key) else { return };
        self.there = self.there - usize::from(known.is_there()) + usize::from(state.is_there());
        self.lasting = self.lasting - usize::from(known.is_lasting()) + usize::from(state.is_lasting());
        *known = state;
        self.ready |= self.is_enough(self.lasting);
    }

    fn is_enough(&self, without: usize) -> bool {
        let wanted = match self.policy.missing {
            Missing::StayUnready => self.images.len(),
            Missing::ServeWithout => self.images.len().saturating_sub(without),
        };
        // Where nothing can be had there is nothing to serve.
        self.images.is_empty() || (wanted > 0 && self.policy.ready_when.is_met(self.there, wanted))
    }

    /// The marker for the next start, as soon as enough is there.
    pub(crate) fn marker(&self) -> Option<Marker> {
        let named = |is: fn(&ImageState) -> bool| {
            self.images.iter().filter(|(_, state)| is(state)).map(|(key, _)| key.clone()).collect()
        };
        let marker = || {
            Marker::new(self.catalogue.clone(), named(ImageState::is_there), named(ImageState::is_lasting))
        };
        self.ready.then(marker)
    }

    /// The catalogue whose images these are.
    #[must_use]
    pub fn catalogue(&self) -> &Digest {
        &self.catalogue
    }

    /// Whether enough images are there, or were once: an image that is removed later is pulled again meanwhile.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.ready
    }

    /// How many images the catalogue names.
    #[must_use]
    pub fn total(&self) -> usize {
        self.images.len()
    }

    /// How many of them are there.
    #[must_use]
    pub const fn there(&self) -> usize {
        self.there
    }

    /// How many of them cannot be had until somebody mends something.
    #[must_use]
    pub const fn lasting(&self) -> usize {
        self.lasting
    }

    /// Every image by its shortest full name, sorted.
    pub fn images(&self) -> impl Iterator<Item = (&str, &ImageState)> {
        self.images.iter().map(|(key, state)| (key.as_str(), state))
    }

    pub(crate) fn image(&self, key: &str) -> Option<&ImageState> {
        self.images.get(key)
    }

    /// The state of an image, by what the catalogue calls it; `None` where the catalogue does not name it.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<&ImageState> {
        self.images.get(self.spellings.get(name)?)
    }

    /// The images, as the catalogue calls them, without which nothing is to be offered that needs them: none,
    /// unless what is missing is to be done without.
    pub fn not_offered(&self) -> impl Iterator<Item = &str> {
        let is_absent = |key: &String| self.images.get(key).is_some_and(|state| !state.is_there());
        let is_left_out = self.policy.missing == Missing::ServeWithout;
        let left_out = self.spellings.iter().filter(move |(_, key)| is_left_out && is_absent(key));
        left_out.map(|(name, _)| name.as_str())
    }
}

impl ImageState {
    /// Whether the engine has it.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        matches!(self, Self::There)
    }

    /// Whether somebody must mend something first.
    #[must_use]
    pub const fn is_lasting(&self) -> bool {
        matches!(self, Self::Failed(failure) if failure.cause.is_lasting())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(policy: Policy, names: &[&str]) -> Progress {
        let plan = Plan::of(names.iter().map(|name| (*name).to_owned()));
        Progress::new(Digest::of(b"a"), &plan, policy, |_| None)
    }

    fn missing() -> ImageState {
        ImageState::Failed(Failure { cause: Cause::Missing("manifest unknown".to_owned()), failures: 1 })
    }

    const ALL: Policy = Policy { ready_when: ReadyWhen::All, missing: Missing::StayUnready };
    const WITHOUT: Policy = Policy { ready_when: ReadyWhen::All, missing: Missing::ServeWithout };

    #[test]
    fn spellings_of_one_image_are_one_image() {
        let mut progress = started(ALL, &["gcc", "docker.io/library/gcc:latest", "x/y:1", "x/y:1"]);
        assert_eq!(progress.total(), 2);
        progress.set("gcc:latest", ImageState::There);
        assert!(progress.state("gcc").unwrap().is_there());
        assert!(progress.state("docker.io/library/gcc:latest").unwrap().is_there());
        assert_eq!(progress.state("gcc:other"), None);
    }

    #[test]
    fn a_missing_image_counts_unless_it_is_done_without() {
        for (policy, ready) in [(ALL, false), (WITHOUT, true)] {
            let mut progress = started(policy, &["a:1", "b:1"]);
            progress.set("a:1", ImageState::There);
            assert!(!progress.is_ready());
            progress.set("b:1", missing());
            assert_eq!((progress.is_ready(), progress.lasting()), (ready, 1));
            assert_eq!(progress.not_offered().eq(["b:1"]), policy == WITHOUT);
            progress.set("b:1", ImageState::There);
            assert_eq!((progress.is_ready(), progress.lasting(), progress.there()), (true, 0, 2));
        }
    }

    #[test]
    fn nothing_to_serve_is_not_ready_and_nothing_to_pull_is() {
        let mut progress = started(WITHOUT, &["a:1"]);
        progress.set("a:1", missing());
        assert!(!progress.is_ready());
        assert!(started(ALL, &[]).is_ready());
    }

    #[test]
    fn another_catalogue_starts_over_and_the_same_does_not() {
        let mut progress = started(ALL, &["a:1"]);
        progress.set("a:1", ImageState::There);
        progress.set("a:1", ImageState::Waiting);
        assert!(progress.is_ready());
        let plan = Plan::of(["a:1".to_owned()]);
        assert!(progress.of_next(Digest::of(b"a"), &plan).is_ready());
        assert!(!progress.of_next(Digest::of(b"b"), &plan).is_ready());
        progress.set("a:1", ImageState::There);
        assert!(progress.of_next(Digest::of(b"b"), &plan).is_ready());
    }

    #[test]
    fn a_name_that_is_none_is_told() {
        let progress = started(ALL, &["not an image"]);
        assert!(progress.state("not an image").unwrap().is_lasting());
    }

    #[test]
    fn a_marker_makes_it_ready_at_once() {
        let names = ["a:1", "b:1"];
        let mut progress = started(WITHOUT, &names);
        progress.set("a:1", ImageState::There);
        assert_eq!(progress.marker(), None);
        progress.set("b:1", missing());
        let marker = progress.marker().unwrap();
        let plan = Plan::of(names.map(str::to_owned));
        assert!(Progress::restored(Digest::of(b"a"), &plan, WITHOUT, &marker).is_ready());
        assert!(!Progress::restored(Digest::of(b"a"), &plan, ALL, &marker).is_ready());
    }
}
