//! The facts of images: from memory while they are fresh, otherwise from the registries.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use start_points::gate::{FIRST_IMAGES, ImageFacts, ImageTag, is_commit};
use start_points::{ImageName, Time};
use start_points_io::{BlobCache, RetryPolicy, parallel};
use start_points_oci::registry::{Registry, RegistryOptions};
use start_points_oci::{CREATED_LABEL, ImageInspection, OciError, OciErrorKind};

use crate::memory::{FactMemory, repository};

/// How many seconds a registry's answer is used for.
const FRESH: u64 = 60 * 60;
/// The same for what other tags than the one in question name: tags are not meant to move.
const SETTLED: u64 = 30 * 24 * 60 * 60;

/// The most other commit tags whose images are dated, at two requests a tag. With more, their order stays unknown.
const MOST_DATED: usize = 100;

/// How facts are looked up.
#[derive(Debug)]
pub struct LookupOptions {
    /// Options of the registry client.
    pub registry: RegistryOptions,
    /// Remembers facts between runs; without it they are remembered in memory only.
    pub cache: Option<BlobCache>,
    /// How often, and for how long, requests are retried.
    pub retry: RetryPolicy,
    /// How many requests run at once.
    pub jobs: NonZeroUsize,
    /// No connection is made; remembered facts are used however old they are.
    pub offline: bool,
    /// Whether the tags of repositories are listed, and dated if their names have no order.
    pub tags: bool,
}

impl Default for LookupOptions {
    fn default() -> Self {
        let jobs = NonZeroUsize::MIN.saturating_add(15);
        Self {
            registry: RegistryOptions::default(),
            cache: None,
            retry: RetryPolicy::default(),
            jobs,
            offline: false,
            tags: true,
        }
    }
}

/// Looks up the facts of images, and remembers them for an hour.
#[derive(Debug)]
pub struct Lookup {
    registry: Registry,
    options: LookupOptions,
    memory: FactMemory,
}

impl Lookup {
    /// Opens no connection yet.
    #[must_use]
    pub fn new(mut options: LookupOptions) -> Self {
        let registry = Registry::new(options.registry.clone());
        let memory = FactMemory::new(options.cache.take());
        Self { registry, options, memory }
    }

    /// The facts of images, in their order; whether a catalogue names them is left to the caller. `on_done` is called
    /// with each image that has been looked up.
    #[must_use]
    pub fn facts(
        &self,
        images: &[ImageName],
        now: Time,
        on_done: &(dyn Fn(&ImageName) + Sync),
    ) -> Vec<Result<ImageFacts, OciError>> {
        let repositories: BTreeMap<_, _> = images.iter().map(|image| (repository(image), image)).collect();
        let before = self.memory.load(repositories.keys());

        // Images and the tags of each repository first: they decide which dates are needed.
        let mut queries: Vec<FactQuery<'_>> =
            images.iter().collect::<BTreeSet<_>>().into_iter().map(FactQuery::Image).collect();
        if self.options.tags {
            queries.extend(repositories.values().map(|image| FactQuery::Tags(image)));
        }
        let replies = parallel::map(self.options.jobs, &queries, |_, query| match query {
            FactQuery::Image(image) => {
                let made = self.image(image, FRESH, now);
                on_done(image);
                FactReply::Image(made)
            }
            FactQuery::Tags(image) => FactReply::Tags(self.tags(image, now)),
        });
        let mut found = BTreeMap::new();
        let mut tags = BTreeMap::new();
        for (query, answer) in queries.into_iter().zip(replies) {
            match answer {
                FactReply::Image(answer) => drop(found.insert(query.image().to_string(), answer)),
                FactReply::Tags(answer) => drop(tags.insert(repository(query.image()), answer)),
            }
        }
        let dates = self.dates(images, &tags, now);
        self.memory.save(&before);
        images
            .iter()
            .map(|image| {
                let (digest, created) = match found.get(&image.to_string()) {
                    Some(answer) => answer.clone()?,
                    None => return Err(offline(image)),
                };
                let tags = match tags.get(&repository(image)) {
                    Some(tags) => Some(dated(image, tags.clone()?, &dates)),
                    None => None,
                };
                Ok(ImageFacts { digest: Some(digest), created, tags, ..ImageFacts::unknown(image.clone()) })
            })
            .collect()
    }

