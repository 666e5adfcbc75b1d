//! Note 001: what an ESP, an LSP and a CSP must have and must not have.

use start_points::check::{CheckOptions, Tree};
use start_points::diagnostic::Diagnostic;
use start_points::files::FileEntry;
use start_points::layout::{kind_of_content, kind_of_place};
use start_points::resolve::{ImageNameSource, mix, resolve, resolve_image_name};
use start_points::rule::Severity;
use start_points::{Dialect, Kind};

use super::{commit, document, files, source, string};
use crate::support::{alone, found, options};

/// Each key of a manifest that has all four of the note's.
const PAIRS: [(&str, &str); 4] = [
    ("display_name", r#""Round 1""#),
    ("visible_filenames", r#"["cyber-dojo.sh"]"#),
    ("filename_extension", r#"".c""#),
    ("image_name", r#""cyberdojofoundation/gcc_assert:4edf92a""#),
];

/// A manifest with these keys and no others.
fn manifest(keys: &[&str]) -> String {
    let pairs = PAIRS.iter().filter(|(key, _)| keys.contains(key));
    let members: Vec<_> = pairs.map(|(key, value)| format!("  \"{key}\": {value}")).collect();
    format!("{{\n{}\n}}\n", members.join(",\n"))
}

fn tree(keys: &[&str]) -> Tree {
    alone(&manifest(keys).replace("cyber-dojo.sh", "readme.txt"), &["readme.txt"])
}

/// Rule and pointer of every error of a manifest with these keys.
fn errors(kind: Kind, dialect: Dialect, keys: &[&str]) -> Vec<(&'static str, String)> {
    let mut tree = match kind {
        Kind::Exercises => tree(keys),
        _ => alone(&manifest(keys), &["cyber-dojo.sh"]),
    };
    if dialect == Dialect::Derived {
        let named = b"{\"image_name\":\"x/y\"}".to_vec();
        tree.insert("docker/image_name.json", FileEntry::Content(named));
    }
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    let options: CheckOptions = options(kind, dialect);
    let errors = found(&tree, &options).into_iter().filter(is_error);
    errors.map(|found| (found.rule.id, found.pointer.to_string())).collect()
}

/// Each of the required keys is missed on its own, and nothing else is.
fn requires(kind: Kind, dialect: Dialect, required: &[&str]) {
    assert_eq!(errors(kind, dialect, required), [], "{kind} {dialect}");
    for missing in required {
        let keys: Vec<_> = required.iter().copied().filter(|key| key != missing).collect();
        let expected = [("missing-key", format!("/{missing}"))];
        assert_eq!(errors(kind, dialect, &keys), expected, "{kind} {dialect} without {missing}");
    }
}

#[test]
fn an_esp_must_have_display_name_and_visible_filenames() {
    for dialect in Dialect::ALL {
        requires(Kind::Exercises, dialect, &["display_name", "visible_filenames"]);
    }
}

#[test]
fn an_esp_has_no_image_name() {
    for dialect in Dialect::ALL {
        let errors = errors(Kind::Exercises, dialect, &["display_name", "visible_filenames", "image_name"]);
        assert_eq!(errors, [("unknown-key", "/image_name".to_owned())], "{dialect}");
    }
    let source = ImageNameSource { manifest: Some("gcc"), ..ImageNameSource::default() };
    assert_eq!(resolve_image_name(Kind::Exercises, Dialect::Derived, source), Ok(None));
}

/// "image_name taken from mixed-in LSP"
#[test]
fn an_esp_takes_its_image_name_from_the_lsp_it_is_mixed_with() {
    let files = files(&["readme.txt", "cyber-dojo.sh"]);
    let source = source("https://github.com/cyber-dojo-languages/gcc-assert");
    let lsp = manifest(&["display_name", "visible_filenames", "filename_extension"]);
    let esp = manifest(&["display_name", "visible_filenames"])
        .replace("cyber-dojo.sh", "readme.txt")
        .replace("Round 1", "Tennis");
    let (lsp, esp) = (document(&lsp), document(&esp));
    let docker = Some("cyberdojofoundation/gcc_assert");
    let lsp = resolve(&lsp, &files, Kind::Languages, Dialect::Derived, docker, None, Some(&source));
    let esp = resolve(&esp, &files, Kind::Exercises, Dialect::Derived, None, None, None).expect("an ESP");
    assert_eq!(esp.image_name(), None);
    let session = mix(&lsp.expect("an LSP"), Some(&esp));
    assert_eq!(session.image_name(), Some("cyberdojofoundation/gcc_assert:4edf92a"));
    assert_eq!(string(&session, "exercise"), Some("Tennis"));
}

#[test]
fn an_lsp_must_have_a_filename_extension_too() {
    requires(Kind::Languages, Dialect::Derived, &["display_name", "visible_filenames", "filename_extension"]);
}

#[test]
fn an_lsp_has_no_image_name() {
    let all = PAIRS.map(|(key, _)| key);
    let expected = [("unexpected-image-name", "/image_name".to_owned())];
    assert_eq!(errors(Kind::Languages, Dialect::Derived, &all), expected);
}

/// Note 000 wants it, and so does what runs today.
#[test]
fn an_lsp_of_note_000_has_an_image_name() {
    requires(Kind::Languages, Dialect::Pinned, &PAIRS.map(|(key, _)| key));
}

/// "filename_extension <----- this is the only required difference"
#[test]
fn the_extension_is_the_only_required_difference_between_an_lsp_and_an_esp() {
    let difference: Vec<_> =
        errors(Kind::Languages, Dialect::Derived, &["display_name", "visible_filenames"]);
    assert_eq!(difference, [("missing-key", "/filename_extension".to_owned())]);
    assert_eq!(errors(Kind::Exercises, Dialect::Derived, &["display_name", "visible_filenames"]), []);
}

/// The domain page adds to the note that a CSP has an extension, as the deployed checker wants.
#[test]
fn a_csp_has_an_image_name() {
    for dialect in Dialect::ALL {
        requires(Kind::Custom, dialect, &PAIRS.map(|(key, _)| key));
    }
}

/// "tag can be supplied, defaults to :latest"
#[test]
fn a_csp_image_without_a_tag_means_latest() {
    for dialect in Dialect::ALL {
        for (written, meant) in [
            ("cyberdojofoundation/gcc_assert", "cyberdojofoundation/gcc_assert:latest"),
            ("cyberdojofoundation/gcc_assert:4edf92a", "cyberdojofoundation/gcc_assert:4edf92a"),
            ("localhost:5000/gcc", "localhost:5000/gcc:latest"),
        ] {
            let (manifest, commit) = (Some(written), commit());
            let source = ImageNameSource { manifest, commit: Some(&commit), ..ImageNameSource::default() };
            let name = resolve_image_name(Kind::Custom, dialect, source).expect("resolves");
            assert_eq!(name.expect("a name").to_string(), meant);
        }
    }
}

/// "CSP Tennis/Round1/manifest.json that DOES not have docker/ dir … has manifes.json that does have an
/// image_name entry."
#[test]
fn a_csp_is_told_by_its_place_or_by_its_image_name_and_missing_docker_folder() {
    assert_eq!(kind_of_place("start-points/Tennis/Round1/manifest.json"), Some(Kind::Custom));
    assert_eq!(kind_of_place("Tennis/Round1/manifest.json"), None);
    let text = manifest(&PAIRS.map(|(key, _)| key));
    let csp = document(&text);
    assert_eq!(kind_of_content(&csp, false), Kind::Custom);
    assert_eq!(kind_of_content(&csp, true), Kind::Languages);
    let tree = crate::support::tree(&[
        ("Tennis/Round1/manifest.json", text.as_str()),
        ("Tennis/Round1/cyber-dojo.sh", "make\n"),
    ]);
    assert_eq!(crate::support::rules(&tree, &CheckOptions::default()), [""; 0]);
}
