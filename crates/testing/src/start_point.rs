//! Start-points as they are deployed: made ones for tests, and the real ones from a folder of known answers.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use start_points::Kind;

/// A start-point as it is deployed: its manifest, and what is known of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestStartPoint {
    /// The folder that it is kept in.
    pub name: String,
    /// Its manifest.
    pub manifest: Vec<u8>,
    /// The files beside it, and their sizes in bytes.
    pub files: Vec<(String, usize)>,
}

/// The real start-points of a kind, by name, from a corpus: manifests, and a table of the sizes of their files.
///
/// # Errors
/// Where they cannot be read.
pub fn corpus(corpus: &Path, kind: Kind) -> Result<Vec<TestStartPoint>> {
    let folder = corpus.join(kind.as_str());
    let table = fs::read_to_string(folder.join("files.tsv")).context("files.tsv")?;
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        let rows = table.lines().skip(1).filter_map(|line| {
            let (owner, rest) = line.split_once('\t')?;
            let (path, size) = rest.split_once('\t')?;
            Some((owner, (path.to_owned(), size.parse().ok()?)))
        });
        let files = rows.filter(|(owner, _)| *owner == name).map(|(_, file)| file).collect();
        found.push(TestStartPoint { manifest: fs::read(entry.path().join("manifest.json"))?, name, files });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    ensure!(!found.is_empty(), "no start-points in {}", folder.display());
    Ok(found)
}

/// Start-points of a kind without a fault, in the pinned dialect, with sizes like those in use.
#[must_use]
pub fn made_start_points(kind: Kind) -> Vec<TestStartPoint> {
    match kind {
        Kind::Languages => vec![
            language("C (gcc) 14.2, assert", "gcc_assert:4edf92a", &["hiker.c", "hiker.h", "makefile"], ".c"),
            language("Java 21, JUnit 5", "java_junit:b5ae1ca", &["Hiker.java", "HikerTest.java"], ".java"),
            language("Python 3.13, pytest", "python_pytest:0c1f8be", &["hiker.py", "test_hiker.py"], ".py"),
            language("Ruby 3.4, RSpec", "ruby_rspec", &["lib/hiker.rb", "spec/hiker_spec.rb"], ".rb"),
        ],
        Kind::Exercises => {
            ["Leap Years", "Word Wrap", "Zig Zag", "Ä Day's Work"].map(exercise).into_iter().collect()
        }
        Kind::Custom => vec![
            custom("Parrot__Ruby", "Parrot refactoring, Ruby", &["parrot.rb", "parrot_test.rb"], ".rb"),
            custom("Parrot__C#", "Parrot refactoring, C#", &["Parrot.cs", "ParrotTest.cs"], ".cs"),
            custom("Queue__Round1", "Queue, round 1", &["queue.h", "queue.cpp", "tests.cpp"], ".cpp"),
        ],
    }
}

fn language(display_name: &str, image: &str, sources: &[&str], extension: &str) -> TestStartPoint {
    let visible: Vec<_> = sources.iter().copied().chain(["cyber-dojo.sh"]).collect();
    let manifest = json!({
        "image_name": format!("cyberdojofoundation/{image}"),
        "display_name": display_name,
        "visible_filenames": visible,
        "filename_extension": [extension],
        "highlight_filenames": sources,
        "tab_size": 4,
        "max_seconds": 10,
        "progress_regexs": ["FAILED \\(failures=\\d+\\)", "OK"],
    });
    start_point(image.split(':').next().unwrap_or(image), &manifest, &visible)
}

fn exercise(display_name: &str) -> TestStartPoint {
    let manifest = json!({"display_name": display_name, "visible_filenames": ["readme.txt"]});
    start_point(&display_name.replace([' ', '\''], "_"), &manifest, &["readme.txt"])
}

fn custom(name: &str, display_name: &str, sources: &[&str], extension: &str) -> TestStartPoint {
    let visible: Vec<_> = sources.iter().copied().chain(["readme.txt", "cyber-dojo.sh"]).collect();
    let manifest = json!({
        "image_name": "cyberdojofoundation/refactoring:7447a68",
        "display_name": display_name,
        "visible_filenames": visible,
        "filename_extension": extension,
        "tab_size": 2,
    });
    start_point(name, &manifest, &visible)
}

fn start_point(name: &str, manifest: &serde_json::Value, visible: &[&str]) -> TestStartPoint {
    let size = |index: usize, path: &str| if path == "cyber-dojo.sh" { 80 } else { 400 + 700 * index };
    let files = visible.iter().enumerate().map(|(index, path)| ((*path).to_owned(), size(index, path)));
    TestStartPoint {
        name: name.to_owned(),
        manifest: format!("{manifest:#}\n").into_bytes(),
        files: files.collect(),
    }
}
