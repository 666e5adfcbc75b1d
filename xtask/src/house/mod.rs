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
    let mut product: Vec<&Source> = sources.iter().filter(|source| source.is_product()).collect();
    product.sort_by_key(|source| source.lines());
    let median = product.get(product.len() / 2).map_or(0, |source| source.lines());
    let small: Vec<&Source> = product.iter().copied().filter(|source| source.lines() < SMALL).collect();
    let share = (small.len() * 100).div_ceil(product.len().max(1));
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
        Measure {
            what: "lines of the median product file",
            before: "75",
            figure: median.to_string(),
            limit: format!("at least {MEDIAN}"),
            holds: median >= MEDIAN,
            places: Vec::new(),
        },
        at_most(
            "product files under 40 lines, in percent",
            "21",
            share,
            SMALL_SHARE,
            small.iter().map(|source| format!("{}: {}", source.path, source.lines())).collect(),
        ),
        at_most("files over 600 lines", "0", large.len(), 0, large),
        at_most("names that two public types share", "24", repeated.len(), 0, repeated),
        at_most("phrases that read as translated", "426", phrases.len(), 0, phrases),
        Measure {
            what: "links to sources in comments",
            before: "10",
            figure: links.to_string(),
            limit: format!("at least {LINKS}"),
            holds: links >= LINKS,
            places: Vec::new(),
        },
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
