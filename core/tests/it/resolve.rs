//! Known answers of resolving: small manifests that look like real ones, and what a service answers for them.

use start_points::files::{FileEntry, Files};
use start_points::json::{Document, Node};
use start_points::resolve::{Provenance, ResolveError, Resolved, mix, resolve};
use start_points::{CommitSha, Dialect, Kind};

const SHA: &str = "384f486a1f0c3b5d7e9082a4c6e8f0b1d3a5c7e9";
const URL: &str = "https://github.com/cyber-dojo-start-points/python-pytest";

const PYTHON: &str = r#"{
  "display_name": "Python 3.13.1, pytest 8.3.4",
  "visible_filenames": [ "test_hiker.py", "hiker.py", "cyber-dojo.sh" ],
  "hidden_filenames": [ "coverage/.*", "\\.coverage" ],
  "rag_lambda": "red_amber_green.rb",
  "image_name": "ghcr.io/cyber-dojo-languages/python_pytest",
  "filename_extension": ".py",
  "tab_size": 4,
  "language": ["Python", "3.13.1"],
  "test_framework": ["pytest", "8.3.4"]
}
"#;

const FIZZ_BUZZ: &str = r#"{
  "display_name": "Fizz Buzz",
  "visible_filenames": [ "readme.txt", "hiker.py" ]
}"#;

const TENNIS: &str = r#"{
  "visible_filenames": ["cyber-dojo.sh"],
  "image_name": "cyberdojofoundation/csharp_nunit",
  "filename_extension": [".cs"],
  "display_name": "Tennis refactoring, C# NUnit"
}"#;

fn files() -> Files {
    let mut files = Files::new();
    for (name, text) in [
        ("test_hiker.py", "import hiker\n"),
        ("hiker.py", "def answer():\n\treturn 6 * 9\n"),
        ("cyber-dojo.sh", "pytest *test*.py\n"),
        ("red_amber_green.rb", "lambda { |out, err, status| :green }\n"),
        ("readme.txt", "Write a program that prints \"Fizz\"…\n"),
    ] {
        files.insert(name, FileEntry::Content(text.as_bytes().to_vec()));
    }
    files
}

fn document(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes()).expect("JSON")
}

fn source() -> Provenance {
    Provenance { url: URL.to_owned(), sha: SHA.parse().expect("a commit") }
}

fn keys<'n>(node: &'n Node<'_>) -> Vec<&'n str> {
    node.members().iter().map(|member| member.key.as_ref()).collect()
}

fn python(files: &Files) -> Resolved<'_> {
    let document = document(PYTHON);
    resolve(&document, files, Kind::Languages, Dialect::Pinned, None, None, Some(&source()))
        .expect("resolves")
}

fn fizz_buzz(files: &Files) -> Resolved<'_> {
    let document = document(FIZZ_BUZZ);
    resolve(&document, files, Kind::Exercises, Dialect::Pinned, None, None, None).expect("resolves")
}

#[test]
fn a_languages_manifest_is_served_with_its_keys_in_file_order_and_visible_files_last() {
    let files = files();
    let served = python(&files);
    assert_eq!(
        served.node().to_string(),
        concat!(
            r#"{"display_name":"Python 3.13.1, pytest 8.3.4","#,
            r#""hidden_filenames":["coverage/.*","\\.coverage"],"#,
            r#""rag_lambda":"lambda { |out, err, status| :green }\n","#,
            r#""image_name":"ghcr.io/cyber-dojo-languages/python_pytest:384f486","#,
            r#""filename_extension":[".py"],"tab_size":4,"#,
            r#""language":["Python","3.13.1"],"test_framework":["pytest","8.3.4"],"#,
            r#""url":"https://github.com/cyber-dojo-start-points/python-pytest","#,
            r#""sha":"384f486a1f0c3b5d7e9082a4c6e8f0b1d3a5c7e9","#,
            r#""visible_files":{"test_hiker.py":{"content":"import hiker\n"},"#,
            r#""hiker.py":{"content":"def answer():\n\treturn 6 * 9\n"},"#,
            r#""cyber-dojo.sh":{"content":"pytest *test*.py\n"}}}"#,
        )
    );
    assert_eq!(served.display_name(), "Python 3.13.1, pytest 8.3.4");
    assert_eq!(served.image_name(), Some("ghcr.io/cyber-dojo-languages/python_pytest:384f486"));
}

#[test]
fn a_derived_image_name_is_appended_before_the_source() {
    let text = PYTHON.replace("  \"image_name\": \"ghcr.io/cyber-dojo-languages/python_pytest\",\n", "");
    let (files, document) = (files(), document(&text));
    let name = Some("ghcr.io/cyber-dojo-languages/python_pytest");
    let served = resolve(&document, &files, Kind::Languages, Dialect::Derived, name, None, Some(&source()))
        .expect("resolves");
    let keys = keys(served.node());
    assert_eq!(keys[keys.len() - 4..], ["image_name", "url", "sha", "visible_files"]);
    assert_eq!(served.image_name(), python(&files).image_name());
}

