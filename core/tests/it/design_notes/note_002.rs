//! Note 002: two images a repository, and a catalogue made from their names.

use start_points::check::{Listed, check_catalogue};
use start_points::diagnostic::Place;
use start_points::resolve::{NameParts, catalogue_names, resolve};
use start_points::rule::Severity;
use start_points::{Dialect, ImageName, Kind};

use super::{commit, document, files, source, string, url};
use crate::support::{alone, options, rules, schema_faults};

fn image(text: &str) -> ImageName {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn the_image_is_tagged_with_the_first_seven_characters_of_the_commit() {
    let tagged = image("cyberdojofoundation/java_junit").with_sha7(&commit());
    assert_eq!(tagged, image("cyberdojofoundation/java_junit:4edf92a"));
    assert_eq!(tagged.tag(), Some("4edf92a"));
    assert_eq!(tagged.name_without_tag(), "cyberdojofoundation/java_junit");
}

/// "creates a _new_ second image, in a new org"
#[test]
fn the_start_point_image_is_another_repository_with_the_same_tag() {
    let (first, second) =
        (image("cyberdojofoundation/java_junit:4edf92a"), image("cyberdojostartpoints/java_junit:4edf92a"));
    assert!(!first.same_repository(&second));
    assert_eq!(first.tag(), second.tag());
    assert_eq!(second.canonical().to_string(), "docker.io/cyberdojostartpoints/java_junit:4edf92a");
}

/// "Its manifest.json contains the 1st language image_name, eg cyberdojofoundation/java_junit:4edf92a"
#[test]
fn the_manifest_in_the_start_point_image_names_the_first_image() {
    let manifest = r#"{
        "display_name": "Java, JUnit",
        "visible_filenames": ["HikerTest.java", "cyber-dojo.sh"],
        "filename_extension": ".java"
    }"#;
    let (files, source) =
        (files(&["HikerTest.java", "cyber-dojo.sh"]), source("cyber-dojo-languages/java-junit"));
    let resolved = resolve(
        &document(manifest),
        &files,
        Kind::Languages,
        Dialect::Derived,
        Some("cyberdojofoundation/java_junit"),
        None,
        Some(&source),
    )
    .expect("resolves");
    assert_eq!(string(&resolved, "image_name"), Some("cyberdojofoundation/java_junit:4edf92a"));
    let faults = schema_faults(Kind::Languages.resolved_schema(), resolved.node());
    assert_eq!(faults, []);
}

/// "does any image also need :latest tagging?. I don't think it does."
#[test]
fn an_image_tagged_with_a_commit_does_not_float() {
    assert!(!image("cyberdojostartpoints/java_junit:4edf92a").is_floating());
    assert!(image("cyberdojofoundation/java_junit:latest").is_floating());
    assert!(image("cyberdojofoundation/java_junit").is_floating());
}

/// "The version number (eg java 14) can go into the repo name, the display name, and the image name."
#[test]
fn a_version_number_goes_into_all_three_names() {
    let repository = url("https://github.com/cyber-dojo-languages/java-14-junit");
    assert_eq!(repository.identity().repository, "github.com/cyber-dojo-languages/java-14-junit");
    for name in ["cyberdojostartpoints/java_14_junit:4edf92a", "cyberdojofoundation/java_14_junit:4edf92a"] {
        let manifest = format!(
            r#"{{
  "display_name": "Java 14, JUnit",
  "visible_filenames": ["cyber-dojo.sh"],
  "filename_extension": ".java",
  "image_name": "{name}"
}}"#
        );
        let tree = alone(&manifest, &["cyber-dojo.sh"]);
        assert_eq!(rules(&tree, &options(Kind::Languages, Dialect::Pinned)), [""; 0]);
        assert_eq!(image(name).to_string(), name);
    }
}

/// "a last check is made that all display_names are unique"
#[test]
fn all_display_names_of_a_catalogue_are_unique() {
    let listed = |names: &[&str]| -> Vec<Listed> {
        let place = |index| Place::file(format!("{index}/start_point/manifest.json"));
        let listed = names.iter().enumerate();
        listed.map(|(index, name)| Listed { display_name: (*name).to_owned(), place: place(index) }).collect()
    };
    assert_eq!(check_catalogue(&listed(&["Java, JUnit", "Java 14, JUnit"])), []);
    let found = check_catalogue(&listed(&["Java, JUnit", "C, assert", "Java, JUnit", "Java, JUnit"]));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].rule.id, found[0].severity), ("duplicate-display-name", Severity::Error));
    assert_eq!(found[0].message, "display name `Java, JUnit` is used 3 times");
    assert_eq!(&*found[0].place.path, "3/start_point/manifest.json");
    let others: Vec<_> = found[0].related.iter().map(|related| &*related.place.path).collect();
    assert_eq!(others, ["0/start_point/manifest.json", "2/start_point/manifest.json"]);

    let named = ["Java, JUnit", "C, assert", "Java, JUnit"].map(|display_name| NameParts {
        display_name: display_name.to_owned(),
        language: None,
        test_framework: None,
    });
    let error = catalogue_names(&named).expect_err("refused");
    assert_eq!((error.display_name.as_str(), error.indexes), ("Java, JUnit", (0, 2)));
}

/// "$ cyber-dojo start-point create jj --languages $PWD"
#[test]
fn the_current_folder_is_a_source() {
    for path in ["/home/me/java-junit", "."] {
        assert!(url(path).is_local());
        assert_eq!(url(path).tag().name(), None);
    }
}
