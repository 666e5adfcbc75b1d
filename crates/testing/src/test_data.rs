//! Data that tests read: fuzz seeds, and known answers from outside the repository.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, Result, ensure};

/// The variable that names the folder of known answers: the deployed checker's verdicts and the real manifests.
///
/// `cargo xtask test known-answers` alone sets it, so every other test brings what it needs.
pub const KNOWN_ANSWERS: &str = "KNOWN_ANSWERS";

/// A file or folder of known answers, for tests that are ignored except in that step.
///
/// # Errors
/// If the variable is not set, or the part does not exist: a test without its data fails.
pub fn known_answers(part: &str) -> Result<PathBuf> {
    let folder = env::var_os(KNOWN_ANSWERS);
    let folder = folder.context("KNOWN_ANSWERS is not set; run `cargo xtask test known-answers`")?;
    let path = PathBuf::from(folder).join(part);
    ensure!(path.exists(), "`{}` does not exist", path.display());
    Ok(path)
}

/// How often each seed is changed in each way.
const CHANGES: usize = 32;

/// The short form of fuzzing: the seeds in `fuzz/seeds/TARGET`, and many inputs near
/// each, always the same ones: cut off, or with a byte changed, removed or doubled.
///
/// # Panics
///
/// Without a seed.
#[must_use]
#[expect(clippy::panic, reason = "a test without inputs would test nothing")]
pub fn fuzz_inputs(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let Ok(entries) = fs::read_dir(&folder) else { panic!("no seeds in {}", folder.display()) };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let seeds: Vec<_> = paths.iter().filter_map(|path| fs::read(path).ok()).collect();
    assert!(!seeds.is_empty(), "no seeds in {}", folder.display());
    seeds.iter().flat_map(|seed| std::iter::once(seed.clone()).chain(near(seed))).collect()
}

fn near(seed: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..CHANGES.min(seed.len())).flat_map(move |change| {
        // A prime for a step: places all over the seed, and other ones than multiples of a block.
        let at = change * 7919 % seed.len();
        let (before, after) = seed.split_at(at);
        let flipped = after.first().map(|byte| byte ^ (1 << (change % 8)));
        let rest = after.get(1..).unwrap_or_default();
        let changed = before.iter().copied().chain(flipped).chain(rest.iter().copied()).collect();
        [before.to_vec(), changed, [before, rest].concat(), [before, after, after].concat()]
    })
}
