//! Fixes of a whole repository: between the dialects, and of the docker folder.

use start_points::check::{CheckOptions, Tree};
use start_points::files::FileEntry;
use start_points::{Dialect, DialectChoice, Kind};

use super::mended;
use crate::support::{mend, options, rules, text, tree};

const DERIVED: &str = "{\n  \"display_name\": \"x\",\n  \"visible_filenames\": [\"cyber-dojo.sh\"],\n  \"filename_extension\": \".c\"\n}\n";

fn repository(manifest: &str, docker: &[(&str, &str)]) -> Tree {
    let mut files = vec![
        ("start_point/manifest.json", manifest),
        ("start_point/cyber-dojo.sh", "make\n"),
        ("docker/Dockerfile", "FROM a:1\n"),
    ];
    files.extend(docker);
    tree(&files)
}

#[test]
fn a_pinned_manifest_moves_its_image_name_to_the_docker_folder() {
    for (member, before) in [
        ("  \"image_name\": \"x/y:4edf92a\",\n", "  \"visible_filenames\""),
        ("  \"image_name\": \"x/y\",\n", "  \"display_name\""),
    ] {
        let manifest = DERIVED.replace(before, &format!("{member}{before}"));
        let tree = repository(&manifest, &[]);
        let mended = mended(tree, Kind::Languages, Dialect::Derived, "unexpected-image-name", true);
        assert_eq!(text(&mended, "start_point/manifest.json"), DERIVED);
        assert_eq!(text(&mended, "docker/image_name.json"), "{\n  \"image_name\": \"x/y\"\n}\n");
        assert_eq!(rules(&mended, &options(Kind::Languages, Dialect::Derived)), [""; 0]);
    }
}

#[test]
fn an_image_name_that_the_docker_folder_has_is_only_removed() {
    let manifest = DERIVED.replace("\".c\"\n", "\".c\",\n  \"image_name\": \"x/y:1\"\n");
    let docker = [("docker/image_name.json", " { \"image_name\" : \"x/y\" }")];
    let tree = repository(&manifest, &docker);
    let mended = mended(tree, Kind::Languages, Dialect::Derived, "unexpected-image-name", true);
    assert_eq!(text(&mended, "start_point/manifest.json"), DERIVED);
    assert_eq!(text(&mended, "docker/image_name.json"), docker[0].1);
}

#[test]
fn another_image_name_in_the_docker_folder_is_left_to_a_human() {
    let manifest = DERIVED.replace("\".c\"\n", "\".c\",\n  \"image_name\": \"x/y:1\"\n");
    for docker in ["{ \"image_name\": \"x/z\" }\n", "{}\n", "no JSON\n"] {
        let mut tree = repository(&manifest, &[("docker/image_name.json", docker)]);
        assert_eq!(mend(&mut tree, &options(Kind::Languages, Dialect::Derived), true), 0);
    }
}

/// The last of two counts; the first would be lost without a word.
#[test]
fn an_image_name_that_stands_twice_is_left_to_a_human() {
    let manifest = DERIVED.replace("{\n", "{\n  \"image_name\": \"a/b\",\n  \"image_name\": \"x/y\",\n");
    let mut tree = repository(&manifest, &[]);
    mend(&mut tree, &options(Kind::Languages, Dialect::Derived), false);
    assert_eq!(text(&tree, "start_point/manifest.json"), manifest);
}

/// What cannot be read is not the same as what is not there.
#[test]
fn a_docker_image_name_that_cannot_be_read_is_not_written_over() {
    let manifest = DERIVED.replace("{\n", "{\n  \"image_name\": \"x/y\",\n");
    for unknown in [FileEntry::Size(40), FileEntry::Other(start_points::files::NonRegular::Unreadable)] {
        let mut tree = repository(&manifest, &[]);
        tree.insert("docker/image_name.json".to_owned(), unknown.clone());
        mend(&mut tree, &options(Kind::Languages, Dialect::Derived), true);
        assert_eq!(tree.get("docker/image_name.json"), Some(&unknown));
        assert_eq!(text(&tree, "start_point/manifest.json"), manifest);
    }
}

