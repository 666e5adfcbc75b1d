//! All that the engine does with an input, and what that costs.

use std::hint::black_box;
use std::time::Duration;

use start_points::check::{CheckOptions, CheckOutput, StartPoint, Tree, check_names, check_tree};
use start_points::files::{FileEntry, Files};
use start_points::fix::Changes;
use start_points::gate::decide_json;
use start_points::json::Document;
use start_points::levels::Levels;
use start_points::resolve::{mix, resolve};
use start_points::{Dialect, ImageName, Kind, RepoUrl, render};

use super::input::{Input, LargeShape};
use crate::process::processor_time;

/// What a shape costs, small and large.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    /// Processor time of the small one: to check it, and to report and fix what was found.
    pub small: [Duration; 2],
    /// The same of the large one.
    pub large: [Duration; 2],
    /// How much larger the large one is.
    pub times: f64,
}

/// What one run may be off, whatever its input.
const NOISE: Duration = Duration::from_micros(200);

impl Growth {
    /// Measures a shape at two sizes in turn, `rounds` times; of each the least counts, which is the one that was
    /// disturbed least.
    #[must_use]
    pub fn measure(shape: &LargeShape, sizes: [usize; 2], max_faults: usize, rounds: usize) -> Self {
        let [small, large] = sizes.map(shape.make);
        // Every log has the pages of all rules: beside a small input they hide what grows.
        let sarif = sizes[0] >= 100_000;
        let mut growth = Self {
            small: [Duration::MAX; 2],
            large: [Duration::MAX; 2],
            times: sizes[1] as f64 / sizes[0] as f64,
        };
        for _ in 0..rounds {
            // As many bytes of the small ones as of the large one, so that both are as warm.
            for _ in 0..sizes[1] / sizes[0].max(1) {
                growth.small = least(growth.small, phases(&small, max_faults, sarif));
            }
            growth.large = least(growth.large, phases(&large, max_faults, sarif));
        }
        growth
    }

    /// The same; measured again where a byte costs more than `most` times as much, as another process may have taken the
    /// caches.
    #[must_use]
    pub fn within(most: f64, shape: &LargeShape, sizes: [usize; 2], max_faults: usize) -> Self {
        let mut growth = Self::measure(shape, sizes, max_faults, 1);
        for _ in 0..3 {
            if growth.per_byte() <= most {
                break;
            }
            growth = Self::measure(shape, sizes, max_faults, 4);
        }
        growth
    }

    /// What the large one costs in all.
    #[must_use]
    pub fn whole(&self) -> Duration {
        self.large.iter().sum()
    }

    /// How many times more a byte costs in the large one, in that of the two phases in which it grows more.
    #[must_use]
    pub fn per_byte(&self) -> f64 {
        let grown = |small: Duration, large: Duration| {
            large.as_secs_f64() / ((small + NOISE).as_secs_f64() * self.times)
        };
        grown(self.small[0], self.large[0]).max(grown(self.small[1], self.large[1]))
    }
}

fn least(one: [Duration; 2], other: [Duration; 2]) -> [Duration; 2] {
    [one[0].min(other[0]), one[1].min(other[1])]
}

/// What it costs to check an input, and to report and fix what was found.
fn phases(input: &Input, max_faults: usize, sarif: bool) -> [Duration; 2] {
    let (check, checked) = processor_time(|| check(input, max_faults));
    let (report, length) = processor_time(|| report(input, &checked, max_faults, sarif));
    black_box(length);
    [check, report]
}

fn check(input: &Input, max_faults: usize) -> CheckOutput {
    match input {
        Input::Tree(tree, kind) => check_tree(tree, &options(*kind, max_faults)),
        Input::Names(listed) => check_names(listed, listed.len(), &Levels::new(), &|_| None),
        _ => CheckOutput::default(),
    }
}

fn options(kind: Option<Kind>, max_faults: usize) -> CheckOptions {
    CheckOptions { kind, max_faults, ..CheckOptions::default() }
}

/// Renders in every format, SARIF where it is wanted, fixes once and resolves; answers how long the answers are together.
fn report(input: &Input, output: &CheckOutput, max_faults: usize, sarif: bool) -> usize {
    match input {
        Input::Tree(tree, kind) => {
            rendered(output, sarif) + fixed(tree, output) + resolved(tree, &options(*kind, max_faults))
        }
        Input::Names(_) => rendered(output, sarif),
        Input::Url(text) => {
            let parsed = RepoUrl::parse(text);
            let told = parsed.map_or_else(|error| error.to_string(), |url| url.repo().to_owned());
            told.len() + RepoUrl::redact(text).len()
        }
        Input::ImageName(text) => {
            ImageName::parse(text).map_or_else(|error| error.to_string(), |name| name.to_string()).len()
        }
        Input::Gate(facts, policy) => {
            decide_json(facts.as_bytes(), policy.as_bytes(), "2026-01-01T00:00:00Z")
                .unwrap_or_else(|error| error.to_json())
                .len()
        }
        Input::Mix(language, exercise) => mixed(language, exercise).unwrap_or_default(),
    }
}

fn fixed(tree: &Tree, output: &CheckOutput) -> usize {
    let mut length = 0;
    for unsafe_too in [false, true] {
        let changes = Changes::choose(output.report.diagnostics(), unsafe_too);
        length += changes.paths().map(|path| changes.apply(path, content(tree, path)).len()).sum::<usize>();
    }
    length
}

fn resolved(tree: &Tree, options: &CheckOptions) -> usize {
    let mut length = 0;
    for (path, _) in tree.iter().filter(|(path, _)| path.ends_with("manifest.json")) {
        let start_point = StartPoint::read(tree, path, content(tree, path), options);
        if let Some(Ok(resolved)) = start_point.resolve(Some("1.0"), None) {
            length += resolved.node().to_string().len();
        }
    }
    length
}

fn rendered(output: &CheckOutput, sarif: bool) -> usize {
    let CheckOutput { report, sources, .. } = output;
    let outputs = [
        render::full(report, sources, true),
        render::concise(report, sources),
        render::json(report, sources),
        if sarif { render::sarif(report, sources) } else { String::new() },
        render::github(report, sources),
    ];
    outputs.iter().map(String::len).sum()
}

fn mixed(language: &str, exercise: &str) -> Option<usize> {
    let files = Files::new();
    let (language, exercise) =
        (Document::parse(language.as_bytes()).ok()?, Document::parse(exercise.as_bytes()).ok()?);
    let resolve =
        |document| resolve(document, &files, Kind::Exercises, Dialect::Derived, None, None, None).ok();
    let (language, exercise) = (resolve(&language)?, resolve(&exercise)?);
    Some(mix(&language, Some(&exercise)).node().to_string().len())
}

fn content<'t>(tree: &'t Tree, path: &str) -> &'t [u8] {
    match tree.get(path) {
        Some(FileEntry::Content(bytes)) => bytes,
        _ => b"",
    }
}