    /// When the images of the other commit tags were made, for images whose own tag is one. A date that cannot be
    /// fetched is left out: it is not a fault of the image in question.
    fn dates(
        &self,
        images: &[ImageName],
        tags: &BTreeMap<String, TagsReply>,
        now: Time,
    ) -> BTreeMap<String, Option<Time>> {
        let mut wanted = BTreeMap::new();
        for image in images.iter().filter(|image| image.tag().is_some_and(is_commit)) {
            let Some(Ok(tags)) = tags.get(&repository(image)) else { continue };
            let commits: Vec<_> = tags.iter().filter(|tag| is_commit(tag)).collect();
            if commits.len() <= MOST_DATED {
                let named = commits.into_iter().filter_map(|tag| sibling(image, tag));
                wanted.extend(named.map(|name| (name.to_string(), name)));
            }
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let made = parallel::map(self.options.jobs, &wanted, |_, (_, image)| self.image(image, SETTLED, now));
        let made = made.into_iter().map(|made| made.ok().and_then(|(_, created)| created));
        wanted.into_iter().map(|(name, _)| name).zip(made).collect()
    }

    /// The digest of an image, and when it was made; what its tag named is used for `max_age` seconds.
    fn image(&self, image: &ImageName, max_age: u64, now: Time) -> ImageReply {
        if let Some(known) = self.memory.image(image, self.max_age(max_age), now) {
            return Ok(known);
        }
        if self.options.offline {
            return Err(offline(image));
        }
        let (digest, made) = self.with_retries(|registry| {
            let opened = registry.open(image)?;
            let digest = opened.descriptor().digest.to_string();
            let made = match self.memory.made(image, &digest) {
                Some(made) => made,
                None => created(&opened.inspect()?),
            };
            Ok((digest, made))
        })?;
        self.memory.keep_image(image, &digest, made, now);
        Ok((digest, made))
    }

    fn tags(&self, image: &ImageName, now: Time) -> TagsReply {
        if let Some(tags) = self.memory.tags(image, self.max_age(FRESH), now) {
            return Ok(tags);
        }
        if self.options.offline {
            return Err(offline(image));
        }
        let tags = self.with_retries(|registry| registry.tags(image))?;
        self.memory.keep_tags(image, &tags, now);
        Ok(tags)
    }

    /// Offline, facts of any age are used.
    const fn max_age(&self, seconds: u64) -> u64 {
        if self.options.offline { u64::MAX } else { seconds }
    }

    /// Sends requests to the registry, again if only the network failed.
    fn with_retries<T>(&self, request: impl Fn(&Registry) -> Result<T, OciError>) -> Result<T, OciError> {
        let is_transient = |error: &OciError| error.kind().is_transient();
        self.options.retry.run(&self.options.registry.cancel, is_transient, || request(&self.registry))
    }
}

/// A digest, and when its image says that it was made.
type ImageReply = Result<(String, Option<Time>), OciError>;

/// The tags of a repository.
type TagsReply = Result<Vec<String>, OciError>;

enum FactQuery<'a> {
    Image(&'a ImageName),
    Tags(&'a ImageName),
}

enum FactReply {
    Image(ImageReply),
    Tags(TagsReply),
}

impl<'a> FactQuery<'a> {
    const fn image(&self) -> &'a ImageName {
        match self {
            Self::Image(image) | Self::Tags(image) => image,
        }
    }
}

fn offline(image: &ImageName) -> OciError {
    OciError::new(&image.to_string(), OciErrorKind::Offline)
}

/// The same repository's image of another tag.
fn sibling(image: &ImageName, tag: &str) -> Option<ImageName> {
    ImageName::parse(&image.name_without_tag()).ok()?.with_tag(tag).ok()
}

fn dated(image: &ImageName, tags: Vec<String>, dates: &BTreeMap<String, Option<Time>>) -> Vec<ImageTag> {
    let created =
        |tag: &str| sibling(image, tag).and_then(|name| dates.get(&name.to_string()).copied().flatten());
    let mut tags: Vec<_> = tags.into_iter().map(|name| ImageTag { created: created(&name), name }).collect();
    // Registries may list tags in any order.
    tags.sort();
    tags
}

/// When an image says that it was made. Its configuration comes first, because labels are inherited from base images:
/// <https://github.com/opencontainers/image-spec/blob/main/config.md>.
fn created(inspection: &ImageInspection) -> Option<Time> {
    let said = [inspection.created.as_deref(), inspection.labels.get(CREATED_LABEL).map(String::as_str)];
    let times = said.map(|text| text.and_then(|text| text.parse::<Time>().ok()));
    let can_be = times.into_iter().flatten().find(|time| *time >= FIRST_IMAGES);
    can_be.or(times.into_iter().flatten().next())
}
