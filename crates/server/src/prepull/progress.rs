//! The progress of pre-pulling: every image with its state, and whether enough images are present.

use std::collections::{BTreeMap, BTreeSet};

use start_points::ImageName;
use start_points_container::PullError;
use start_points_oci::Digest;

use crate::prepull::options::{MissingImages, ReadyWhen};

/// The images that a catalogue names: each once, however often and in however many spellings.
pub(crate) struct PullPlan {
    /// In the catalogue's order; an error where the name is not an image name.
    pub(crate) images: Vec<(String, Result<ImageName, PullError>)>,
    /// The key of an image, by its spelling in the catalogue.
    pub(crate) spellings: BTreeMap<String, String>,
}

impl PullPlan {
    pub(crate) fn from_names(names: impl IntoIterator<Item = String>) -> Self {
        let mut plan = Self { images: Vec::new(), spellings: BTreeMap::new() };
        let mut known = BTreeSet::new();
        for name in names {
            let image = ImageName::parse(&name).map(|image| image.canonical());
            let image = image.map_err(|error| PullError::MalformedName(error.to_string()));
            let key = image.as_ref().map_or_else(|_| name.clone(), |image| image.familiar().to_string());
            if known.insert(key.clone()) {
                plan.images.push((key.clone(), image));
            }
            plan.spellings.insert(name, key);
        }
        plan
    }
}

/// The progress of the images of a catalogue. Every query is constant time or one pass over them.
#[derive(Debug, Clone, PartialEq)]
pub struct PullProgress {
    catalogue: Digest,
    policy: ReadyPolicy,
    /// By the shortest full name: `gcc:latest`.
    images: BTreeMap<String, ImageState>,
    /// That name, by its spelling in the catalogue.
    spellings: BTreeMap<String, String>,
    present: usize,
    permanent: usize,
    ready: bool,
}

/// The state of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageState {
    /// It waits for its turn.
    Waiting,
    /// It is being pulled.
    Pulling {
        /// The bytes received.
        received: u64,
        /// The bytes of the layers whose download has begun; 0 if the engine does not report them.
        expected: u64,
    },
    /// The engine has it.
    Present,
    /// The last attempt failed; it will be retried.
    Failed(PullFailure),
}

/// Why an image is not present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullFailure {
    /// The last error.
    pub error: PullError,
    /// How many attempts failed in a row.
    pub failures: u32,
}

/// When the service is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadyPolicy {
    pub(crate) ready_when: ReadyWhen,
    pub(crate) missing: MissingImages,
}

impl PullProgress {
    /// The progress at the start: `state` is what is known of an image.
    pub(crate) fn new(
        catalogue: Digest,
        plan: &PullPlan,
        policy: ReadyPolicy,
        state: impl Fn(&str) -> Option<ImageState>,
    ) -> Self {
        let first = |(key, image): &(String, Result<ImageName, PullError>)| {
            let state = match image {
                Ok(_) => state(key).unwrap_or(ImageState::Waiting),
                Err(error) => ImageState::Failed(PullFailure { error: error.clone(), failures: 1 }),
            };
            (key.clone(), state)
        };
        let images: BTreeMap<_, _> = plan.images.iter().map(first).collect();
        let present = images.values().filter(|state| state.is_present()).count();
        let permanent = images.values().filter(|state| state.is_permanent()).count();
        let spellings = plan.spellings.clone();
        let mut progress = Self { catalogue, policy, images, spellings, present, permanent, ready: false };
        progress.ready = progress.is_enough(permanent);
        progress
    }

    /// The progress after a restart: images that were present count as present until the engine says otherwise, and
    /// those that were missing are not waited for again.
    pub(crate) fn restored(
        catalogue: Digest,
        plan: &PullPlan,
        policy: ReadyPolicy,
        was_present: &BTreeSet<String>,
        was_missing: &BTreeSet<String>,
    ) -> Self {
        let state = |key: &str| was_present.contains(key).then_some(ImageState::Present);
        let mut progress = Self::new(catalogue, plan, policy, state);
        let without = progress.images.iter().filter(|(key, state)| {
            state.is_permanent() || (!state.is_present() && was_missing.contains(*key))
        });
        let without = without.count();
        progress.ready = progress.is_enough(without);
        progress
    }

    /// The progress of the next catalogue. For the same catalogue, what was ready stays ready.
    pub(crate) fn for_next(&self, catalogue: Digest, plan: &PullPlan) -> Self {
        let is_same = catalogue == self.catalogue;
        let mut next = Self::new(catalogue, plan, self.policy, |key| self.images.get(key).cloned());
        next.ready |= is_same && self.ready;
        next
    }

    /// Changes the state of an image that the catalogue still names. What was ready stays ready.
    pub(crate) fn set(&mut self, key: &str, state: ImageState) {
        let Some(known) = self.images.get_mut(key) else { return };
        self.present = self.present - usize::from(known.is_present()) + usize::from(state.is_present());
        self.permanent =
            self.permanent - usize::from(known.is_permanent()) + usize::from(state.is_permanent());
        *known = state;
        self.ready |= self.is_enough(self.permanent);
    }

