//! `image inspect`: what is inside an image, and when it was made.

use std::collections::BTreeMap;

use serde_json::json;
use start_points::check::Manifest;
use start_points::json::Node;
use start_points::{layout, shown::shown};
use start_points_catalogue::{CatalogueSource, FOLDER};
use start_points_oci::{ImageContents, ImageInspection, ImageReader, KIND_LABEL, OciError, OciErrorKind};

use crate::arguments::TextFormat;
use crate::error::{CliError, CommandOutcome};
use crate::output::{print, print_json, table};
use crate::registry::{Registries, RegistryArguments, failure, source};

/// Where images hold start-points: catalogues, and those of one.
const FOLDERS: [&str; 2] = [FOLDER, "start_point"];

pub(super) fn run(
    image: &str,
    registry: &RegistryArguments,
    format: TextFormat,
) -> Result<CommandOutcome, CliError> {
    let registries = Registries::interruptible(registry, false)?;
    let source = source(image)?;
    if let CatalogueSource::Image(name) = &source
        && registries.watched(image, |client| client.digest(name))?.is_none()
    {
        return is_missing(image);
    }
    let stored = registries.image(&source)?;
    let inspection = stored.inspect().map_err(failure)?;
    // Of an image that is none of start-points no layer is read, however large.
    let (folder, contents) = match inspection.labels.contains_key(KIND_LABEL) {
        true => registries.watched(image, |_| held(&stored))?,
        false => (FOLDER, ImageContents::default()),
    };
    let start_points = start_points(folder, &contents.files);
    let found = Found { image, inspection, folder, contents, start_points };
    match format {
        TextFormat::Text => print(&found.text())?,
        TextFormat::Json => print_json(found.json())?,
    }
    Ok(CommandOutcome::Clean)
}

/// A missing image is an answer, not a failure to get one.
fn is_missing(image: &str) -> Result<CommandOutcome, CliError> {
    failure(OciError::new(image, OciErrorKind::NoImage)).tell()?;
    Ok(CommandOutcome::Faults)
}

/// What is in the first of the folders that holds something.
fn held(stored: &ImageReader) -> Result<(&'static str, ImageContents), OciError> {
    let mut held = (FOLDER, ImageContents::default());
    for folder in FOLDERS {
        held = (folder, stored.files(folder)?);
        if !held.1.files.is_empty() {
            break;
        }
    }
    Ok(held)
}

/// What there is to tell of an image.
struct Found<'a> {
    image: &'a str,
    inspection: ImageInspection,
    /// Where in it start-points lie.
    folder: &'static str,
    contents: ImageContents,
    start_points: Vec<StartPoint>,
}

struct StartPoint {
    path: String,
    display_name: Option<String>,
    image_name: Option<String>,
}

fn start_points(folder: &str, files: &BTreeMap<String, Vec<u8>>) -> Vec<StartPoint> {
    let manifests = files.iter().filter(|(path, _)| layout::is_manifest(path));
    let one = |(path, bytes): (&String, &Vec<u8>)| {
        let manifest = Manifest::parse(path.as_str(), bytes);
        let said = |key: &str| {
            let value = manifest.document().and_then(|document| document.root().get(key));
            value.and_then(Node::as_str).map(str::to_owned)
        };
        let path = layout::join(folder, path);
        StartPoint { path, display_name: said("display_name"), image_name: said("image_name") }
    };
    manifests.map(one).collect()
}

impl Found<'_> {
    fn text(&self) -> String {
        let Found { image, inspection, folder, contents, start_points } = self;
        let platforms = inspection.platforms.iter().map(|on| format!("{}/{}", on.os, on.architecture));
        let bytes: u64 = inspection.layers.iter().map(|layer| layer.size).sum();
        let mut facts = vec![
            ("image", (*image).to_owned()),
            ("digest", inspection.root.digest.to_string()),
            ("created", inspection.created.clone().unwrap_or_else(|| "-".to_owned())),
            ("platforms", platforms.collect::<Vec<_>>().join(", ")),
            ("ports", inspection.ports.join(", ")),
            ("layers", format!("{}, {bytes} bytes", inspection.layers.len())),
        ];
        facts.extend(inspection.labels.iter().map(|(label, value)| (label.as_str(), value.clone())));
        facts.retain(|(_, value)| !value.is_empty());
        let row = |(name, value): (&str, String)| vec![name.to_owned(), shown(&value).into_owned()];
        let mut out = table(&facts.into_iter().map(row).collect::<Vec<_>>());
        if !inspection.labels.contains_key(KIND_LABEL) {
            return out;
        }
        let said = |text: &Option<String>| text.as_deref().map_or("-".into(), shown).into_owned();
        let mut rows = vec![["START-POINT", "IMAGE", "MANIFEST"].map(str::to_owned).to_vec()];
        rows.extend(start_points.iter().map(|found| {
            vec![said(&found.display_name), said(&found.image_name), shown(&found.path).into_owned()]
        }));
        out.push('\n');
        out.push_str(&table(&rows));
        let mut rows = vec![["FILE", "BYTES"].map(str::to_owned).to_vec()];
        let sizes = sizes(contents);
        rows.extend(
            sizes.map(|(path, size)| vec![shown(&layout::join(folder, path)).into_owned(), size.to_string()]),
        );
        out.push('\n');
        out.push_str(&table(&rows));
        out
    }

    fn json(&self) -> String {
        let Found { image, inspection, folder, contents, start_points } = self;
        let value = json!({
            "image": image,
            "digest": inspection.root.digest.as_str(),
            "created": inspection.created,
            "kind": inspection.kind().map(|kind| kind.as_str()),
            "labels": inspection.labels,
            "ports": inspection.ports,
            "platforms": inspection.platforms.iter().map(|on| json!({
                "os": on.os, "architecture": on.architecture, "variant": on.variant,
            })).collect::<Vec<_>>(),
            "layers": inspection.layers.iter().map(|layer| json!({
                "digest": layer.digest.as_str(), "size": layer.size,
            })).collect::<Vec<_>>(),
            "start_points": start_points.iter().map(|found| json!({
                "display_name": found.display_name, "path": found.path, "image_name": found.image_name,
            })).collect::<Vec<_>>(),
            "files": sizes(contents).map(|(path, size)| json!({
                "path": layout::join(folder, path), "size": size,
            })).collect::<Vec<_>>(),
        });
        format!("{value:#}\n")
    }
}

fn sizes(contents: &ImageContents) -> impl Iterator<Item = (&String, u64)> {
    let files = contents.files.iter().map(|(path, bytes)| (path, bytes.len() as u64));
    files.chain(contents.oversized.iter().map(|(path, size)| (path, *size)))
}
