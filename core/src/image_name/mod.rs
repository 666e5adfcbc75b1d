//! Image names: `[host[:port]/]path[:tag][@digest]`.
//!
//! The grammar is the one of the distribution project's references as the deployed checker has it, and gives
//! the same verdict on every single line up to the length limit: no IPv6 host, no limit to a port, and an
//! upper case first part is a path (and so refused), not a host. A name of several lines, which the deployed
//! checker lets through, is refused.

mod commit_sha;
mod docker_rules;
mod error;
mod hint;
mod host;
mod path;
mod suffix;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

pub use commit_sha::{CommitSha, CommitShaError};
pub use error::{ImageNameError, ImageNameErrorKind};

use crate::part;
use crate::span::Span;

/// A docker image's name, shown as it was written.
///
/// Equality is of the spelling; [`ImageName::canonical`] makes the different spellings of one name equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageName {
    registry: Option<String>,
    path: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl ImageName {
    /// The longest name that is read, in bytes of its canonical spelling without the tag.
    ///
    /// The tag has a limit of its own, so any tag can be put on any name.
    pub const MAX_BYTES: usize = 4096;

    /// Reads an image name; [`FromStr`] and [`TryFrom`] do the same.
    ///
    /// # Errors
    ///
    /// The first fault found, with its place in `text`.
    pub fn parse(text: &str) -> Result<Self, ImageNameError> {
        if text.is_empty() {
            return Err(ImageNameError::new(ImageNameErrorKind::Empty, Span::at(0)));
        }
        if text.len() > Self::MAX_BYTES + 1 + suffix::TAG_MOST {
            return Err(too_long(text, text.len()));
        }
        check_characters(text)?;
        let (registry, rest) = match text.split_once('/') {
            Some((first_part, rest)) if host::is_registry(first_part) => (Some(first_part), rest),
            _ => (None, text),
        };
        if let Some(registry) = registry {
            host::check(registry)?;
        }
        let (named, digest) = match rest.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (rest, None),
        };
        let (path, tag) = match named.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (named, None),
        };
        let at = text.len() - rest.len();
        path::check(path, at).map_err(|error| with_lower_case(error, text, at, path.len()))?;
        if let Some(tag) = tag {
            suffix::check_tag(tag, at + path.len() + 1)?;
        }
        if let Some(digest) = digest {
            suffix::check_digest(digest, text.len() - digest.len())?;
        }
        let image = Self {
            registry: registry.map(str::to_owned),
            path: path.to_owned(),
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        };
        let bytes = image.canonical_bytes();
        if bytes > Self::MAX_BYTES {
            return Err(too_long(text, bytes));
        }
        Ok(image)
    }

    /// The registry as written, `host[:port]`; none where docker's default is meant.
    #[must_use]
    pub fn registry(&self) -> Option<&str> {
        self.registry.as_deref()
    }

    /// The path on the registry, as written.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The tag, without its `:`.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, `algorithm:hex`, without its `@`.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// Registry and path as written: no tag and no digest.
    #[must_use]
    pub fn name_without_tag(&self) -> String {
        match &self.registry {
            Some(registry) => format!("{registry}/{}", self.path),
            None => self.path.clone(),
        }
    }

    /// Whether tomorrow it may mean another image: no digest, and no tag or `latest`.
    #[must_use]
    pub fn is_floating(&self) -> bool {
        self.digest.is_none() && matches!(self.tag(), None | Some("latest"))
    }

    /// The same name with this tag in the place of any other; a digest stays, and still decides which image
    /// it is.
    ///
    /// # Errors
    ///
    /// What is wrong with the tag; the span is into `tag`.
    pub fn with_tag(&self, tag: &str) -> Result<Self, ImageNameError> {
        suffix::check_tag(tag, 0)?;
        Ok(Self { tag: Some(tag.to_owned()), ..self.clone() })
    }

    /// The same name with the tag that an image built from `commit` has.
    #[must_use]
    pub fn with_sha7(&self, commit: &CommitSha) -> Self {
        Self { tag: Some(commit.sha7().to_owned()), ..self.clone() }
    }
}

/// Refuses characters that have no place in any part, so that these need not tell them apart.
fn check_characters(text: &str) -> Result<(), ImageNameError> {
    let Some(at) = text.bytes().position(|byte| !byte.is_ascii_graphic()) else { return Ok(()) };
    let Some(c) = part(text, at..).chars().next() else { return Ok(()) };
    let kind = match c {
        '\n' | '\r' => ImageNameErrorKind::SeveralLines,
        c if c.is_whitespace() => ImageNameErrorKind::Whitespace,
        c if c.is_control() => ImageNameErrorKind::ControlCharacter(c),
        c => ImageNameErrorKind::NotAscii(c),
    };
    Err(ImageNameError::new(kind, Span::new(at, at + c.len_utf8())))
}

/// Adds the name with its path in lower case, where that is an image name.
fn with_lower_case(error: ImageNameError, text: &str, at: usize, length: usize) -> ImageNameError {
    let ImageNameErrorKind::UpperCase { letter, .. } = *error.kind() else { return error };
    let mut lower = text.to_owned();
    if let Some(path) = lower.get_mut(at..at + length) {
        path.make_ascii_lowercase();
    }
    // In lower case the path has no upper case letter, so this ends here.
    let lower = ImageName::parse(&lower).is_ok().then_some(lower);
    ImageNameError::new(ImageNameErrorKind::UpperCase { letter, lower }, error.span())
}

fn too_long(text: &str, bytes: usize) -> ImageNameError {
    let limit = ImageName::MAX_BYTES;
    let kind = ImageNameErrorKind::TooLong { bytes, limit };
    ImageNameError::new(kind, Span::new(0, text.len()))
}

impl FromStr for ImageName {
    type Err = ImageNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for ImageName {
    type Error = ImageNameError;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(registry) = &self.registry {
            write!(f, "{registry}/")?;
        }
        f.write_str(&self.path)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}
