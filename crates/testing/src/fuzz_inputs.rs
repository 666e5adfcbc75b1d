//! The short form of fuzzing: every seed of a target, and many near it, always the same ones.

use std::fs;
use std::path::Path;

/// How often each seed is changed in each way.
const CHANGES: usize = 32;

/// The seeds in `fuzz/seeds/TARGET`, and of each those that are cut off, or have a byte changed, left out or doubled.
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
