//! What is known of an image.

use super::input::{self, GateInputError, GateInputErrorKind, Input};
use crate::ImageName;
use crate::time::Time;

/// The beginning of 2013. No image is older than the first container engine: an earlier time is a build tool's stand-in
/// for none.
pub const FIRST_IMAGES: Time = Time::from_unix(1_356_998_400);

/// What is known of one image. What nobody looked up, or the image does not say, is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFacts {
    /// Its name.
    pub image: ImageName,
    /// What the name stands for now, as `sha256:` and hex digits.
    pub digest: Option<String>,
    /// When it says that it was made.
    pub created: Option<Time>,
    /// The tags of its repository.
    pub tags: Option<Vec<ImageTag>>,
    /// Whether the catalogue names it; `None` where there is no catalogue to ask.
    pub in_catalogue: Option<bool>,
}

/// A tag of a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImageTag {
    /// Its name.
    pub name: String,
    /// When the image that it names says that it was made.
    pub created: Option<Time>,
}

/// Whether a tag is made from a commit: 7 hex digits, or up to 64 where one of them is a letter.
///
/// Such tags are in no order by themselves.
#[must_use]
pub fn is_commit(tag: &str) -> bool {
    let is_hex = tag.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let has_letter = || tag.bytes().any(|byte| byte.is_ascii_alphabetic());
    is_hex && (tag.len() == 7 || ((8..=64).contains(&tag.len()) && has_letter()))
}

impl ImageFacts {
    /// An image of which nothing is known but its name.
    #[must_use]
    pub const fn unknown(image: ImageName) -> Self {
        Self { image, digest: None, created: None, tags: None, in_catalogue: None }
    }

    /// Reads facts from JSON: `image`, and perhaps `digest`, `created`, `tags` (tag → when it was made, or null) and
    /// `in_catalogue`.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn parse(json: &[u8]) -> Result<Self, GateInputError> {
        input::parse("facts", json, |input| Self::read(&input))
    }

    fn read(input: &Input<'_, '_>) -> Result<Self, GateInputError> {
        let object = input.object(&["image", "digest", "created", "tags", "in_catalogue"])?;
        let image = object.needed("image")?;
        let name = image.text()?;
        let name =
            ImageName::parse(name).map_err(|error| image.error(GateInputErrorKind::BadImage(error)))?;
        let tags = object.get("tags").map(|tags| tags_of(tags, &name)).transpose()?;
        Ok(Self {
            image: name,
            digest: object.get("digest").map(|digest| digest.words().map(str::to_owned)).transpose()?,
            created: object.get("created").map(Input::time).transpose()?,
            tags,
            in_catalogue: object.get("in_catalogue").map(Input::boolean).transpose()?,
        })
    }

    /// When it was made, where that can be: not before there were images, and not after `now` but by what clocks
    /// differ.
    pub(super) fn made(&self, now: Time) -> Option<Time> {
        const CLOCKS_DIFFER: u64 = 24 * 60 * 60;
        let created = self.created.filter(|created| *created >= FIRST_IMAGES)?;
        (created.seconds_since(now).unwrap_or_default() <= CLOCKS_DIFFER).then_some(created)
    }
}

fn tags_of(tags: &Input<'_, '_>, image: &ImageName) -> Result<Vec<ImageTag>, GateInputError> {
    let tag = |(name, created): (&str, Input<'_, '_>)| {
        image
            .with_tag(name)
            .map_err(|error| created.error(GateInputErrorKind::BadTag { found: name.to_owned(), error }))?;
        let created = (!created.is_null()).then(|| created.time()).transpose()?;
        Ok(ImageTag { name: name.to_owned(), created })
    };
    tags.members()?.into_iter().map(tag).collect()
}
