//! Image names: `[host[:port]/]path[:tag][@digest]`.
//!
//! The grammar is that of <https://github.com/distribution/reference> as the deployed checker has it, and gives
//! the same verdict on every single line up to the length limit: no IPv6 host, no limit to a port, and an
//! upper case first part is a path (and so rejected), not a host. A name of several lines, which the deployed
//! checker accepts, is rejected.

mod commit_sha;
mod error;
mod grammar;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

pub use commit_sha::{CommitSha, CommitShaError};
pub use error::{ImageNameError, ImageNameErrorKind};

use crate::span::{Span, slice_or_empty};

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
        if text.len() > Self::MAX_BYTES + 1 + grammar::TAG_MOST {
            return Err(too_long(text, text.len()));
        }
        check_characters(text)?;
        let (registry, rest) = match text.split_once('/') {
            Some((first_part, rest)) if grammar::is_registry(first_part) => (Some(first_part), rest),
            _ => (None, text),
        };
        if let Some(registry) = registry {
            grammar::check_registry(registry)?;
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
        grammar::check_path(path, at).map_err(|error| with_lower_case(error, text, at, path.len()))?;
        if let Some(tag) = tag {
            grammar::check_tag(tag, at + path.len() + 1)?;
        }
        if let Some(digest) = digest {
            grammar::check_digest(digest, text.len() - digest.len())?;
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

    /// Whether it may mean another image tomorrow: no digest, and no tag or `latest`.
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
        grammar::check_tag(tag, 0)?;
        Ok(Self { tag: Some(tag.to_owned()), ..self.clone() })
    }

    /// The same name with the tag that an image built from `commit` has.
    #[must_use]
    pub fn with_sha7(&self, commit: &CommitSha) -> Self {
        Self { tag: Some(commit.sha7().to_owned()), ..self.clone() }
    }
}

/// Rejects characters that no part may have.
fn check_characters(text: &str) -> Result<(), ImageNameError> {
    let Some(at) = text.bytes().position(|byte| !byte.is_ascii_graphic()) else { return Ok(()) };
    let Some(c) = slice_or_empty(text, at..).chars().next() else { return Ok(()) };
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

/// The registry that an image name without one means, as docker has it:
/// <https://github.com/distribution/reference/blob/main/normalize.go>.
const DOCKER_HUB: &str = "docker.io";
/// An older name of it, which docker rewrites as well.
const DOCKER_HUB_INDEX: &str = "index.docker.io";
/// Where a one-part path on it really is.
const OFFICIAL: &str = "library/";

impl ImageName {
    /// The full spelling: registry in lower case, `library/`, and `:latest` where there is neither tag nor
    /// digest.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let (registry, path) = self.canonical_repository();
        let tag = match (&self.tag, &self.digest) {
            (None, None) => Some("latest".to_owned()),
            (tag, _) => tag.clone(),
        };
        Self { registry: Some(registry), path, tag, digest: self.digest.clone() }
    }

    /// The shortest spelling of the same name, as `docker image ls` shows it; tag and digest stay as they
    /// are.
    #[must_use]
    pub fn familiar(&self) -> Self {
        let (registry, path) = self.canonical_repository();
        let (tag, digest) = (self.tag.clone(), self.digest.clone());
        if registry != DOCKER_HUB {
            return Self { registry: Some(registry), path, tag, digest };
        }
        let short = match path.strip_prefix(OFFICIAL) {
            Some(rest) if !rest.contains('/') => rest.to_owned(),
            _ => path,
        };
        // Without its registry, the `a.b` of `docker.io/a.b/c` would be taken for a registry.
        let is_misread =
            short.split_once('/').is_some_and(|(first_part, _)| grammar::is_registry(first_part));
        let registry = is_misread.then_some(registry);
        Self { registry, path: short, tag, digest }
    }

    /// Whether both are versions of one image: the same registry and path in their full spelling.
    #[must_use]
    pub fn same_repository(&self, other: &Self) -> bool {
        self.canonical_repository() == other.canonical_repository()
    }

    /// The length of the full spelling, tag apart; the same for every spelling of one name.
    pub(super) fn canonical_bytes(&self) -> usize {
        let (registry, path) = self.canonical_repository();
        let digest = self.digest.as_ref().map_or(0, |digest| digest.len() + 1);
        registry.len() + 1 + path.len() + digest
    }

    fn canonical_repository(&self) -> (String, String) {
        let registry = match &self.registry {
            None => DOCKER_HUB.to_owned(),
            Some(registry) => match registry.to_ascii_lowercase() {
                lower if lower == DOCKER_HUB_INDEX => DOCKER_HUB.to_owned(),
                lower => lower,
            },
        };
        let is_official = registry == DOCKER_HUB && !self.path.contains('/');
        let path = if is_official { format!("{OFFICIAL}{}", self.path) } else { self.path.clone() };
        (registry, path)
    }
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

#[cfg(test)]
mod docker_rule_tests {
    use super::*;

    fn image(text: &str) -> ImageName {
        text.parse().unwrap()
    }

    #[test]
    fn spells_a_name_in_full_and_in_short() {
        let digest = format!("sha256:{}", "0".repeat(64));
        for (text, canonical, familiar) in [
            ("ruby", "docker.io/library/ruby:latest", "ruby"),
            ("ruby:alpine", "docker.io/library/ruby:alpine", "ruby:alpine"),
            ("library/ruby", "docker.io/library/ruby:latest", "ruby"),
            ("docker.io/ruby", "docker.io/library/ruby:latest", "ruby"),
            ("index.docker.io/library/ruby:3", "docker.io/library/ruby:3", "ruby:3"),
            ("a/b", "docker.io/a/b:latest", "a/b"),
            ("library/a/b", "docker.io/library/a/b:latest", "library/a/b"),
            ("docker.io/a.b/c", "docker.io/a.b/c:latest", "docker.io/a.b/c"),
            ("docker.io/localhost/c:1", "docker.io/localhost/c:1", "docker.io/localhost/c:1"),
            ("ghcr.io/x/y:1", "ghcr.io/x/y:1", "ghcr.io/x/y:1"),
            ("EX.com/a", "ex.com/a:latest", "ex.com/a"),
            ("localhost/a", "localhost/a:latest", "localhost/a"),
            (
                &format!("ruby@{digest}"),
                &format!("docker.io/library/ruby@{digest}"),
                &format!("ruby@{digest}"),
            ),
        ] {
            assert_eq!(image(text).canonical().to_string(), canonical);
            assert_eq!(image(text).familiar().to_string(), familiar);
        }
    }

    #[test]
    fn versions_of_one_image_share_a_repository() {
        for text in ["docker.io/library/ruby", "library/ruby:3", "index.docker.io/ruby", "DOCKER.io/ruby"] {
            assert!(image("ruby").same_repository(&image(text)), "{text}");
        }
        for text in ["ghcr.io/ruby", "x/ruby", "localhost/ruby", "docker.io/x/ruby"] {
            assert!(!image("ruby").same_repository(&image(text)), "{text}");
        }
    }
}
