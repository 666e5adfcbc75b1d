//! The facts of images: what their registries say, and what is remembered of that.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use start_points::gate::{FIRST_IMAGES, Facts, Tag, is_commit};
use start_points::{ImageName, Time};
use start_points_io::{BlobCache, CacheKey, RetryPolicy, parallel};
use start_points_oci::registry::{Options, Registry};
use start_points_oci::{CREATED_LABEL, Cause, ImageError, Inspection};

use crate::record::{FRESH, Record, SETTLED};

/// Of how many other tags that are made from commits it is asked when their images were made. Beyond that many their
/// order stays unknown, as it costs two requests a tag.
const MOST_DATED: usize = 100;

/// How facts are looked up.
#[derive(Debug)]
pub struct LookupOptions {
    /// How registries are spoken to.
    pub registry: Options,
    /// What is remembered from one run to the next; without it only this run's answers are.
    pub cache: Option<BlobCache>,
    /// How often, and for how long, a registry is asked where the network fails.
    pub retry: RetryPolicy,
    /// How many requests are under way at once.
    pub jobs: NonZeroUsize,
    /// Nobody is asked; what is remembered counts however old it is.
    pub offline: bool,
    /// Whether the tags of repositories are listed, and dated where they have no order by themselves.
    pub tags: bool,
}

impl Default for LookupOptions {
    fn default() -> Self {
        let jobs = NonZeroUsize::MIN.saturating_add(15);
        Self {
            registry: Options::default(),
            cache: None,
            retry: RetryPolicy::default(),
            jobs,
            offline: false,
            tags: true,
        }
    }
}

/// Looks up the facts of images. What it learnt is kept for the next call, for an hour.
#[derive(Debug)]
pub struct Lookup {
    registry: Registry,
    options: LookupOptions,
    /// By repository, in its full spelling.
    records: Mutex<BTreeMap<String, Record>>,
}

impl Lookup {
    /// Opens no connection yet.
    #[must_use]
    pub fn new(options: LookupOptions) -> Self {
        let registry = Registry::new(options.registry.clone());
        Self { registry, options, records: Mutex::default() }
    }

