//! A conformance case: `conformance/check/GROUP/NAME/`, read into the tree and the options that the engine takes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Deserializer};
use start_points::check::{CheckOptions, CheckOutput, Tree, check_tree};
use start_points::files::{FileEntry, NonRegular};

/// A case, ready to check.
#[derive(Debug)]
pub struct Case {
    /// The folder it stands in: a rule id, or a name for what no single rule covers.
    pub group: String,
    /// What it shows; `bad…` or `good` where that is all there is to say.
    pub name: String,
    /// What the report must hold.
    pub expect: Expect,
    /// Everything in `input/`, and what `files` adds to it.
    pub tree: Tree,
    /// Kind, dialect and tag.
    pub options: CheckOptions,
}

/// What the report of a case must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// A diagnostic of the rule that the group names.
    Fault,
    /// No diagnostic at all.
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[serde(default, deserialize_with = "word")]
    kind: Option<start_points::Kind>,
    #[serde(default, deserialize_with = "word")]
    dialect: Option<start_points::DialectChoice>,
    tag: Option<String>,
    #[serde(default)]
    files: BTreeMap<String, StandIn>,
    expect: Expect,
}

/// An entry that cannot, or should not, be a real file.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum StandIn {
    Size(u64),
    Other(#[serde(deserialize_with = "other")] NonRegular),
}

fn word<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let word = Option::<String>::deserialize(deserializer)?;
    word.map(|word| word.parse().map_err(serde::de::Error::custom)).transpose()
}

fn other<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NonRegular, D::Error> {
    let word = String::deserialize(deserializer)?;
    NonRegular::from_word(&word).ok_or_else(|| serde::de::Error::custom(format!("unknown word `{word}`")))
}

impl From<StandIn> for FileEntry {
    fn from(stand_in: StandIn) -> Self {
        match stand_in {
            StandIn::Size(size) => Self::Size(size),
            StandIn::Other(other) => Self::Other(other),
        }
    }
}

/// The folder of all cases.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/check")
}

/// Every case, ordered by group and name.
///
/// # Errors
/// Where a folder holds anything else than a case.
pub fn cases() -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for group in names(&folder())?.into_iter().filter(|name| name != "README.md") {
        for name in names(&folder().join(&group))? {
            cases.push(read(&group, &name).with_context(|| format!("in conformance/{group}/{name}"))?);
        }
    }
    Ok(cases)
}

impl Case {
    /// Where it stands, from the top of the repository.
    #[must_use]
    pub fn path(&self) -> String {
        format!("conformance/check/{}/{}", self.group, self.name)
    }

    /// The answer of the engine.
    #[must_use]
    pub fn check(&self) -> CheckOutput {
        check_tree(&self.tree, &self.options)
    }
}

fn read(group: &str, name: &str) -> Result<Case> {
    let folder = folder().join(group).join(name);
    for found in names(&folder)? {
        if !matches!(found.as_str(), "case.json" | "input" | "report.json") {
            bail!("`{found}` does not belong to a case");
        }
    }
    let case: CaseFile = serde_json::from_slice(&fs::read(folder.join("case.json"))?)?;
    let mut tree = Tree::new();
    let input = folder.join("input");
    if input.exists() {
        add(&input, "", &mut tree)?;
    }
    tree.extend(case.files.into_iter().map(|(path, stand_in)| (path, stand_in.into())));
    let options = CheckOptions {
        kind: case.kind,
        dialect: case.dialect.unwrap_or_default(),
        tag: case.tag,
        ..CheckOptions::default()
    };
    Ok(Case { group: group.to_owned(), name: name.to_owned(), expect: case.expect, tree, options })
}

fn add(folder: &Path, prefix: &str, tree: &mut Tree) -> Result<()> {
    for name in names(folder)? {
        let path = folder.join(&name);
        if path.is_dir() {
            add(&path, &format!("{prefix}{name}/"), tree)?;
        } else {
            tree.insert(format!("{prefix}{name}"), FileEntry::Content(fs::read(&path)?));
        }
    }
    Ok(())
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().into_string();
        names.push(name.map_err(|name| anyhow::anyhow!("{} is not UTF-8", name.display()))?);
    }
    names.sort();
    Ok(names)
}
