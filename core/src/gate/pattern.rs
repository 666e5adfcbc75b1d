//! Patterns of image names, in which `*` stands for any characters.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::ImageName;

/// The most bytes of a pattern.
const MAX_BYTES: usize = 1024;

/// A pattern of image names: `path[:tag][@digest]`, where `*` stands for any characters, `/` among them.
///
/// A part that is not written matches anything: without a tag every tag is meant. Without a registry docker's own
/// one is meant, as in image names, unless the pattern begins with `*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImagePattern {
    text: String,
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

/// A text that is not a pattern of image names.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ImagePatternError(String);

impl ImagePattern {
    /// Whether it names this image; `digest` is what the name stands for now, where that is known.
    #[must_use]
    pub fn matches(&self, image: &ImageName, digest: Option<&str>) -> bool {
        self.matches_name(image)
            && [image.digest(), digest].iter().any(|digest| part(self.digest.as_deref(), *digest))
    }

    /// Whether only the digest that the name stands for says whether it names this image.
    #[must_use]
    pub fn needs_digest(&self, image: &ImageName) -> bool {
        image.digest().is_none() && self.matches_name(image) && !self.matches(image, None)
    }

    fn matches_name(&self, image: &ImageName) -> bool {
        let image = image.canonical();
        part(Some(&self.repository), Some(&image.name_without_tag()))
            && part(self.tag.as_deref(), image.tag())
    }
}

impl FromStr for ImagePattern {
    type Err = ImagePatternError;

    /// Reads a pattern.
    ///
    /// # Errors
    /// Where it is not an image name once every `*` is a letter.
    fn from_str(text: &str) -> Result<Self, ImagePatternError> {
        if text.len() > MAX_BYTES {
            return Err(ImagePatternError(format!("the pattern is longer than {MAX_BYTES} bytes")));
        }
        let (named, digest) = match text.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (text, None),
        };
        let after_slash = named.rfind('/').map_or(0, |at| at + 1);
        let (path, tag) = match named.rfind(':').filter(|at| *at >= after_slash) {
            Some(at) => {
                (crate::span::slice_or_empty(named, ..at), Some(crate::span::slice_or_empty(named, at + 1..)))
            }
            None => (named, None),
        };
        let refuse = |error: crate::ImageNameError| ImagePatternError(error.to_string());
        let example = ImageName::parse(&path.replace('*', "0")).map_err(refuse)?;
        tag.map(|tag| example.with_tag(&tag.replace('*', "0"))).transpose().map_err(refuse)?;
        let is_digest =
            |digest: &str| digest.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b':' | b'*'));
        if digest.is_some_and(|digest| digest.is_empty() || !is_digest(digest)) {
            return Err(ImagePatternError("the digest is not `sha256:` and hex digits".to_owned()));
        }
        let repository = if path.starts_with('*') { path.to_owned() } else { in_full(path, &example) };
        let owned = |part: Option<&str>| part.map(str::to_owned);
        Ok(Self { text: text.to_owned(), repository, tag: owned(tag), digest: owned(digest) })
    }
}

impl fmt::Display for ImagePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Registry and path of a pattern in full, as [`ImageName::canonical`] has them; `example` is the pattern with `0` for
/// every `*`.
fn in_full(path: &str, example: &ImageName) -> String {
    let canonical = example.canonical();
    let written = path.split_once('/').filter(|_| example.registry().is_some());
    let below = written.map_or(path, |(_, below)| below);
    let registry = match written {
        Some((registry, _)) if registry.contains('*') => registry.to_ascii_lowercase(),
        _ => canonical.registry().unwrap_or_default().to_owned(),
    };
    let added = crate::span::slice_or_empty(canonical.path(), ..canonical.path().len() - below.len());
    format!("{registry}/{added}{below}")
}

/// Whether a part of a pattern fits that part of a name: one that is not written fits anything.
fn part(pattern: Option<&str>, text: Option<&str>) -> bool {
    match (pattern, text) {
        (None, _) => true,
        (Some(pattern), Some(text)) => fits(pattern.as_bytes(), text.as_bytes()),
        (Some(pattern), None) => pattern.bytes().all(|byte| byte == b'*'),
    }
}

/// Whether a pattern fits a whole text; goes back to the last `*` alone, so the time is a product of both lengths.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut star = None;
    while let Some(byte) = text.get(read) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(wanted) if wanted == byte => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                read = taken + 1;
            }
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(pattern: &str, image: &str) -> bool {
        pattern.parse::<ImagePattern>().unwrap().matches(&image.parse().unwrap(), None)
    }

    #[test]
    fn a_pattern_names_images_in_every_spelling() {
        for (pattern, image) in [
            ("ruby", "docker.io/library/ruby:3"),
            ("docker.io/ruby", "ruby"),
            ("index.docker.io/library/ruby:latest", "ruby"),
            ("cyberdojofoundation/java_*", "cyberdojofoundation/java_junit:4edf92a"),
            ("cyberdojofoundation/java_junit:4*", "docker.io/cyberdojofoundation/java_junit:4edf92a"),
            ("GHCR.io/*", "ghcr.io/cyber-dojo-languages/x:1"),
            ("ghcr.io/*/x:*", "ghcr.io/a/b/x:1"),
            ("*/java_junit", "localhost:5000/java_junit:1"),
            ("*", "anything:1"),
            ("localhost:*/x", "localhost:5000/x"),
            ("gh*.io/x", "ghcr.io/x:2"),
            ("x:*", "x:1"),
        ] {
            assert!(matches(pattern, image), "{pattern} {image}");
        }
        for (pattern, image) in [
            ("ruby", "x/ruby"),
            ("ruby", "ghcr.io/library/ruby"),
            ("ruby:3", "ruby:3.1"),
            ("ruby:3", "ruby"),
            ("cyberdojofoundation/java_*", "ghcr.io/cyberdojofoundation/java_junit"),
            ("gh*.io/x", "ghcr.io/y"),
            ("ruby@sha256:*", "ruby:3"),
        ] {
            assert!(!matches(pattern, image), "{pattern} {image}");
        }
    }

    #[test]
    fn a_digest_is_that_of_the_name_or_what_the_name_stands_for() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        let pattern: ImagePattern = format!("*@{digest}").parse().unwrap();
        assert!(pattern.matches(&format!("x@{digest}").parse().unwrap(), None));
        assert!(pattern.matches(&"x:1".parse().unwrap(), Some(&digest)));
        assert!(!pattern.matches(&"x:1".parse().unwrap(), Some("sha256:00")));
    }

    #[test]
    fn what_can_name_no_image_is_refused() {
        for text in ["", "X", "a b", "x:", "x:-*", "x@", "x@sha256:XYZ", "a//b", "x\n", &"a".repeat(2000)] {
            assert!(text.parse::<ImagePattern>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn it_fits_as_a_regular_expression_does(pattern in "[ab*]{0,8}", text in "[ab]{0,8}") {
            let expression = format!("^{}$", pattern.replace('*', ".*"));
            let expected = regex::Regex::new(&expression).unwrap().is_match(&text);
            prop_assert_eq!(fits(pattern.as_bytes(), text.as_bytes()), expected);
        }
    }
}
