//! `inspect`: what a catalogue offers, a folder or an image, or a folder of repositories.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use start_points::Kind;
use start_points::check::{CheckOptions, FileSet, StartPoint};
use start_points::files::FileEntry;
use start_points::json::MAX_BYTES;
use start_points::resolve::{NameParts, catalogue_names};
use start_points_catalogue::read::{self, CatalogueFiles, FolderFiles, ReadError};
use start_points_catalogue::{CatalogueSource, Revision};
use start_points_fetch::local;
use start_points_oci::Digest;
use start_points_workspace::{DiskChecker, DiskFiles};

use crate::arguments::{ManifestArguments, TextFormat};
use crate::error::{CliError, CommandOutcome};
use crate::find::{self, Target};
use crate::output::{print, print_json, table};
use crate::registry::{Registries, RegistryArguments, source};
use crate::settings::Overrides;
use crate::{disk, git};

/// Arguments of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points inspect ./languages               a catalogue folder, or a folder of repositories
  start-points inspect oci:./languages-image     the catalogue in an image layout
  start-points inspect ghcr.io/acme/python:1.0   the catalogue in an image of a registry")]
pub(crate) struct InspectArguments {
    /// A catalogue (a folder, oci:PATH or a registry image), or a folder of repositories
    #[arg(default_value = ".", value_name = "CATALOGUE")]
    pub catalogue: String,
    #[command(flatten)]
    pub manifests: ManifestArguments,
    #[command(flatten)]
    pub registry: RegistryArguments,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextFormat,
}

/// One start-point of the catalogue.
struct Offered {
    named: NameParts,
    kind: Kind,
    path: String,
    url: Option<String>,
    tag: Option<String>,
    revision: Option<Revision>,
    image_name: Result<Option<String>, String>,
}

pub(crate) fn run(arguments: &InspectArguments) -> Result<CommandOutcome, CliError> {
    let source = source(&arguments.catalogue)?;
    let beside = match &source {
        CatalogueSource::Folder(path) | CatalogueSource::Layout { path, .. } => path,
        CatalogueSource::Image(_) => Path::new("."),
    };
    let mut settings = DiskChecker::new(Overrides::from(&arguments.manifests));
    let kind = settings.settings(beside)?.1.kind;
    let (digest, offered) = match &source {
        CatalogueSource::Folder(folder) if read::is_catalogue(&FolderFiles::new(folder)) => {
            of_catalogue(&FolderFiles::new(folder), kind)?
        }
        CatalogueSource::Folder(folder) => (None, of_repositories(folder, &mut settings)?),
        image => of_image(image, &arguments.registry, kind)?,
    };
    if offered.is_empty() {
        return Err(CliError::with_hint(
            format!("no start-points in `{source}`"),
            "use a catalogue, or a folder of repositories",
        ));
    }
    let named: Vec<_> = offered.iter().map(|offered| offered.named.clone()).collect();
    // A catalogue that repeats a name is shown under the names it has; `check` says what is wrong with them.
    let names = match catalogue_names(&named) {
        Ok(names) => names.in_order().to_vec(),
        Err(_) => named.into_iter().map(|named| named.display_name).collect(),
    };
    match arguments.format {
        TextFormat::Text => {
            print(&as_table(&names, &offered))?;
            if let Some(digest) = &digest {
                print(&format!("\nDIGEST  {digest}\n"))?;
            }
        }
        TextFormat::Json => print_json(as_json(&names, &offered, digest.as_ref()))?,
    }
    Ok(CommandOutcome::Clean)
}

fn of_image(
    image: &CatalogueSource,
    registry: &RegistryArguments,
    kind: Option<Kind>,
) -> Result<(Option<Digest>, Vec<Offered>), CliError> {
    let (files, own_kind) = Registries::interruptible(registry, false)?.catalogue(image)?;
    of_catalogue(&files, kind.or(own_kind))
}

