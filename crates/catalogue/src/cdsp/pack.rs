//! Making the image of a start-point from the repository that it is in.

use std::collections::BTreeMap;

use start_points::shown::shown;
use start_points::{ImageName, RepoUrl, layout};
use start_points_oci::{
    Image, ImageConfig, KIND_LABEL, Layer, LayerFile, LayerFiles, OciErrorKind, TITLE_LABEL,
};
use thiserror::Error;

use super::{FOLDER, manifest};
use crate::catalogue::{Catalogue, Repository};
use crate::packed::sourced;

/// Where such images are, where nothing else is said.
pub const NAMESPACE: &str = "cyberdojostartpoints";

/// A start-point as an image.
#[derive(Debug)]
pub struct Packed {
    /// What it is called: its tag is the sha7, with `-dirty` where that is so.
    pub name: ImageName,
    /// The image that the start-point's tests run in, as its manifest says now.
    pub image_name: String,
    /// It.
    pub image: Image,
}

/// Why a repository has no such image.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PackError {
    /// It holds several start-points, or is several repositories.
    #[error("it holds {0} start-points, and not one")]
    NotOne(usize),
    /// Its start-point is somewhere else.
    #[error("its start-point is at `{0}`, and not in `{FOLDER}/`")]
    Elsewhere(String),
    /// Its start-point has no image to run in.
    #[error("its start-point has no image name that another could be made from")]
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
            Self::NotOne(_) | Self::Elsewhere(_) => Some(
                "only a language + test-framework repository has such an image: `start_point/` and `docker/`",
            ),
            Self::NoImageName => Some("name it with `--name`"),
            Self::Image(cause) => cause.hint(),
        }
    }
}

/// Packs the start-point in `start_point/` of the one repository of a catalogue.
///
/// It is called `name`, which gets the commit's tag where it has none; by default as the image that the tests run in,
/// in [`NAMESPACE`]. `source` is told as where it comes from, in the place of the repository's own URL.
///
/// # Errors
/// A repository without such a start-point, or with others; paths that an image cannot hold.
pub fn pack(
    catalogue: &Catalogue,
    name: Option<&ImageName>,
    source: Option<&RepoUrl>,
) -> Result<Packed, PackError> {
    let not_one = || PackError::NotOne(catalogue.start_points().count());
    let [repository] = catalogue.repositories() else { return Err(not_one()) };
    let [start_point] = repository.start_points.as_slice() else { return Err(not_one()) };
    let path = layout::join(FOLDER, layout::MANIFEST);
    let elsewhere = || PackError::Elsewhere(shown(&start_point.manifest).into_owned());
    let manifest =
        repository.files.get(&path).filter(|_| start_point.manifest == path).ok_or_else(elsewhere)?;
    let image_name = start_point.image_name.clone().ok_or(PackError::NoImageName)?;
    let text = manifest::with_image_name(&manifest.bytes, &image_name).ok_or_else(elsewhere)?;
    let mut files = files(&repository.files);
    files.insert(path, LayerFile::plain(text));
    let tag = repository.revision.tag();
    let name = match name {
        Some(name) if name.tag().is_some() => name.clone(),
        Some(name) => name.with_tag(&tag).map_err(|_| OciErrorKind::NoTag)?,
        None => named_after(&image_name, &tag).ok_or(PackError::NoImageName)?,
    };
    let facts = ImageConfig::new(repository.committed)
        .label(KIND_LABEL, catalogue.kind().as_str())
        .label(TITLE_LABEL, name.path());
    let from = Repository { url: source.unwrap_or(&repository.url).clone(), ..repository.clone() };
    let image = Image::new(&[Layer::pack(&files)?], &sourced(facts, &from))?;
    Ok(Packed { name, image_name, image })
}

/// Those of the start-point alone.
fn files(files: &BTreeMap<String, start_points_fetch::source::FetchedFile>) -> LayerFiles {
    let below = files.iter().filter(|(path, _)| path.starts_with(&format!("{FOLDER}/")));
    let file = |file: &start_points_fetch::source::FetchedFile| LayerFile {
        bytes: file.bytes.clone(),
        executable: file.executable,
    };
    below.map(|(path, found)| (path.clone(), file(found))).collect()
}

fn named_after(image_name: &str, tag: &str) -> Option<ImageName> {
    let image_name = ImageName::parse(image_name).ok()?;
    let last = image_name.path().rsplit('/').next()?;
    ImageName::parse(&format!("{NAMESPACE}/{last}:{tag}")).ok()
}