    /// The facts of images, in their order; whether a catalogue names them, the caller knows. `tell` is told of each
    /// image that was asked about.
    #[must_use]
    pub fn facts(
        &self,
        images: &[ImageName],
        now: Time,
        tell: &(dyn Fn(&ImageName) + Sync),
    ) -> Vec<Result<Facts, ImageError>> {
        let repositories: BTreeMap<_, _> = images.iter().map(|image| (repository(image), image)).collect();
        let before: BTreeMap<String, Record> =
            repositories.keys().map(|name| (name.clone(), self.remembered(name))).collect();

        // Names first, and the tags of each repository once: what they answer says which dates are wanted.
        let mut asked: Vec<Ask<'_>> = unique(images).into_iter().map(Ask::Image).collect();
        if self.options.tags {
            asked.extend(repositories.values().map(|image| Ask::Tags(image)));
        }
        let answers = parallel::map(self.options.jobs, &asked, |_, ask| match ask {
            Ask::Image(image) => {
                let made = self.image(image, FRESH, now);
                tell(image);
                Answer::Image(made)
            }
            Ask::Tags(image) => Answer::Tags(self.tags(image, now)),
        });
        let mut found = BTreeMap::new();
        let mut tags = BTreeMap::new();
        for (ask, answer) in asked.into_iter().zip(answers) {
            match answer {
                Answer::Image(answer) => drop(found.insert(ask.image().to_string(), answer)),
                Answer::Tags(answer) => drop(tags.insert(repository(ask.image()), answer)),
            }
        }
        let dates = self.dates(images, &tags, now);
        self.remember(&before);
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
                Ok(Facts { digest: Some(digest), created, tags, ..Facts::unknown(image.clone()) })
            })
            .collect()
    }

    /// When the images were made that the other commits' tags name, where an image's own tag is such a one. One that
    /// cannot be had is left without: it is no fault of the image in question.
    fn dates(
        &self,
        images: &[ImageName],
        tags: &BTreeMap<String, Result<Vec<String>, ImageError>>,
        now: Time,
    ) -> BTreeMap<String, Option<Time>> {
        let mut wanted = BTreeMap::new();
        for image in images.iter().filter(|image| image.tag().is_some_and(is_commit)) {
            let Some(Ok(tags)) = tags.get(&repository(image)) else { continue };
            let commits: Vec<_> = tags.iter().filter(|tag| is_commit(tag)).collect();
            if commits.len() <= MOST_DATED {
                let named = commits.into_iter().filter_map(|tag| tagged(image, tag));
                wanted.extend(named.map(|name| (name.to_string(), name)));
            }
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let made = parallel::map(self.options.jobs, &wanted, |_, (_, image)| self.image(image, SETTLED, now));
        let made = made.into_iter().map(|made| made.ok().and_then(|(_, created)| created));
        wanted.into_iter().map(|(name, _)| name).zip(made).collect()
    }

    /// The digest of an image, and when it was made; what its name stood for counts for `fresh` seconds.
    fn image(&self, image: &ImageName, fresh: u64, now: Time) -> Made {
        let repository = repository(image);
        let tag = image.tag().unwrap_or("latest");
        let within = if self.options.offline { u64::MAX } else { fresh };
        let known = |record: &Record| {
            let digest = match image.digest() {
                Some(digest) => digest.to_owned(),
                None => record.named(tag, within, now)?,
            };
            let made = record.made(&digest)?;
            Some((digest, made))
        };
        if let Some(known) = known(self.records().entry(repository.clone()).or_default()) {
            return Ok(known);
        }
        if self.options.offline {
            return Err(offline(image));
        }
        let (digest, made) = self.asked(|registry| {
            let opened = registry.open(image)?;
            let digest = opened.descriptor().digest.to_string();
            let made = self.records().entry(repository.clone()).or_default().made(&digest);
            let made = match made {
                Some(made) => made,
                None => created(&opened.inspect()?),
            };
            Ok((digest, made))
        })?;
        let mut records = self.records();
        let record = records.entry(repository).or_default();
        record.keep_made(&digest, made);
        if image.digest().is_none() {
            record.keep_named(tag, &digest, now);
        }
        Ok((digest, made))
    }

    fn tags(&self, image: &ImageName, now: Time) -> Result<Vec<String>, ImageError> {
        let repository = repository(image);
        let within = if self.options.offline { u64::MAX } else { FRESH };
        if let Some(tags) = self.records().entry(repository.clone()).or_default().tags(within, now) {
            return Ok(tags);
        }
        if self.options.offline {
            return Err(offline(image));
        }
        let tags = self.asked(|registry| registry.tags(image))?;
        self.records().entry(repository).or_default().keep_tags(&tags, now);
        Ok(tags)
    }

    /// Asks the registry, again where only the network failed.
    fn asked<T>(&self, ask: impl Fn(&Registry) -> Result<T, ImageError>) -> Result<T, ImageError> {
        let is_passing = |error: &ImageError| error.cause().is_passing();
        let attempt = || ask(&self.registry);
        self.options.retry.run(&self.options.registry.cancel, is_passing, attempt)
    }

    /// What is remembered of a repository, from an earlier call or an earlier run.
    fn remembered(&self, repository: &str) -> Record {
        if let Some(record) = self.records().get(repository) {
            return record.clone();
        }
        let read = |cache: &BlobCache| cache.get(CacheKey::Named(&document(repository))).ok().flatten();
        let record = self.options.cache.as_ref().and_then(read).map(|bytes| Record::read(&bytes));
        self.records().entry(repository.to_owned()).or_insert(record.unwrap_or_default()).clone()
    }

    /// Keeps what was learnt for the next run. A cache that cannot be written costs the next run a question.
    fn remember(&self, before: &BTreeMap<String, Record>) {
        let Some(cache) = &self.options.cache else { return };
        for (repository, old) in before {
            let record = self.records().get(repository).cloned().unwrap_or_default();
            if record != *old {
                let _ = cache.put(CacheKey::Named(&document(repository)), &record.write());
            }
        }
        let _ = cache.trim();
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<String, Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A digest, and when its image says that it was made.
type Made = Result<(String, Option<Time>), ImageError>;

enum Ask<'a> {
    Image(&'a ImageName),
    Tags(&'a ImageName),
}

enum Answer {
    Image(Made),
    Tags(Result<Vec<String>, ImageError>),
}

impl<'a> Ask<'a> {
    const fn image(&self) -> &'a ImageName {
        match self {
            Self::Image(image) | Self::Tags(image) => image,
        }
    }
}

fn offline(image: &ImageName) -> ImageError {
    ImageError::new(&image.to_string(), Cause::Offline)
}

fn unique(images: &[ImageName]) -> BTreeSet<&ImageName> {
    images.iter().collect()
}

/// Registry and path in their full spelling.
fn repository(image: &ImageName) -> String {
    image.canonical().name_without_tag()
}

/// Another number where what is remembered changes.
fn document(repository: &str) -> String {
    format!("image-facts-1 {repository}")
}

/// The same repository's image of another tag.
fn tagged(image: &ImageName, tag: &str) -> Option<ImageName> {
    ImageName::parse(&image.name_without_tag()).ok()?.with_tag(tag).ok()
}

fn dated(image: &ImageName, tags: Vec<String>, dates: &BTreeMap<String, Option<Time>>) -> Vec<Tag> {
    let created =
        |tag: &str| tagged(image, tag).and_then(|name| dates.get(&name.to_string()).copied().flatten());
    let mut tags: Vec<_> = tags.into_iter().map(|name| Tag { created: created(&name), name }).collect();
    // Registries list them in any order.
    tags.sort();
    tags
}

/// When an image says that it was made. Its configuration comes first: labels are handed down from base images.
fn created(inspection: &Inspection) -> Option<Time> {
    let said = [inspection.created.as_deref(), inspection.labels.get(CREATED_LABEL).map(String::as_str)];
    let times = said.map(|text| text.and_then(|text| text.parse::<Time>().ok()));
    let can_be = times.into_iter().flatten().find(|time| *time >= FIRST_IMAGES);
    can_be.or(times.into_iter().flatten().next())
}
