//! Note 000: the images of language + test-framework repositories get tags.

use start_points::check::CheckOptions;
use start_points::resolve::{ImageNameSource, NameParts, ResolveError, catalogue_names, resolve_image_name};
use start_points::{Dialect, Kind, Scheme, Tag};

use super::{document, url};
use crate::support::{alone, found, options, rules, tree};

const REPOSITORY: &str = "https://github.com/cyber-dojo-languages/python-unittest.git";

/// The note's manifest, its `[...]` and `...` filled in.
fn manifest(version: &str, image_tag: &str) -> String {
    format!(
        r#"{{
  "display_name": "Python ({version}), unittest",
  "visible_filenames": ["hiker.py", "test_hiker.py", "cyber-dojo.sh"],
  "image_name": "cyberdojofoundation/python_unittest:{image_tag}",
  "filename_extension": ".py"
}}
"#
    )
}

/// The rules that the manifest breaks at a git tag.
fn checked(manifest: &str, git_tag: Option<&str>) -> Vec<&'static str> {
    let tree = alone(manifest, &["hiker.py", "test_hiker.py", "cyber-dojo.sh"]);
    let tag = git_tag.map(str::to_owned);
    rules(&tree, &CheckOptions { tag, ..options(Kind::Languages, Dialect::Pinned) })
}

#[test]
fn a_url_without_a_tag_implicitly_means_latest() {
    for text in [REPOSITORY.to_owned(), format!("{REPOSITORY}?tag=head"), format!("{REPOSITORY}?tag=latest")]
    {
        assert_eq!(url(&text).tag(), &Tag::Head, "{text}");
        assert_eq!(url(&text).to_string(), REPOSITORY);
        assert_eq!(url(&text).identity(), url(REPOSITORY).identity());
    }
}

#[test]
fn a_url_names_a_tag() {
    for name in ["3.7.4", "3.7.5", "3.7.4-18", "3.7.4-19", "3.7.3-2"] {
        let text = format!("{REPOSITORY}?tag={name}");
        let url = url(&text);
        assert_eq!(url.repo(), REPOSITORY);
        assert_eq!(url.scheme(), Scheme::Https);
        assert_eq!(url.host(), Some("github.com"));
        assert_eq!(url.tag(), &Tag::Named(name.to_owned()));
        assert_eq!(url.to_string(), text);
    }
}

/// "Note that this works for local repos too. Eg if the current dir is a git repo"
#[test]
fn a_local_repository_takes_a_tag_too() {
    for path in [".", "/home/me/python-unittest", "../python-unittest", "file:///home/me/python-unittest"] {
        let url = url(&format!("{path}?tag=3.7.4"));
        assert!(url.is_local());
        assert_eq!(url.repo(), path);
        assert_eq!(url.tag().name(), Some("3.7.4"));
    }
}

#[test]
fn the_manifest_at_a_tag_names_the_image_of_that_tag() {
    assert_eq!(checked(&manifest("3.7.4", "3.7.4"), Some("3.7.4")), [""; 0]);
    assert_eq!(checked(&manifest("3.7.4", "3.7.4-18"), Some("3.7.4-18")), [""; 0]);
    assert_eq!(checked(&manifest("3.7.4", "3.7.4-19"), Some("3.7.4-19")), [""; 0]);
    assert_eq!(checked(&manifest("3.7.4", "3.7.4"), None), [""; 0], "at the tip any tag will do");
}

/// "edit the manifest's image_name to 3.7.5": and what when that was forgotten.
#[test]
fn an_image_of_another_tag_is_a_mismatch() {
    assert_eq!(checked(&manifest("3.7.5", "3.7.4"), Some("3.7.5")), ["tag-mismatch"]);
    assert_eq!(checked(&manifest("3.7.4", "3.7.4-18"), Some("3.7.4-19")), ["tag-mismatch"]);
    let tree = alone(&manifest("3.7.5", "3.7.4"), &["hiker.py", "test_hiker.py", "cyber-dojo.sh"]);
    let options = CheckOptions { tag: Some("3.7.5".to_owned()), ..options(Kind::Languages, Dialect::Pinned) };
    let found = found(&tree, &options);
    assert_eq!(found[0].datum("image_tag"), Some(&"3.7.4".into()));
    assert_eq!(found[0].datum("git_tag"), Some(&"3.7.5".into()));
    let hint = found[0].hint.as_deref().expect("a hint");
    assert!(hint.contains("`cyberdojofoundation/python_unittest:3.7.5`"), "{hint}");
    assert_eq!(found[0].pointer.as_str(), "/image_name");
}