/// What a catalogue offers, and the digest of the whole where it says its own.
fn of_catalogue(
    place: &dyn CatalogueFiles,
    kind: Option<Kind>,
) -> Result<(Option<Digest>, Vec<Offered>), CliError> {
    let read = read::read(place, kind).map_err(|error| {
        let broken = matches!(error, ReadError::NotJson(_));
        let hint = format!("run `start-points check {}` for details", disk::shown(&place.display_path("")));
        CliError::hinted(error, broken.then_some(hint))
    })?;
    let digest = read.digest;
    let offered = read.entries.into_iter().map(|entry| Offered {
        named: entry.named,
        kind: read.kind,
        path: disk::shown(&place.display_path(&entry.manifest)),
        url: entry.url,
        tag: entry.tag,
        revision: entry.revision,
        image_name: entry.image_name.map_err(|error| error.to_string()),
    });
    Ok((digest, offered.collect()))
}

fn of_repositories(folder: &PathBuf, settings: &mut DiskChecker) -> Result<Vec<Offered>, CliError> {
    let files = DiskFiles::new(&[folder]);
    let mut found = Vec::new();
    find::visit_targets(std::slice::from_ref(folder), &mut |target| {
        if let Target::Manifest(path) | Target::Discovered(path) = target {
            let (_, options) = settings.settings(&path)?;
            found.push((path, options.clone()));
        }
        Ok(true)
    })?;
    let offered = found.iter().map(|(path, options)| one(&files, path, options));
    offered.filter_map(Result::transpose).collect()
}

/// A start-point of a repository, with the settings that are its own.
fn one(files: &DiskFiles, path: &Path, options: &CheckOptions) -> Result<Option<Offered>, CliError> {
    let key = disk::key_of(path);
    let Some(FileEntry::Content(bytes)) = files.entry(&key, None, MAX_BYTES) else { return Ok(None) };
    let start_point = StartPoint::without_files(files, &key, &bytes, options);
    if start_point.is_foreign() {
        return Ok(None);
    }
    let Some(document) = start_point.manifest.document() else { return Ok(None) };
    let root = document.root();
    let commit = git::head_if_any(disk::parent(path), local::commit)?;
    let image_name = start_point.image_name(commit.as_ref(), None);
    Ok(Some(Offered {
        named: NameParts::from_manifest(root),
        kind: start_point.kind,
        path: key,
        url: None,
        tag: None,
        revision: commit.map(|commit| Revision { commit, dirty: false }),
        image_name: image_name
            .map(|name| name.map(|name| name.to_string()))
            .map_err(|error| error.to_string()),
    }))
}

fn as_table(names: &[String], offered: &[Offered]) -> String {
    let mut rows: Vec<Vec<String>> = names
        .iter()
        .zip(offered)
        .map(|(name, offered)| {
            let sha7 = offered.revision.as_ref().map_or("-".to_owned(), Revision::tag);
            let image = match &offered.image_name {
                Ok(Some(name)) => name.clone(),
                Ok(None) => "-".to_owned(),
                Err(error) => format!("({error})"),
            };
            let from = offered.url.clone().unwrap_or_else(|| offered.path.clone());
            vec![name.clone(), offered.kind.to_string(), sha7, image, from]
        })
        .collect();
    rows.sort();
    rows.insert(0, ["NAME", "KIND", "SHA", "IMAGE", "FROM"].map(str::to_owned).to_vec());
    table(&rows)
}

/// Every row says which catalogue it is of: the list is a list, as it was before catalogues had a digest.
fn as_json(names: &[String], offered: &[Offered], digest: Option<&Digest>) -> String {
    let mut rows: Vec<_> = names.iter().zip(offered).collect();
    rows.sort_by_key(|(name, _)| *name);
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, offered)| {
            json!({
                "name": name,
                "display_name": offered.named.display_name,
                "language": offered.named.language,
                "test_framework": offered.named.test_framework,
                "kind": offered.kind.as_str(),
                "path": offered.path,
                "url": offered.url,
                "tag": offered.tag,
                "sha": offered.revision.as_ref().map(ToString::to_string),
                "image_name": offered.image_name.as_ref().ok().and_then(Clone::clone),
                "error": offered.image_name.as_ref().err(),
                "catalogue_digest": digest.map(Digest::as_str),
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::from(rows))
}
