//! Where a catalogue is read from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use start_points::{ImageName, ImageNameError};
use start_points_image::layout;
use thiserror::Error;

/// Where a catalogue is read from: a folder, a layout of an image on disk, or an image in a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A folder: ours, or the deployed layout.
    Folder(PathBuf),
    /// `oci:PATH`, an image layout on disk.
    Layout(PathBuf),
    /// An image in a registry.
    Image(ImageName),
}

/// A text that names no catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{found}` is no folder that is there, and no image: {error}")]
pub struct SourceError {
    found: String,
    #[source]
    error: ImageNameError,
}

impl FromStr for Source {
    type Err = SourceError;

    /// What is a folder, or is written like one (`/a`, `./a`, `.`), is a folder, or the layout that lies there; any
    /// other name is an image's.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("oci:").filter(|path| !path.is_empty()) {
            return Ok(Self::Layout(path.into()));
        }
        let path = Path::new(text.strip_prefix("dir:").unwrap_or(text));
        let is_written_so = path.is_absolute() || text.starts_with('.') || text.starts_with("dir:");
        if is_written_so || path.is_dir() {
            let is_layout = !text.starts_with("dir:") && layout::is_layout(path);
            return Ok(if is_layout { Self::Layout } else { Self::Folder }(path.to_owned()));
        }
        let wrong = |error| SourceError { found: start_points::shown::shown(text).into_owned(), error };
        ImageName::parse(text).map(Self::Image).map_err(wrong)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Layout(path) => write!(f, "oci:{}", path.display()),
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
        assert_eq!("oci:a/b".parse(), Ok(Source::Layout("a/b".into())));
        assert!(matches!("ghcr.io/me/languages:1.0".parse(), Ok(Source::Image(_))));
        let error = "No Such".parse::<Source>().unwrap_err().to_string();
        assert!(error.starts_with("`No Such` is no folder that is there, and no image: "), "{error}");
    }
}
