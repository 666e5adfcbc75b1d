//! Catalogues in the deployed layout: `shas.txt` and numbered folders, a repository for each start-point.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value};
use start_points::Kind;

use crate::start_point::{TestStartPoint, made_start_points};

/// Writes a catalogue of made start-points, each under as many names as it takes.
///
/// # Errors
/// Where something cannot be written.
pub fn deployed_catalogue(folder: &Path, kind: Kind, count: usize) -> Result<()> {
    deployed_catalogue_of(folder, kind, count, &made_start_points(kind))
}

/// Writes a catalogue of these start-points, each under as many names as it takes.
///
/// # Errors
/// Where something cannot be written, or a manifest is not one.
pub fn deployed_catalogue_of(
    folder: &Path,
    kind: Kind,
    count: usize,
    start_points: &[TestStartPoint],
) -> Result<()> {
    ensure!(!start_points.is_empty(), "no start-points to write");
    let mut shas = String::new();
    for (index, start_point) in start_points.iter().cycle().take(count).enumerate() {
        let round = index / start_points.len();
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

fn write_start_point(folder: &Path, start_point: &TestStartPoint, round: usize) -> Result<()> {
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
