//! The Rust files of the workspace, without their tests.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use syn::{Attribute, Item};

use crate::repository;

/// Folders that users get nothing of.
const TOOLS: [&str; 3] = ["xtask/", "crates/testing/", "fuzz/"];

/// A file below a crate's `src/`.
pub(super) struct Source {
    /// From the top of the repository.
    pub(super) path: String,
    /// What stands above the tests.
    pub(super) text: String,
    /// The same, parsed; items for tests alone are left out.
    pub(super) items: Vec<Item>,
}

impl Source {
    pub(super) fn lines(&self) -> usize {
        self.text.lines().count()
    }

    pub(super) fn is_product(&self) -> bool {
        !TOOLS.iter().any(|folder| self.path.starts_with(folder))
    }

    pub(super) fn is_rule(&self) -> bool {
        self.path.contains("/rules/") && !self.path.ends_with("/mod.rs")
    }

    /// Its crate's folder, and its module's path in there.
    pub(super) fn module(&self) -> (&str, Vec<&str>) {
        let (package, path) = self.path.split_once("src/").unwrap_or(("", &self.path));
        let mut module: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
        if matches!(module.last(), Some(&("mod" | "lib" | "main"))) {
            module.pop();
        }
        (package, module)
    }

    /// The comments that link to a source.
    pub(super) fn links(&self) -> usize {
        let comments = self.text.lines().map(str::trim_start).filter(|line| line.starts_with("//"));
        comments.filter(|comment| comment.contains("https://") && !comment.contains("example")).count()
    }
}

/// The sources of all crates.
pub(super) fn sources(tracked: &[&str]) -> Result<Vec<Source>> {
    let is_test = |path: &str| path.ends_with("/tests.rs") || path.contains("/tests/");
    let paths: BTreeSet<&str> = tracked
        .iter()
        .copied()
        .filter(|path| path.contains("src/") && path.ends_with(".rs") && !is_test(path))
        .collect();
    paths.into_iter().map(read).collect()
}

fn read(path: &str) -> Result<Source> {
    let text = std::fs::read_to_string(repository::path(path)).with_context(|| path.to_owned())?;
    let file = syn::parse_file(&text).with_context(|| path.to_owned())?;
    let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
    let items = file.items.into_iter().filter(|item| !is_for_tests(attributes(item))).collect();
    Ok(Source { path: path.to_owned(), text, items })
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let tests = |attribute: &Attribute| {
        let test =
            |list: &syn::MetaList| list.path.is_ident("cfg") && list.tokens.to_string().contains("test");
        attribute.meta.require_list().is_ok_and(test)
    };
    attributes.iter().any(tests)
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}