#[test]
fn a_derived_manifest_takes_its_image_name_from_the_docker_folder() {
    let docker = [("docker/image_name.json", "{ \"image_name\": \"x/y\" }\n")];
    let tree = repository(DERIVED, &docker);
    let mended = mended(tree, Kind::Languages, Dialect::Pinned, "missing-key", true);
    let expected =
        DERIVED.replace("{\n  \"display_name\"", "{\n  \"image_name\": \"x/y\",\n  \"display_name\"");
    assert_eq!(text(&mended, "start_point/manifest.json"), expected);
    assert_eq!(text(&mended, "docker/image_name.json"), docker[0].1);
}

/// The key is there, mistyped: adding it and renaming the other would make two.
#[test]
fn a_mistyped_image_name_is_renamed_or_added_and_not_both() {
    let manifest = DERIVED.replace("{\n", "{\n  \"image_nam\": \"x/y\",\n");
    for unsafe_too in [false, true] {
        let mut tree = repository(&manifest, &[("docker/image_name.json", "{ \"image_name\": \"x/y\" }\n")]);
        mend(&mut tree, &options(Kind::Languages, Dialect::Pinned), unsafe_too);
        let left = rules(&tree, &options(Kind::Languages, Dialect::Pinned));
        assert!(!left.contains(&"duplicate-key"), "{}", text(&tree, "start_point/manifest.json"));
    }
}

#[test]
fn the_tag_in_the_docker_folder_is_removed() {
    let digest = format!("x/y@sha256:{}", "0a".repeat(32));
    for name in ["x/y:1", "x/y:latest", &digest] {
        let docker = format!("\t{{\"image_name\" :\"{name}\"}}");
        let tree = repository(DERIVED, &[("docker/image_name.json", &docker)]);
        let mended = mended(tree, Kind::Languages, Dialect::Derived, "tagged-docker-image-name", false);
        assert_eq!(text(&mended, "docker/image_name.json"), "\t{\"image_name\" :\"x/y\"}");
        assert_eq!(text(&mended, "start_point/manifest.json"), DERIVED);
    }
}

/// Pinned to derived: the tag in docker/image_name.json has to go before it can be told that the names agree.
#[test]
fn a_repository_with_many_faults_is_clean_after_a_few_rounds() {
    let manifest = "\u{feff}{\"image_name\":\"x/y:1\",\"display_name\":\"d\",\"visible_filenames\":[\"cyber-dojo.sh\",\"cyber-dojo.sh\",],\"filename_extension\":[\"c\",\".c\"],\"tab_size\":\"4\",\"max_seconds\":1e1}";
    let mut tree = repository(manifest, &[("docker/image_name.json", "{\"image_name\":\"x/y:2\"}")]);
    tree.insert("start_point/cyber-dojo.sh".to_owned(), FileEntry::Content(b"make".to_vec()));
    let options = options(Kind::Languages, Dialect::Derived);
    let rounds = mend(&mut tree, &options, true);
    assert!((2..8).contains(&rounds), "{rounds}");
    assert_eq!(rules(&tree, &options), [""; 0]);
    assert_eq!(
        text(&tree, "start_point/manifest.json"),
        "{\"display_name\":\"d\",\"visible_filenames\":[\"cyber-dojo.sh\"],\"filename_extension\":[\".c\"],\"tab_size\":4,\"max_seconds\":10}"
    );
    assert_eq!(text(&tree, "docker/image_name.json"), "{\"image_name\":\"x/y\"}");
    assert_eq!(text(&tree, "start_point/cyber-dojo.sh"), "make\n");
}

/// Another repository builds the image: there is no name to derive.
#[test]
fn without_a_dockerfile_an_image_name_moves_nowhere() {
    let manifest = DERIVED.replace("{\n", "{\n  \"image_name\": \"x/y:1\",\n");
    for dialect in [DialectChoice::Auto, DialectChoice::Derived, DialectChoice::Pinned] {
        for docker in [&[][..], &[("docker/image_name.json", "{ \"image_name\": \"x/y\" }\n")]] {
            let mut files = vec![
                ("start_point/manifest.json", manifest.as_str()),
                ("start_point/cyber-dojo.sh", "make\n"),
            ];
            files.extend(docker);
            let mut tree = tree(&files);
            let options = CheckOptions { dialect, ..CheckOptions::default() };
            assert_eq!(mend(&mut tree, &options, true), 0, "{dialect}");
        }
    }
}
