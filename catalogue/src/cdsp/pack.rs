//! Making the image of a start-point from the repository that it is in.

use std::collections::BTreeMap;

use start_points::{ImageName, RepoUrl, layout};
use start_points_image::{Cause, Facts, File, Files, Image, KIND_LABEL, Layer, TITLE_LABEL};

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

/// Packs the start-point in `start_point/` of the one repository of a catalogue.
///
/// It is called `name`, which gets the commit's tag where it has none; by default as the image that the tests run in,
/// in [`NAMESPACE`]. `source` is told as where it comes from, in the place of the repository's own URL.
///
/// # Errors
/// A repository without such a start-point, or with another one; paths that an image cannot hold.
pub fn pack(
    catalogue: &Catalogue,
    name: Option<&ImageName>,
    source: Option<&RepoUrl>,
) -> Result<Packed, Cause> {
    let broken = |why: &str| Cause::Broken { what: "the repository", why: why.to_owned() };
    let [repository] = catalogue.repositories() else { return Err(broken("it is not one")) };
    let path = layout::join(FOLDER, layout::MANIFEST);
    let [start_point] = repository.start_points.as_slice() else {
        return Err(broken("it holds several start-points"));
    };
    if start_point.manifest != path {
        return Err(broken("its start-point is not in `start_point/`"));
    }
    let image_name = start_point.image_name.clone().ok_or_else(|| broken("its start-point has no image"))?;
    let text =
        repository.files.get(&path).and_then(|file| manifest::with_image_name(&file.bytes, &image_name));
    let text = text.ok_or_else(|| broken("its manifest is no JSON object"))?;
    let mut files = files(&repository.files);
    files.insert(path, File::plain(text));
    let tag = repository.revision.tag();
    let name = match name {
        Some(name) if name.tag().is_some() => name.clone(),
        Some(name) => name.with_tag(&tag).map_err(|_| Cause::NoTag)?,
        None => named_after(&image_name, &tag).ok_or_else(|| broken("its image has no name"))?,
    };
    let facts = Facts::new(repository.committed)
        .label(KIND_LABEL, catalogue.kind().as_str())
        .label(TITLE_LABEL, name.path());
    let from = Repository { url: source.unwrap_or(&repository.url).clone(), ..repository.clone() };
    let image = Image::new(&[Layer::pack(&files)?], &sourced(facts, &from))?;
    Ok(Packed { name, image_name, image })
}

/// Those of the start-point alone.
fn files(files: &BTreeMap<String, start_points_fetch::source::File>) -> Files {
    let below = files.iter().filter(|(path, _)| path.starts_with(&format!("{FOLDER}/")));
    let file = |file: &start_points_fetch::source::File| File {
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
