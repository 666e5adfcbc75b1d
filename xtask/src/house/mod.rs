//! How the code stands beside the codebases that we admire: `cargo xtask house` prints each measure and its limit, and
//! the test step `house` fails where one is exceeded.

mod circles;
mod names;
mod phrases;
mod sources;

use anyhow::{Result, bail};

use self::sources::{Source, sources};
use crate::repository;
use crate::shell::{output, program};

/// The most folders at the top; hidden ones do not count.
const FOLDERS: usize = 13;

/// The fewest lines of the median product file.
const MEDIAN: usize = 130;

/// A file with fewer lines is small, and the largest share of small files in percent.
const SMALL: usize = 40;
const SMALL_SHARE: usize = 10;

/// The most lines of a file.
const LARGEST: usize = 600;

/// The fewest comments that link to where a piece of knowledge comes from.
const LINKS: usize = 40;

/// A figure beside its limit.
struct Measure {
    what: &'static str,
    /// What it was at 438d28f, where the house was reviewed.
    before: &'static str,
    figure: String,
    limit: String,
    holds: bool,
    /// Where it is exceeded.
    places: Vec<String>,
}

/// Prints all measures, with the places where a limit is exceeded.
pub fn run() -> Result<()> {
    let measures = measures()?;
    println!("{:<44} {:>8} {:>8}  limit", "", "before", "now");
    for Measure { what, before, figure, limit, holds, places } in &measures {
        println!("{what:<44} {before:>8} {figure:>8}  {limit}{}", if *holds { "" } else { "  EXCEEDED" });
        if !holds {
            places.iter().for_each(|place| println!("    {place}"));
        }
    }
    let exceeded = measures.iter().filter(|measure| !measure.holds).count();
    if exceeded > 0 {
        bail!("{exceeded} limits are exceeded");
    }
    Ok(())
}

fn measures() -> Result<Vec<Measure>> {
    let tracked = output(program("git").args(["ls-files"]))?;
    let tracked: Vec<&str> = tracked.lines().collect();
    let sources = sources(&tracked)?;
    let product: Vec<&Source> = sources.iter().filter(|source| source.is_product()).collect();
    let median = median(product.iter().copied());
    let rules_apart: Vec<&Source> = product.iter().copied().filter(|source| !source.is_rule()).collect();
    let median_rules_apart = self::median(rules_apart.iter().copied());
    let share = share(small(&product).len(), product.len());
    let small_rules_apart = small(&rules_apart);
    let share_rules_apart = self::share(small_rules_apart.len(), rules_apart.len());
    let large = sources.iter().filter(|source| source.lines() > LARGEST);
    let large: Vec<String> = large.map(|source| format!("{}: {}", source.path, source.lines())).collect();
    let folders = top_folders(&tracked);
    let repeated = names::repeated(&sources);
    let phrases = phrases::found(&tracked, &sources)?;
    let links = product.iter().map(|source| source.links()).sum::<usize>();
    let circles = circles::found(&sources);
    let binaries = surplus_binaries(&tracked)?;
    Ok(vec![
        at_most("folders at the top", "22", folders.len(), FOLDERS, folders),
        shown("lines of the median product file", "75", median),
        // A rule is one idea, and often short: https://github.com/zizmorcore/zizmor/tree/main/crates/zizmor/src/audit
        // has its tests beside each, ours has them in conformance/.
        at_least("the same, files of rules apart", "", median_rules_apart, MEDIAN),
        shown("product files under 40 lines, in percent", "21", share),
        at_most(
            "the same, files of rules apart",
            "",
            share_rules_apart,
            SMALL_SHARE,
            named(&small_rules_apart),
        ),
        at_most("files over 600 lines", "0", large.len(), 0, large),
        at_most("names that two public types share", "24", repeated.len(), 0, repeated),
        at_most("phrases that read as translated", "426", phrases.len(), 0, phrases),
        at_least("links to sources in comments", "10", links, LINKS),
        at_most("circles of files", "26", circles.len(), 0, circles),
        at_most("integration-test binaries beyond one a crate", "58", binaries.len(), 0, binaries),
    ])
}

fn at_most(
    what: &'static str,
    before: &'static str,
    figure: usize,
    limit: usize,
    places: Vec<String>,
) -> Measure {
    let limit_text = format!("at most {limit}");
    Measure { what, before, figure: figure.to_string(), limit: limit_text, holds: figure <= limit, places }
}

fn at_least(what: &'static str, before: &'static str, figure: usize, limit: usize) -> Measure {
    let limit_text = format!("at least {limit}");
    let holds = figure >= limit;
    Measure { what, before, figure: figure.to_string(), limit: limit_text, holds, places: Vec::new() }
}

/// A figure without a limit.
fn shown(what: &'static str, before: &'static str, figure: usize) -> Measure {
    Measure {
        what,
        before,
        figure: figure.to_string(),
        limit: String::new(),
        holds: true,
        places: Vec::new(),
    }
}

fn median<'a>(sources: impl Iterator<Item = &'a Source>) -> usize {
    let mut lines: Vec<usize> = sources.map(Source::lines).collect();
    lines.sort_unstable();
    lines.get(lines.len() / 2).copied().unwrap_or_default()
}

fn small<'a>(sources: &[&'a Source]) -> Vec<&'a Source> {
    sources.iter().copied().filter(|source| source.lines() < SMALL).collect()
}

/// In percent, rounded up.
fn share(part: usize, whole: usize) -> usize {
    (part * 100).div_ceil(whole.max(1))
}

fn named(sources: &[&Source]) -> Vec<String> {
    sources.iter().map(|source| format!("{}: {}", source.path, source.lines())).collect()
}

fn top_folders(tracked: &[&str]) -> Vec<String> {
    let mut folders: Vec<String> = tracked
        .iter()
        .filter_map(|path| path.split_once('/').map(|(folder, _)| folder.to_owned()))
        .filter(|folder| !folder.starts_with('.'))
        .collect();
    folders.sort_unstable();
    folders.dedup();
    folders
}

/// The test binaries of each crate but its first, and but those that say in a comment why they stand alone.
fn surplus_binaries(tracked: &[&str]) -> Result<Vec<String>> {
    let mut binaries: Vec<(&str, &str)> = tracked
        .iter()
        .filter_map(|path| {
            let (package, test) = path.split_once("/tests/")?;
            let is_binary = test.ends_with("/main.rs") || (test.ends_with(".rs") && !test.contains('/'));
            (is_binary && tracked.contains(&format!("{package}/Cargo.toml").as_str()))
                .then_some((package, *path))
        })
        .collect();
    let mut alone = Vec::new();
    for (_, path) in &binaries {
        if std::fs::read_to_string(repository::path(path))?.contains("A binary of its own") {
            alone.push(*path);
        }
    }
    binaries.retain(|(_, path)| !alone.contains(path));
    binaries.sort_unstable_by_key(|(package, path)| (*package, !path.ends_with("/main.rs")));
    let mut surplus = Vec::new();
    for pair in binaries.windows(2) {
        if let [(before, _), (package, path)] = pair
            && before == package
        {
            surplus.push((*path).to_owned());
        }
    }
    Ok(surplus)
}