#[test]
fn resolving_at_another_tag_is_refused_as_well() {
    let at = |git_tag| ImageNameSource {
        manifest: Some("cyberdojofoundation/python_unittest:3.7.4"),
        git_tag: Some(git_tag),
        ..ImageNameSource::default()
    };
    let name = resolve_image_name(Kind::Languages, Dialect::Pinned, at("3.7.4")).expect("a name");
    assert_eq!(name.expect("a name").to_string(), "cyberdojofoundation/python_unittest:3.7.4");
    assert_eq!(
        resolve_image_name(Kind::Languages, Dialect::Pinned, at("3.7.5")),
        Err(ResolveError::TagMismatch { image_tag: "3.7.4".to_owned(), git_tag: "3.7.5".to_owned() })
    );
}

/// "And when creating a new session you will get both options in the setup"
#[test]
fn several_versions_stand_side_by_side() {
    let offered = [
        "Python (3.7.4), pytest",
        "Python (3.7.4), unittest",
        "Python (3.7.5), pytest",
        "Python (3.7.5), unittest",
    ];
    let named = offered.map(|display_name| {
        let manifest = format!(r#"{{ "display_name": "{display_name}" }}"#);
        NameParts::from_manifest(document(&manifest).root())
    });
    let names = catalogue_names(&named).expect("unique");
    assert_eq!(names.sorted().collect::<Vec<_>>(), offered);
    assert_eq!(offered.map(|name| names.find(name)), [Some(0), Some(1), Some(2), Some(3)]);
}

/// With `language` and `test_framework` the versions are dropped from the names, unless that makes two equal.
#[test]
fn several_versions_of_one_framework_keep_their_versions_in_their_names() {
    let named = ["3.7.4", "3.7.5"].map(|version| {
        let manifest = format!(
            r#"{{ "display_name": "Python ({version}), pytest", "language": ["Python", "{version}"], "test_framework": ["pytest", ""] }}"#
        );
        NameParts::from_manifest(document(&manifest).root())
    });
    let names = catalogue_names(&named).expect("unique");
    assert_eq!(names.in_order(), ["Python (3.7.4), pytest", "Python (3.7.5), pytest"]);
    let alone = catalogue_names(&named[..1]).expect("unique");
    assert_eq!(alone.in_order(), ["Python, pytest"]);
    assert_eq!(alone.find("Python (3.7.4), pytest"), Some(0), "the display name finds it as well");
}

#[test]
fn the_master_list_may_hold_two_versions_of_one_repository() {
    let [older, newer] = ["3.7.4", "3.7.5"].map(|tag| url(&format!("{REPOSITORY}?tag={tag}")));
    assert_ne!(older.identity(), newer.identity());
    assert_eq!(older.identity().repository, newer.identity().repository);
}

/// "Then I update languages from … to …": one line moves on, the other stays.
#[test]
fn an_update_of_the_list_is_told_line_by_line() {
    let identities = |tags: [&str; 2]| tags.map(|tag| url(&format!("{REPOSITORY}?tag={tag}")).identity());
    let (from, to) = (identities(["3.7.3-2", "3.7.4-18"]), identities(["3.7.3-2", "3.7.4-19"]));
    assert_eq!(from[0], to[0]);
    assert_ne!(from[1], to[1]);
}

/// Both versions in one tree, as a catalogue holds them: `0/`, `1/`.
#[test]
fn two_versions_in_one_catalogue_are_clean_and_two_equal_names_are_not() {
    let catalogue = |second: &str| {
        let [first, second] = [manifest("3.7.4", "3.7.4"), manifest(second, "3.7.5")];
        let mut files = Vec::new();
        for (folder, manifest) in [("0", &first), ("1", &second)] {
            files.push((format!("{folder}/start_point/manifest.json"), manifest.clone()));
            for name in ["hiker.py", "test_hiker.py", "cyber-dojo.sh"] {
                files.push((format!("{folder}/start_point/{name}"), "text\n".to_owned()));
            }
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        rules(&tree(&files), &options(Kind::Languages, Dialect::Pinned))
    };
    assert_eq!(catalogue("3.7.5"), [""; 0]);
    assert_eq!(catalogue("3.7.4"), ["duplicate-display-name"]);
}
