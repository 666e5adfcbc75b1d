//! Every real manifest checks clean as it is deployed, and in the derived dialect has the one fault to migrate.

use std::fs;
use std::path::Path;

use start_points::check::{Manifest, ManifestContext, check_manifest};
use start_points::files::{FileEntry, Files};
use start_points::rule::Severity;
use start_points::{Dialect, Kind};
use start_points_testing::known_answers;

/// Manifests of a kind: name, text, and stand-ins of the listed sizes.
fn manifests(corpus: &Path, kind: Kind) -> Vec<(String, Vec<u8>, Files)> {
    let folder = corpus.join(kind.as_str());
    let table = fs::read_to_string(folder.join("files.tsv")).expect("files.tsv");
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).expect("a folder").flatten().filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().into_string().expect("UTF-8");
        let mut files = Files::new();
        for line in table.lines().skip(1) {
            let [owner, path, size] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            if owner == name {
                files.insert(path, FileEntry::Size(size.parse().expect("a size")));
            }
        }
        let text = fs::read(entry.path().join("manifest.json")).expect("a manifest");
        found.push((name, text, files));
    }
    found
}

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
fn real_manifests_are_clean_in_the_pinned_dialect() {
    let corpus = known_answers("corpus").expect("known answers");
    let mut checked = 0;
    for kind in Kind::ALL {
        for (name, text, files) in manifests(&corpus, kind) {
            let manifest = Manifest::parse(name.as_str(), &text);
            let found = check_manifest(&manifest, &files, &ManifestContext::new(kind, Dialect::Pinned));
            let errors: Vec<_> = found.iter().filter(|found| found.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{name}: {errors:#?}");
            checked += 1;
        }
    }
    assert_eq!(checked, 83);
}

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
fn real_languages_have_one_fault_in_the_derived_dialect() {
    let corpus = known_answers("corpus").expect("known answers");
    for kind in Kind::ALL {
        for (name, text, files) in manifests(&corpus, kind) {
            let manifest = Manifest::parse(name.as_str(), &text);
            let mut found = check_manifest(&manifest, &files, &ManifestContext::new(kind, Dialect::Derived));
            found.retain(|found| found.severity == Severity::Error);
            if kind == Kind::Languages {
                assert_eq!(found.len(), 1, "{name}: {found:#?}");
                assert_eq!(found[0].rule.id, "unexpected-image-name");
                assert_eq!(found[0].pointer.as_str(), "/image_name");
                let hint = found[0].hint.as_deref().expect("a hint");
                assert!(hint.contains("--dialect auto"), "{hint}");
                assert!(found[0].fixes.is_empty(), "{name}");
            } else {
                assert!(found.is_empty(), "{name}: {found:#?}");
            }
        }
    }
}
