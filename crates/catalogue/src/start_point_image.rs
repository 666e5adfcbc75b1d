//! The image of one start-point: it has only the folder `start_point/`, and labels with its source.

use std::collections::BTreeMap;

use start_points::check::Manifest;
use start_points::json::quoted;
use start_points::shown::shown;
use start_points::{ImageName, RepoUrl, layout};
use start_points_fetch::source::FetchedFile;
use start_points_oci::{
    Image, ImageConfig, KIND_LABEL, Layer, LayerFile, LayerFiles, OciErrorKind, TITLE_LABEL,
};
use thiserror::Error;

use crate::catalogue::{Catalogue, CatalogueRepository};
use crate::format::with_source_labels;

/// The folder in the image.
pub(crate) const FOLDER: &str = "start_point";

/// The default namespace of start-point images.
pub const NAMESPACE: &str = "cyberdojostartpoints";

/// The image of a start-point.
#[derive(Debug)]
pub struct StartPointImage {
    /// Its name; the tag is the sha7, with `-dirty` if there are uncommitted changes.
    pub name: ImageName,
    /// The image that the start-point's tests run in, as now in its manifest.
    pub image_name: String,
    /// The image.
    pub image: Image,
}

/// Why a repository cannot be packed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PackError {
    /// Several start-points, or several repositories.
    #[error("expected one start-point, found {0}")]
    NotOne(usize),
    /// The start-point is elsewhere.
    #[error("its start-point is at `{0}`, not in `{FOLDER}/`")]
    Elsewhere(String),
    /// The start-point has no image name to derive one from.
    #[error("its start-point has no image name to derive a name from")]
    NoImageName,
    /// The image cannot be made.
    #[error(transparent)]
    Image(#[from] OciErrorKind),
}

impl PackError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotOne(_) | Self::Elsewhere(_) => {
                Some("pack a language + test-framework repository, with `start_point/` and `docker/`")
            }
            Self::NoImageName => Some("set the name with `--name`"),
            Self::Image(kind) => kind.hint(),
        }
    }
}

/// Packs the start-point in `start_point/` of the one repository of a catalogue.
///
/// `name` gets the commit's tag if it has none; the default is the last part of the name of the image that the tests
/// run in, in [`NAMESPACE`]. `source` replaces the repository's URL in the labels.
///
/// # Errors
/// The repository has no such start-point, or others; a path that an image cannot have.
pub fn pack(
    catalogue: &Catalogue,
    name: Option<&ImageName>,
    source: Option<&RepoUrl>,
) -> Result<StartPointImage, PackError> {
    let not_one = || PackError::NotOne(catalogue.start_points().count());
    let [repository] = catalogue.repositories() else { return Err(not_one()) };
    let [start_point] = repository.start_points.as_slice() else { return Err(not_one()) };
    let path = layout::join(FOLDER, layout::MANIFEST);
    let elsewhere = || PackError::Elsewhere(shown(&start_point.manifest).into_owned());
    let manifest =
        repository.files.get(&path).filter(|_| start_point.manifest == path).ok_or_else(elsewhere)?;
    let image_name = start_point.image_name.clone().ok_or(PackError::NoImageName)?;
    let text = with_image_name(&manifest.bytes, &image_name).ok_or_else(elsewhere)?;
    let mut files = start_point_files(&repository.files);
    files.insert(path, LayerFile::plain(text));
    let tag = repository.revision.tag();
    let name = match name {
        Some(name) if name.tag().is_some() => name.clone(),
        Some(name) => name.with_tag(&tag).map_err(|_| OciErrorKind::NoTag)?,
        None => default_name(&image_name, &tag).ok_or(PackError::NoImageName)?,
    };
    let config = ImageConfig::new(repository.committed)
        .label(KIND_LABEL, catalogue.kind().as_str())
        .label(TITLE_LABEL, name.path());
    let from = CatalogueRepository { url: source.unwrap_or(&repository.url).clone(), ..repository.clone() };
    let image = Image::new(&[Layer::pack(&files)?], &with_source_labels(config, &from))?;
    Ok(StartPointImage { name, image_name, image })
}

/// The files of the start-point.
fn start_point_files(files: &BTreeMap<String, FetchedFile>) -> LayerFiles {
    let below = files.iter().filter(|(path, _)| path.starts_with(&format!("{FOLDER}/")));
    let file = |file: &FetchedFile| LayerFile { bytes: file.bytes.clone(), executable: file.executable };
    below.map(|(path, found)| (path.clone(), file(found))).collect()
}

fn default_name(image_name: &str, tag: &str) -> Option<ImageName> {
    let image_name = ImageName::parse(image_name).ok()?;
    let last = image_name.path().rsplit('/').next()?;
    ImageName::parse(&format!("{NAMESPACE}/{last}:{tag}")).ok()
}

/// The manifest's text with this `image_name`, first if it has none; `None` if it is not an object. Everything else
/// stays as written.
fn with_image_name(bytes: &[u8], image_name: &str) -> Option<String> {
    let manifest = Manifest::parse("", bytes);
    let document = manifest.document()?;
    let (text, root) = (document.text(), document.root());
    let spliced = |start: usize, end: usize, new: &str| {
        Some(format!("{}{new}{}", text.get(..start)?, text.get(end..)?))
    };
    if let Some(named) = root.get("image_name").map(|node| node.span) {
        return spliced(named.start, named.end, &quoted(image_name));
    }
    root.as_object()?;
    let inside = root.span.start + 1;
    let rest = text.get(inside..)?;
    // The new key gets the whitespace of the next one.
    let space = rest.get(..rest.len() - rest.trim_start().len())?;
    let comma = if root.members().is_empty() { "" } else { "," };
    spliced(inside, inside, &format!("{space}\"image_name\": {}{comma}", quoted(image_name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_else_stays_as_written() {
        for (before, after) in [
            ("{\n  \"a\": 1\n}\n", "{\n  \"image_name\": \"x:1\",\n  \"a\": 1\n}\n"),
            ("{\"a\":[ 1 ]}", "{\"image_name\": \"x:1\",\"a\":[ 1 ]}"),
            ("{ \"a\": 1, \"image_name\": \"x\" }", "{ \"a\": 1, \"image_name\": \"x:1\" }"),
            ("{}", "{\"image_name\": \"x:1\"}"),
        ] {
            assert_eq!(with_image_name(before.as_bytes(), "x:1").unwrap(), after);
        }
        assert_eq!(with_image_name(b"[]", "x"), None);
        assert_eq!(with_image_name(b"{", "x"), None);
    }
}
