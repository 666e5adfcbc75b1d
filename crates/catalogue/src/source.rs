//! Where a catalogue, or an image, is read from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use start_points::shown::shown;
use start_points::{ImageName, ImageNameError};
use start_points_oci::layout;
use thiserror::Error;

/// Where a catalogue is read from: a folder, a layout of images on disk, or an image in a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder: ours, or the deployed layout.
    Folder(PathBuf),
    /// `oci:PATH`, an image layout with one image, or `oci:PATH:TAG`.
    Layout {
        /// Its folder.
        path: PathBuf,
        /// Which of its images, where it may have several.
        tag: Option<String>,
    },
    /// An image in a registry, with a tag or a digest.
    Image(ImageName),
}

/// A text that names neither what is here, nor an image.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{found}`: nothing of that name is here, and {why}")]
pub struct SourceError {
    found: String,
    #[source]
    why: WhyNot,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum WhyNot {
    #[error("it is no image: {0}")]
    NoName(#[from] ImageNameError),
    /// What is misspelt would be asked of a registry else.
    #[error("as an image's name it has no tag")]
    NoTag,
}

impl SourceError {
    /// How to mend it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        "write the path of what is here, `oci:PATH`, or a name such as `ghcr.io/acme/python:384f486`"
    }
}

impl FromStr for Source {
    type Err = SourceError;

    /// What is a folder, or is written like one (`dir:a`, `/a`, `./a`, `.`), is a folder, or the layout that lies
    /// there; any other name is an image's.
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
            return Ok(match folder.is_none() && layout::is_layout(path) {
                true => Self::Layout { path: path.into(), tag: None },
                false => Self::Folder(path.into()),
            });
        }
        let wrong = |why| SourceError { found: shown(text).into_owned(), why };
        match ImageName::parse(text) {
            Ok(name) if name.tag().or(name.digest()).is_some() => Ok(Self::Image(name)),
            Ok(_) => Err(wrong(WhyNot::NoTag)),
            Err(error) => Err(wrong(error.into())),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Layout { path, tag: None } => write!(f, "oci:{}", path.display()),
            Self::Layout { path, tag: Some(tag) } => write!(f, "oci:{}:{tag}", path.display()),
            Self::Image(name) => write!(f, "{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_layouts_and_images_are_told_apart() {
        for folder in ["/app/repos", ".", "./a", "../a", "dir:a", "src"] {
            assert!(matches!(folder.parse(), Ok(Source::Folder(_))), "{folder}");
        }
        let layout = |path: &str, tag: Option<&str>| {
            Ok(Source::Layout { path: path.into(), tag: tag.map(str::to_owned) })
        };
        assert_eq!("oci:a/b".parse(), layout("a/b", None));
        assert_eq!("oci:a/b:1.0".parse(), layout("a/b", Some("1.0")));
        assert!(matches!("ghcr.io/me/languages:1.0".parse(), Ok(Source::Image(_))));
        for text in ["/app/repos", "oci:a/b", "oci:a/b:1.0", "ghcr.io/me/languages:1.0"] {
            assert_eq!(text.parse::<Source>().map(|source| source.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_neither_is_told() {
        let told = |text: &str| text.parse::<Source>().unwrap_err().to_string();
        assert!(told("No Such").starts_with("`No Such`: nothing of that name is here, and it is no image: "));
        assert_eq!(
            told("langauges"),
            "`langauges`: nothing of that name is here, and as an image's name it has no tag"
        );
        assert!(told("dir:").starts_with("`dir:`: nothing of that name is here, and it is no image: "));
    }
}
