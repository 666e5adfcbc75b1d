//! The real manifests, with stand-ins for the files beside them, and catalogues made of them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value};
use start_points::Kind;

use crate::known_answers::known_answers;
use crate::made::languages;

/// A start-point as it is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Real {
    /// The folder that it is kept in.
    pub name: String,
    /// Its manifest.
    pub manifest: Vec<u8>,
    /// The files beside it, and their sizes in bytes.
    pub files: Vec<(String, usize)>,
}

/// The real start-points of a kind, by name; none where they are not at hand, which is said.
///
/// # Errors
/// Where they cannot be read.
pub fn corpus(kind: Kind) -> Result<Vec<Real>> {
    let Some(folder) = known_answers("corpus") else { return Ok(Vec::new()) };
    let folder = folder.join(kind.as_str());
    let table = fs::read_to_string(folder.join("files.tsv")).context("files.tsv")?;
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        let rows = table.lines().skip(1).filter_map(|line| {
            let (owner, rest) = line.split_once('\t')?;
            let (path, size) = rest.split_once('\t')?;
            Some((owner, (path.to_owned(), size.parse().ok()?)))
        });
        let files = rows.filter(|(owner, _)| *owner == name).map(|(_, file)| file).collect();
        found.push(Real { manifest: fs::read(entry.path().join("manifest.json"))?, name, files });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    ensure!(!found.is_empty(), "no start-points in {}", folder.display());
    Ok(found)
}

/// Writes a catalogue in the deployed layout: `shas.txt` and numbered folders, a repository for each start-point.
///
/// The start-points are the real ones where they are at hand, else made, each under as many names as it takes.
///
/// # Errors
/// Where something cannot be read or written.
pub fn deployed_catalogue(folder: &Path, kind: Kind, count: usize) -> Result<()> {
    let real = match corpus(kind)? {
        real if real.is_empty() => vec![made()],
        real => real,
    };
    let mut shas = String::new();
    for (index, start_point) in real.iter().cycle().take(count).enumerate() {
        let round = index / real.len();
        writeln!(shas, "{index} \t {index:040x} \t https://example.com/{}", start_point.name)?;
        let place = match kind {
            Kind::Languages => format!("{index}/start_point"),
            Kind::Exercises => format!("{index}/start-points/{}", start_point.name),
            Kind::Custom => format!("{index}/start-points/{}", start_point.name.replace("__", "/")),
        };
        write_start_point(&folder.join(place), start_point, round)?;
    }
    Ok(fs::write(folder.join("shas.txt"), shas)?)
}

fn made() -> Real {
    let files = languages("C, assert");
    let manifest: String = files
        .iter()
        .filter(|(path, _)| path.ends_with("manifest.json"))
        .map(|(_, text)| text.as_str())
        .collect();
    let manifest = manifest.replacen('{', "{\n  \"image_name\": \"cyberdojofoundation/gcc:4edf92a\",", 1);
    let files = vec![("hiker.c".to_owned(), 500), ("cyber-dojo.sh".to_owned(), 100)];
    Real { name: "made".to_owned(), manifest: manifest.into_bytes(), files }
}

fn write_start_point(folder: &Path, start_point: &Real, round: usize) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut manifest = start_point.manifest.clone();
    if round > 0 {
        let mut value: Map<String, Value> = serde_json::from_slice(&manifest)?;
        let name = value.get("display_name").and_then(Value::as_str).context("a display name")?;
        let name = format!("{name}, {round}");
        value.insert("display_name".to_owned(), name.into());
        manifest = serde_json::to_vec_pretty(&value)?;
    }
    fs::write(folder.join("manifest.json"), manifest)?;
    for (path, size) in &start_point.files {
        let path = folder.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, stand_in(*size))?;
    }
    Ok(())
}

/// Text of a size, with what has to be escaped in JSON.
#[must_use]
pub fn stand_in(size: usize) -> String {
    let mut text = String::with_capacity(size + 40);
    let mut line = 0;
    while text.len() < size {
        line += 1;
        // Writing to a String does not fail.
        let _ = writeln!(text, "\tassert(answer({}) == \"{}\");", line * 7919 % 1000, line * 104_729 % 9973);
    }
    text.truncate(size);
    text
}
