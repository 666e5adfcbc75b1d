//! Note 001: the tag is made from the commit, after the commit.

use start_points::resolve::{ImageNameSource, ResolveError, resolve, resolve_image_name};
use start_points::{CommitSha, Dialect, ImageName, Kind};

use super::{SHA, commit, document, files, source, string};
use crate::support::{rules, tree};

const URL: &str = "https://github.com/cyber-dojo-languages/gcc-assert";

/// A languages manifest as the note has it: no image_name.
const LSP: &str = r#"{
  "display_name": "C (gcc), assert",
  "visible_filenames": ["hiker.tests.c", "cyber-dojo.sh"],
  "filename_extension": [".c", ".h"]
}
"#;

fn derived(docker: Option<&str>, commit: Option<&CommitSha>) -> Result<Option<ImageName>, ResolveError> {
    let source = ImageNameSource { docker, commit, ..ImageNameSource::default() };
    resolve_image_name(Kind::Languages, Dialect::Derived, source)
}

/// "the image is tagged with ${SHA:0:7}"; "tag = sha[0...7]": the first seven, as Ruby's `...` leaves out the end.
#[test]
fn the_tag_is_the_first_seven_characters_of_the_sha() {
    assert_eq!(commit().sha7(), "4edf92a");
    assert_eq!(commit().as_str(), SHA);
}

/// "manifest['image_name'] += ":#{tag}""
#[test]
fn the_tag_is_appended_to_the_image_name() {
    let name = derived(Some("cyberdojofoundation/gcc_assert"), Some(&commit())).expect("resolves");
    assert_eq!(name.expect("a name").to_string(), "cyberdojofoundation/gcc_assert:4edf92a");
    let pinned = ImageNameSource {
        manifest: Some("cyberdojofoundation/gcc_assert"),
        commit: Some(&commit()),
        ..ImageNameSource::default()
    };
    let name = resolve_image_name(Kind::Languages, Dialect::Pinned, pinned).expect("resolves");
    assert_eq!(name.expect("a name").to_string(), "cyberdojofoundation/gcc_assert:4edf92a");
}

/// A service that appends on every read would make `gcc_assert:4edf92a:4edf92a`.
#[test]
fn the_tag_is_appended_once() {
    let once = derived(Some("cyberdojofoundation/gcc_assert:4edf92a"), Some(&commit())).expect("resolves");
    assert_eq!(once.expect("a name").to_string(), "cyberdojofoundation/gcc_assert:4edf92a");
}

#[test]
fn without_a_commit_or_a_name_there_is_no_tagged_name() {
    let name = || "cyberdojofoundation/gcc_assert".to_owned();
    assert_eq!(derived(Some(&name()), None), Err(ResolveError::NoCommit { name: name() }));
    let expected = ResolveError::NoImageName { expected: "docker/image_name.json" };
    assert_eq!(derived(None, Some(&commit())), Err(expected));
}

/// "manifest['url'] = IO.read(…)"; what `sha.txt` and `url.txt` hold is in what is served.
#[test]
fn the_resolved_manifest_says_where_it_came_from() {
    let files = files(&["hiker.tests.c", "cyber-dojo.sh"]);
    let source = source(URL);
    let resolved = resolve(
        &document(LSP),
        &files,
        Kind::Languages,
        Dialect::Derived,
        Some("cyberdojofoundation/gcc_assert"),
        None,
        Some(&source),
    )
    .expect("resolves");
    assert_eq!(string(&resolved, "url"), Some(URL));
    assert_eq!(string(&resolved, "sha"), Some(SHA));
    assert_eq!(resolved.image_name(), Some("cyberdojofoundation/gcc_assert:4edf92a"));
}

/// "LSP gcc (base-image): dir/docker and no dir/start_point; dir/docker/image_name.json names the image."
#[test]
fn a_base_language_has_a_docker_folder_and_no_start_point() {
    let gcc = tree(&[
        ("docker/Dockerfile", "FROM gcc:9.2.0\n"),
        ("docker/image_name.json", "{ \"image_name\": \"cyberdojofoundation/gcc\" }\n"),
    ]);
    assert_eq!(rules(&gcc, &Default::default()), [""; 0]);
    assert_eq!(rules(&tree(&[("README.md", "")]), &Default::default()), ["no-manifest"]);
}

fn gcc_assert(from: &str) -> start_points::check::Tree {
    let dockerfile = format!("FROM {from}\nRUN apk add make\n");
    tree(&[
        ("docker/Dockerfile", dockerfile.as_str()),
        ("docker/image_name.json", "{ \"image_name\": \"cyberdojofoundation/gcc_assert\" }\n"),
        ("start_point/manifest.json", LSP),
        ("start_point/hiker.tests.c", "int main() {}\n"),
        ("start_point/cyber-dojo.sh", "make\n"),
    ])
}

/// "gcc-assert … docker/image_name.json ALSO names the image; start_point/manifest.json does NOT contain an
/// image_name entry."
#[test]
fn a_test_framework_names_its_image_in_its_docker_folder_alone() {
    let repository = gcc_assert("cyberdojofoundation/gcc:4edf92a");
    assert_eq!(rules(&repository, &Default::default()), [""; 0]);
    let rest = repository.iter().filter(|(path, _)| ***path != *"docker/image_name.json");
    let rest = rest.map(|(path, entry)| (path.to_string(), entry.clone())).collect();
    assert_eq!(rules(&rest, &Default::default()), ["missing-docker-image-name"]);
}

/// "How it seems gcc-assert/docker/Dockerfile has to explicitly name the tag on the FROM image."
#[test]
fn a_dockerfile_names_the_tag_of_its_base_image() {
    for (from, expected) in [
        ("cyberdojofoundation/gcc:4edf92a", &[][..]),
        ("cyberdojofoundation/gcc:3.7.4-18", &[]),
        ("cyberdojofoundation/gcc", &["floating-base-image"]),
    ] {
        assert_eq!(rules(&gcc_assert(from), &Default::default()), expected, "{from}");
    }
}
