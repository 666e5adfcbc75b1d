//! `inspect`: what a catalogue folder, or a folder of repositories, offers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;
use start_points::check::Manifest;
use start_points::resolve::{ImageNameSource, Named, catalogue_names, resolve_image_name};
use start_points::{CommitSha, Dialect, Kind, layout};

use crate::arguments::{InspectArguments, TextFormat};
use crate::error::{Failure, Outcome};
use crate::find::{self, Target};
use crate::output::{print, print_raw, table};
use crate::repository::{self, MAX_MANIFEST};
use crate::settings::{self, Flags};
use crate::{disk, git};

/// The most bytes of `shas.txt`.
const MAX_SHAS: u64 = 1 << 20;

/// One start-point of the catalogue.
struct Offered {
    named: Named,
    kind: Kind,
    path: String,
    url: Option<String>,
    sha: Option<String>,
    image_name: Result<Option<String>, String>,
}

pub(crate) fn run(arguments: &InspectArguments) -> Result<Outcome, Failure> {
    let folder = &arguments.folder;
    let settings = settings::read(settings::folder_for(folder).as_deref(), &Flags::from(&arguments.judged))?;
    let shas = shas(folder)?;
    let mut offered = Vec::new();
    find::each(std::slice::from_ref(folder), &mut |target| {
        if let Target::Manifest(path) = target {
            offered.extend(one(&path, folder, &shas, settings.kind, settings.dialect));
        }
        Ok(())
    })?;
    if offered.is_empty() {
        return Err(Failure::with_hint(
            format!("no start-points in `{}`", disk::shown(folder)),
            "name a catalogue folder, or a folder of repositories",
        ));
    }
    let named: Vec<_> = offered.iter().map(|offered| offered.named.clone()).collect();
    // A catalogue that repeats a name is shown under the names it has; `check` says what is wrong with them.
    let names = match catalogue_names(&named) {
        Ok(names) => names.in_order().to_vec(),
        Err(_) => named.into_iter().map(|named| named.display_name).collect(),
    };
    match arguments.format {
        TextFormat::Text => print(&as_table(&names, &offered))?,
        TextFormat::Json => print_raw(&as_json(&names, &offered))?,
    }
    Ok(Outcome::Clean)
}

/// `index → (sha, url)` of `shas.txt`: a line each, `index \t sha \t url`.
fn shas(folder: &Path) -> Result<BTreeMap<String, (String, String)>, Failure> {
    let path = folder.join("shas.txt");
    if !path.is_file() {
        return Ok(BTreeMap::new());
    }
    let text = disk::read_text(&path, MAX_SHAS)?;
    Ok(text
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.to_owned(), (words.next()?.to_owned(), words.next()?.to_owned())))
        })
        .collect())
}

fn one(
    path: &Path,
    folder: &Path,
    shas: &BTreeMap<String, (String, String)>,
    kind: Option<Kind>,
    dialect: Dialect,
) -> Option<Offered> {
    let bytes = disk::read(path, MAX_MANIFEST).ok()?;
    let shown = disk::shown(path);
    let manifest = Manifest::parse(shown.as_str(), &bytes);
    let root = manifest.document()?.root();
    let docker = repository::docker_of(path);
    let kind = kind.or_else(|| layout::kind_of_place(&shown)).unwrap_or_else(|| {
        manifest.document().map_or(Kind::Custom, |document| layout::kind_of_content(document, false))
    });
    let index = path.strip_prefix(folder).ok().and_then(|rest| rest.components().next());
    let listed = index.and_then(|index| shas.get(index.as_os_str().to_str()?));
    let beside = |name: &str| {
        let text = fs::read_to_string(repository::parent(path).join(name)).ok()?;
        Some(text.trim().to_owned())
    };
    let head = || git::head(repository::parent(path)).ok().map(|head| head.commit.to_string());
    let sha = beside("sha.txt").or_else(|| listed.map(|(sha, _)| sha.clone())).or_else(head);
    let commit = sha.as_deref().and_then(|sha| sha.parse::<CommitSha>().ok());
    let named = root.get("image_name").and_then(|node| node.as_str());
    let declared = docker.and_then(|docker| docker.declared_image_name());
    let source = ImageNameSource {
        manifest: named,
        docker: declared.as_deref(),
        commit: commit.as_ref(),
        git_tag: None,
    };
    // What the manifest says counts, whichever dialect it was written in.
    let dialect = if named.is_some() { Dialect::Pinned } else { dialect };
    let image_name = resolve_image_name(kind, dialect, source)
        .map(|name| name.map(|name| name.to_string()))
        .map_err(|error| error.to_string());
    Some(Offered {
        named: Named::of(root),
        kind,
        path: shown.clone(),
        url: beside("url.txt").or_else(|| listed.map(|(_, url)| url.clone())),
        sha,
        image_name,
    })
}

fn as_table(names: &[String], offered: &[Offered]) -> String {
    let mut rows: Vec<Vec<String>> = names
        .iter()
        .zip(offered)
        .map(|(name, offered)| {
            let sha7 = offered.sha.as_deref().and_then(|sha| sha.get(..7)).unwrap_or("-");
            let image = match &offered.image_name {
                Ok(Some(name)) => name.clone(),
                Ok(None) => "-".to_owned(),
                Err(error) => format!("({error})"),
            };
            let from = offered.url.clone().unwrap_or_else(|| offered.path.clone());
            vec![name.clone(), offered.kind.to_string(), sha7.to_owned(), image, from]
        })
        .collect();
    rows.sort();
    rows.insert(0, ["NAME", "KIND", "SHA", "IMAGE", "FROM"].map(str::to_owned).to_vec());
    table(&rows)
}

fn as_json(names: &[String], offered: &[Offered]) -> String {
    let mut rows: Vec<_> = names.iter().zip(offered).collect();
    rows.sort_by_key(|(name, _)| *name);
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, offered)| {
            json!({
                "name": name,
                "display_name": offered.named.display_name,
                "kind": offered.kind.as_str(),
                "path": offered.path,
                "url": offered.url,
                "sha": offered.sha,
                "image_name": offered.image_name.as_ref().ok().and_then(Clone::clone),
                "error": offered.image_name.as_ref().err(),
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::from(rows))
}
