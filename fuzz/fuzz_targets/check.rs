//! The whole engine: any manifest beside any docker folder, in any kind and dialect, rendered and mended.
//!
//! The input is cut at `===\n` lines into a manifest, `docker/image_name.json`, `docker/Dockerfile`, a visible file
//! and a second manifest.

#![no_main]

use libfuzzer_sys::fuzz_target;
use start_points::check::{CheckOptions, CheckOutput, Tree, check_tree};
use start_points::diagnostic::Place;
use start_points::files::{FileEntry, Files};
use start_points::fix::Changes;
use start_points::json::Document;
use start_points::resolve::{mix, resolve};
use start_points::sources::Sources;
use start_points::{Dialect, DialectChoice, Kind, Report, render};

const PATHS: [&str; 5] = [
    "start_point/manifest.json",
    "docker/image_name.json",
    "docker/Dockerfile",
    "start_point/cyber-dojo.sh",
    "other/start_point/manifest.json",
];

fuzz_target!(|bytes: &[u8]| {
    let tree = tree(bytes);
    let kinds = [None, Some(Kind::Languages), Some(Kind::Exercises), Some(Kind::Custom)];
    // One way an input, taken from its bytes: all eight at once are too slow to find much.
    let way = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte));
    let (kind, dialect) = (kinds[usize::from(way % 4)], DialectChoice::ALL[usize::from(way / 4 % 3)]);
    let tag = (way & 8 == 0).then(|| "3.7.4".to_owned());
    checked(tree.clone(), &CheckOptions { kind, dialect, tag, ..CheckOptions::default() });
    resolved(&tree);
});

fn tree(bytes: &[u8]) -> Tree {
    let mut tree = Tree::new();
    let mut rest = bytes;
    for path in PATHS {
        let end = rest.windows(4).position(|window| window == b"===\n");
        let part = end.map_or(rest, |end| &rest[..end]);
        if !part.is_empty() {
            tree.insert(path.to_owned(), FileEntry::Content(part.to_vec()));
        }
        rest = end.map_or(&[], |end| &rest[end + 4..]);
    }
    tree
}

fn checked(mut tree: Tree, options: &CheckOptions) {
    let CheckOutput { report, sources, .. } = check_tree(&tree, options);
    places(&report, &tree);
    outputs(&report, &sources);
    for unsafe_too in [false, true] {
        let changes = Changes::choose(report.diagnostics(), unsafe_too);
        for path in changes.paths() {
            let old = content(&tree, path);
            let new = changes.apply(path, old);
            if path.ends_with(".json") && Document::parse(old).is_ok() {
                assert!(Document::parse(&new).is_ok(), "{}", String::from_utf8_lossy(&new));
            }
        }
    }
    for _ in 0..200 {
        let report = check_tree(&tree, options).report;
        let changes = Changes::choose(report.diagnostics(), false);
        if changes.fixes() == 0 {
            return;
        }
        for path in changes.paths() {
            let new = changes.apply(path, content(&tree, path));
            tree.insert(path.to_string(), FileEntry::Content(new));
        }
    }
    // Each round removes at least one thing; a small input has not so many.
    assert!(tree.iter().any(|(_, entry)| entry.size() > Some(400)), "mending does not end");
}

fn content<'t>(tree: &'t Tree, path: &str) -> &'t [u8] {
    match tree.get(path) {
        Some(FileEntry::Content(bytes)) => bytes,
        _ => b"",
    }
}

/// Every place lies in its text, on characters where that is UTF-8; every message is one line.
fn places(report: &Report, tree: &Tree) {
    let check = |place: &Place| {
        let (Some(span), bytes) = (place.span, content(tree, &place.path)) else { return };
        assert!(span.start <= span.end && span.end <= bytes.len(), "{place:?}");
        if let Ok(text) = std::str::from_utf8(bytes) {
            assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{place:?}");
        }
    };
    for found in report.diagnostics() {
        check(&found.place);
        let related = found.related.iter().map(|related| &related.message);
        let titles = found.fixes.iter().map(|fix| &fix.title);
        for text in [&found.message].into_iter().chain(&found.hint).chain(related).chain(titles) {
            assert!(!text.chars().any(char::is_control), "{}: {text:?}", found.rule.id);
        }
        found.related.iter().for_each(|related| check(&related.place));
        for edit in found.fixes.iter().flat_map(|fix| &fix.edits) {
            check(&Place::new(edit.path.clone(), edit.span));
        }
    }
}

fn outputs(report: &Report, sources: &Sources) {
    for text in [render::json(report, sources), render::sarif(report, sources)] {
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
    }
    let count = report.diagnostics().len();
    assert_eq!(render::concise(report, sources).matches('\n').count(), count);
    assert_eq!(render::github(report, sources).matches('\n').count(), count);
    let full = render::full(report, sources, false);
    assert_eq!(full.is_empty(), count == 0);
    assert!(!full.contains('\u{1b}'), "{full}");
    let _ = render::full(report, sources, true);
}

/// Resolving takes what was not checked too, and answers or refuses.
fn resolved(tree: &Tree) {
    let mut files = Files::new();
    files.insert("cyber-dojo.sh", FileEntry::Content(content(tree, PATHS[3]).to_vec()));
    let (Ok(one), Ok(other)) =
        (Document::parse(content(tree, PATHS[0])), Document::parse(content(tree, PATHS[4])))
    else {
        return;
    };
    for dialect in Dialect::ALL {
        let docker = Some("a/b:1");
        for kind in Kind::ALL {
            let language = resolve(&one, &files, kind, dialect, docker, None, None);
            let exercise = resolve(&other, &files, Kind::Exercises, dialect, None, None, None);
            if let (Ok(language), Ok(exercise)) = (language, exercise) {
                let session = mix(&language, Some(&exercise)).node().to_string();
                assert!(
                    Document::parse(session.as_bytes()).is_ok()
                        || session.len() > 1 << 20
                        || is_deep(&session)
                );
            }
        }
    }
}

/// The files of a manifest that nests as deep as it may stand two deeper in a session.
fn is_deep(text: &str) -> bool {
    text.matches(['[', '{']).count() > 100
}