    fn is_enough(&self, without: usize) -> bool {
        let wanted = match self.policy.missing {
            MissingImages::StayUnready => self.images.len(),
            MissingImages::ServeWithout => self.images.len().saturating_sub(without),
        };
        // If no image can be pulled there is nothing to serve.
        self.images.is_empty() || (wanted > 0 && self.policy.ready_when.is_met(self.present, wanted))
    }

    /// The catalogue whose images these are.
    #[must_use]
    pub fn catalogue(&self) -> &Digest {
        &self.catalogue
    }

    /// Whether enough images are present, or were: one that is removed later is pulled again in the background.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.ready
    }

    /// How many images the catalogue names.
    #[must_use]
    pub fn total(&self) -> usize {
        self.images.len()
    }

    /// How many of them are present.
    #[must_use]
    pub const fn present(&self) -> usize {
        self.present
    }

    /// How many of them cannot be pulled until somebody fixes something.
    #[must_use]
    pub const fn permanently_failed(&self) -> usize {
        self.permanent
    }

    /// Every image by its shortest full name, sorted.
    pub fn images(&self) -> impl Iterator<Item = (&str, &ImageState)> {
        self.images.iter().map(|(key, state)| (key.as_str(), state))
    }

    pub(crate) fn image(&self, key: &str) -> Option<&ImageState> {
        self.images.get(key)
    }

    /// The state of an image, by its spelling in the catalogue; `None` if the catalogue does not name it.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<&ImageState> {
        self.images.get(self.spellings.get(name)?)
    }

    /// The images, as the catalogue spells them, whose start-points are not offered: none unless the policy is
    /// [`MissingImages::ServeWithout`].
    pub fn not_offered(&self) -> impl Iterator<Item = &str> {
        let is_absent = |key: &String| self.images.get(key).is_some_and(|state| !state.is_present());
        let is_left_out = self.policy.missing == MissingImages::ServeWithout;
        let left_out = self.spellings.iter().filter(move |(_, key)| is_left_out && is_absent(key));
        left_out.map(|(name, _)| name.as_str())
    }
}

impl ImageState {
    /// Whether the engine has it.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        matches!(self, Self::Present)
    }

    /// Whether somebody must fix something first.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Failed(failure) if failure.error.is_permanent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(policy: ReadyPolicy, names: &[&str]) -> PullProgress {
        let plan = PullPlan::from_names(names.iter().map(|name| (*name).to_owned()));
        PullProgress::new(Digest::of(b"a"), &plan, policy, |_| None)
    }

    fn missing() -> ImageState {
        ImageState::Failed(PullFailure {
            error: PullError::Missing("manifest unknown".to_owned()),
            failures: 1,
        })
    }

    const ALL: ReadyPolicy = ReadyPolicy { ready_when: ReadyWhen::All, missing: MissingImages::StayUnready };
    const WITHOUT: ReadyPolicy =
        ReadyPolicy { ready_when: ReadyWhen::All, missing: MissingImages::ServeWithout };

    #[test]
    fn spellings_of_one_image_are_one_image() {
        let mut progress = started(ALL, &["gcc", "docker.io/library/gcc:latest", "x/y:1", "x/y:1"]);
        assert_eq!(progress.total(), 2);
        progress.set("gcc:latest", ImageState::Present);
        assert!(progress.state("gcc").unwrap().is_present());
        assert!(progress.state("docker.io/library/gcc:latest").unwrap().is_present());
        assert_eq!(progress.state("gcc:other"), None);
    }

    #[test]
    fn a_missing_image_counts_unless_served_without() {
        for (policy, ready) in [(ALL, false), (WITHOUT, true)] {
            let mut progress = started(policy, &["a:1", "b:1"]);
            progress.set("a:1", ImageState::Present);
            assert!(!progress.is_ready());
            progress.set("b:1", missing());
            assert_eq!((progress.is_ready(), progress.permanently_failed()), (ready, 1));
            assert_eq!(progress.not_offered().eq(["b:1"]), policy == WITHOUT);
            progress.set("b:1", ImageState::Present);
            assert_eq!(
                (progress.is_ready(), progress.permanently_failed(), progress.present()),
                (true, 0, 2)
            );
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
    fn another_catalogue_starts_over_but_the_same_does_not() {
        let mut progress = started(ALL, &["a:1"]);
        progress.set("a:1", ImageState::Present);
        progress.set("a:1", ImageState::Waiting);
        assert!(progress.is_ready());
        let plan = PullPlan::from_names(["a:1".to_owned()]);
        assert!(progress.for_next(Digest::of(b"a"), &plan).is_ready());
        assert!(!progress.for_next(Digest::of(b"b"), &plan).is_ready());
        progress.set("a:1", ImageState::Present);
        assert!(progress.for_next(Digest::of(b"b"), &plan).is_ready());
    }

    #[test]
    fn a_malformed_name_fails_permanently() {
        let progress = started(ALL, &["not an image"]);
        assert!(progress.state("not an image").unwrap().is_permanent());
    }
}
