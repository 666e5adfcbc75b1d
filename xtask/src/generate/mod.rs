//! Every generated file has one source and one command that rewrites it: `cargo xtask generate`.

mod conformance;
mod docs;
mod example;
mod files;
mod readme;
mod schemas;
mod shapes;

use std::fs;

use anyhow::{Context as _, Result, bail};

use self::files::GeneratedFiles;
use crate::repository;

/// What to do with a generated file that differs from its source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Rewrite it.
    Write,
    /// Fail, naming it.
    Check,
}

/// Writes or checks every generated file; one whose source is gone is removed or reported.
pub fn run(mode: Mode) -> Result<()> {
    let mut files = GeneratedFiles::new();
    for step in [schemas::files, conformance::files, docs::files, readme::files] {
        files.extend(step()?);
    }
    let mut stale = Vec::new();
    for (path, content) in &files {
        let target = repository::path(path);
        if fs::read_to_string(&target).is_ok_and(|old| old == *content) {
            continue;
        }
        if mode == Mode::Write {
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&target, content).with_context(|| format!("cannot write {path}"))?;
            eprintln!("wrote {path}");
        }
        stale.push(path.clone());
    }
    for path in files::left_over(docs::FOLDER, &files)? {
        if mode == Mode::Write {
            fs::remove_file(repository::path(&path)).with_context(|| format!("cannot remove {path}"))?;
            eprintln!("removed {path}");
        }
        stale.push(path);
    }
    if mode == Mode::Write && stale.iter().any(|path| path.starts_with("schemas/")) {
        eprintln!("the engine holds the schemas: run this again for what is made from its answers");
    }
    if mode == Mode::Check && !stale.is_empty() {
        bail!("stale, run `cargo xtask generate`: {}", stale.join(", "));
    }
    Ok(())
}