#[test]
fn a_custom_manifest_gets_the_tag_latest_and_keeps_an_array_of_extensions() {
    let (files, document) = (files(), document(TENNIS));
    let served =
        resolve(&document, &files, Kind::Custom, Dialect::Derived, None, None, None).expect("resolves");
    assert_eq!(
        served.node().to_string(),
        concat!(
            r#"{"image_name":"cyberdojofoundation/csharp_nunit:latest","filename_extension":[".cs"],"#,
            r#""display_name":"Tennis refactoring, C# NUnit","#,
            r#""visible_files":{"cyber-dojo.sh":{"content":"pytest *test*.py\n"}}}"#,
        )
    );
    assert_eq!(mix(&served, None), served);
}

#[test]
fn an_exercise_has_no_image_name() {
    let files = files();
    let served = fizz_buzz(&files);
    assert_eq!(keys(served.node()), ["display_name", "visible_files"]);
    assert_eq!(served.image_name(), None);
}

#[test]
fn a_session_is_the_languages_manifest_with_the_files_of_the_exercise_over_it() {
    let (files, mut others) = (files(), files());
    others.insert("hiker.py", FileEntry::Content(b"# from the exercise\n".to_vec()));
    let (language, exercise) = (python(&files), fizz_buzz(&others));
    let session = mix(&language, Some(&exercise));
    let mut expected = keys(language.node());
    expected.insert(expected.len() - 1, "exercise");
    assert_eq!(keys(session.node()), expected);
    let visible = session.node().get("visible_files").expect("files");
    assert_eq!(keys(visible), ["test_hiker.py", "hiker.py", "cyber-dojo.sh", "readme.txt"]);
    let content = visible.get("hiker.py").and_then(|file| file.get("content")).and_then(Node::as_str);
    assert_eq!(content, Some("# from the exercise\n"));
    assert_eq!(session.node().get("exercise").and_then(Node::as_str), Some("Fizz Buzz"));
    assert_eq!(session.display_name(), "Python 3.13.1, pytest 8.3.4");
    assert_eq!(session.image_name(), language.image_name());
}

#[test]
fn without_an_exercise_a_session_is_the_languages_manifest() {
    let files = files();
    assert_eq!(mix(&python(&files), None), python(&files));
}

#[test]
fn a_tag_or_digest_that_is_there_stays() {
    let digest = format!("cyberdojofoundation/csharp_nunit@sha256:{}", "0a".repeat(32));
    for name in ["cyberdojofoundation/csharp_nunit:1.2", digest.as_str()] {
        let text = TENNIS.replace("cyberdojofoundation/csharp_nunit", name);
        let (files, document) = (files(), document(&text));
        for kind in [Kind::Custom, Kind::Languages] {
            let served = resolve(&document, &files, kind, Dialect::Pinned, None, None, Some(&source()));
            assert_eq!(served.expect("resolves").image_name(), Some(name), "{kind}");
        }
    }
}

#[test]
fn a_file_that_is_not_utf8_is_shown_with_replacement_characters() {
    let mut files = files();
    files.insert("cyber-dojo.sh", FileEntry::Content(b"echo \xff\n".to_vec()));
    let document = document(TENNIS);
    let served =
        resolve(&document, &files, Kind::Custom, Dialect::Derived, None, None, None).expect("resolves");
    assert!(served.node().to_string().contains("echo \u{fffd}\\n"));
}

#[test]
fn what_has_no_image_name_says_where_one_was_looked_for() {
    let (files, document) = (files(), document(FIZZ_BUZZ));
    let resolve = |kind, dialect, docker| {
        resolve(&document, &files, kind, dialect, docker, None, None).map(|_| ()).expect_err("refused")
    };
    let none = |expected| ResolveError::NoImageName { expected };
    assert_eq!(resolve(Kind::Languages, Dialect::Derived, None), none("docker/image_name.json"));
    assert_eq!(resolve(Kind::Languages, Dialect::Pinned, Some("x")), none("the manifest"));
    assert_eq!(resolve(Kind::Custom, Dialect::Derived, Some("x")), none("the manifest"));
    let error = resolve(Kind::Languages, Dialect::Derived, Some("x"));
    assert_eq!(error.to_string(), "no commit for the tag of `x`");
    let error = resolve(Kind::Languages, Dialect::Derived, Some("UPPER"));
    assert!(matches!(error, ResolveError::Malformed { .. }), "{error}");
    assert!("384f486".parse::<CommitSha>().is_err(), "a tag is made from a whole sha only");
}
