//! The locations that a catalogue is read from and written to.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use start_points::shown::shown;
use start_points::{ImageName, ImageNameError};
use start_points_oci::layout;
use thiserror::Error;

/// The location of a catalogue to read: a folder, an image layout, or an image in a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogueSource {
    /// A folder: ours, or as the deployed script writes it.
    Folder(PathBuf),
    /// `oci:PATH`, an image layout with one image, or `oci:PATH:TAG`.
    Layout {
        /// Its folder.
        path: PathBuf,
        /// The tag of the image, if the layout has several.
        tag: Option<String>,
    },
    /// An image in a registry, with a tag or a digest.
    Image(ImageName),
}

/// A text is neither a local path nor an image name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{found}` is not a local path; {why}")]
pub struct SourceError {
    found: String,
    #[source]
    why: NotAnImage,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum NotAnImage {
    #[error("as an image name: {0}")]
    NoName(#[from] ImageNameError),
    /// Otherwise a misspelt path would be requested from a registry.
    #[error("an image name needs a tag or digest")]
    NoTag,
}

impl SourceError {
    /// How to fix it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        "write a local path, `oci:PATH`, or an image name such as `ghcr.io/acme/python:384f486`"
    }
}

impl FromStr for CatalogueSource {
    type Err = SourceError;

    /// An existing folder, or a text written like one (`dir:a`, `/a`, `./a`, `.`), is a folder or a layout; anything
    /// else is an image name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("oci:").filter(|path| !path.is_empty()) {
            return Ok(match path.rsplit_once(':').filter(|_| !Path::new(path).exists()) {
                Some((path, tag)) => Self::Layout { path: path.into(), tag: Some(tag.to_owned()) },
                None => Self::Layout { path: path.into(), tag: None },
            });
        }
        let folder = text.strip_prefix("dir:").filter(|path| !path.is_empty());
        let path = Path::new(folder.unwrap_or(text));
        if folder.is_some() || path.is_absolute() || text.starts_with('.') || path.is_dir() {
            if folder.is_none() && layout::is_layout(path) {
                return Ok(Self::Layout { path: path.into(), tag: None });
            }
            return Ok(Self::Folder(path.into()));
        }
        let wrong = |why| SourceError { found: shown(text).into_owned(), why };
        match ImageName::parse(text) {
            Ok(name) if name.tag().or(name.digest()).is_some() => Ok(Self::Image(name)),
            Ok(_) => Err(wrong(NotAnImage::NoTag)),
            Err(error) => Err(wrong(error.into())),
        }
    }
}

impl fmt::Display for CatalogueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Layout { path, tag: None } => write!(f, "oci:{}", path.display()),
            Self::Layout { path, tag: Some(tag) } => write!(f, "oci:{}:{tag}", path.display()),
            Self::Image(name) => write!(f, "{name}"),
        }
    }
}

/// The location to write a catalogue to: `dir:PATH` or `oci:PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CatalogueOutput {
    /// A folder.
    Folder(PathBuf),
    /// An OCI image layout, also a folder.
    Layout(PathBuf),
}

/// A text is not an output.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown output `{found}`; expected `dir:PATH` or `oci:PATH`")]
pub struct CatalogueOutputError {
    found: String,
}

impl FromStr for CatalogueOutput {
    type Err = CatalogueOutputError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("dir", path)) if !path.is_empty() => Ok(Self::Folder(path.into())),
            Some(("oci", path)) if !path.is_empty() => Ok(Self::Layout(path.into())),
            _ => Err(CatalogueOutputError { found: shown(text).into_owned() }),
        }
    }
}

impl fmt::Display for CatalogueOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "dir:{}", path.display()),
            Self::Layout(path) => write!(f, "oci:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_layouts_and_images_are_distinguished() {
        for folder in ["/app/repos", ".", "./a", "../a", "dir:a", "src"] {
            assert!(matches!(folder.parse(), Ok(CatalogueSource::Folder(_))), "{folder}");
        }
        let layout = |path: &str, tag: Option<&str>| {
            Ok(CatalogueSource::Layout { path: path.into(), tag: tag.map(str::to_owned) })
        };
        assert_eq!("oci:a/b".parse(), layout("a/b", None));
        assert_eq!("oci:a/b:1.0".parse(), layout("a/b", Some("1.0")));
        assert!(matches!("ghcr.io/me/languages:1.0".parse(), Ok(CatalogueSource::Image(_))));
        for text in ["/app/repos", "oci:a/b", "oci:a/b:1.0", "ghcr.io/me/languages:1.0"] {
            assert_eq!(text.parse::<CatalogueSource>().map(|source| source.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn other_texts_are_errors() {
        let error = |text: &str| text.parse::<CatalogueSource>().unwrap_err().to_string();
        assert!(error("No Such").starts_with("`No Such` is not a local path; as an image name: "));
        assert_eq!(
            error("langauges"),
            "`langauges` is not a local path; an image name needs a tag or digest"
        );
        assert!(error("dir:").starts_with("`dir:` is not a local path; as an image name: "));
    }
}
