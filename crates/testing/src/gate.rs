//! A conformance case of the gate: `conformance/gate/NAME/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use start_points::gate::decide_json;

/// A case, ready to decide.
#[derive(Debug)]
pub struct GateCase {
    /// What it shows; `refuses-…` where the input is wrong.
    pub name: String,
    /// What is known of an image.
    pub facts: Vec<u8>,
    /// What is allowed.
    pub policy: Vec<u8>,
    /// The time.
    pub now: String,
}

/// Every case, ordered by name.
///
/// # Errors
/// Where a folder holds anything else than a case.
pub fn gate_cases() -> Result<Vec<GateCase>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder())? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().display().to_string());
        }
    }
    names.sort();
    names.into_iter().map(|name| read(&name).with_context(|| format!("in conformance-gate/{name}"))).collect()
}

impl GateCase {
    /// The file that holds the answer, from the top of the repository, and what the engine answers.
    #[must_use]
    pub fn answer(&self) -> (String, String) {
        let (file, mut text) = match decide_json(&self.facts, &self.policy, &self.now) {
            Ok(decision) => ("decision.json", decision),
            Err(error) => ("error.json", error.to_json()),
        };
        text.push('\n');
        (format!("conformance/gate/{}/{file}", self.name), text)
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/gate")
}

fn read(name: &str) -> Result<GateCase> {
    let folder = folder().join(name);
    for entry in fs::read_dir(&folder)? {
        let found = entry?.file_name().display().to_string();
        let wanted = if name.starts_with("refuses-") { "error.json" } else { "decision.json" };
        if !["facts.json", "policy.json", "now.txt", wanted].contains(&found.as_str()) {
            bail!("`{found}` does not belong to a case");
        }
    }
    let bytes = |file: &str| fs::read(folder.join(file)).with_context(|| file.to_owned());
    let now = String::from_utf8(bytes("now.txt")?)?.trim_end_matches('\n').to_owned();
    Ok(GateCase { name: name.to_owned(), facts: bytes("facts.json")?, policy: bytes("policy.json")?, now })
}
