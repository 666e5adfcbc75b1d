//! What holds for every manifest that is resolved, mixed, and offered in a catalogue.

use std::collections::BTreeSet;

use crate::support::schema_faults;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use start_points::files::{FileEntry, Files};
use start_points::json::{Document, Node};
use start_points::resolve::{
    ImageNameSource, NameParts, Provenance, Resolved, catalogue_names, mix, resolve, resolve_image_name,
};
use start_points::{CommitSha, Dialect, Kind};

const NAMES: [&str; 6] = ["cyber-dojo.sh", "hiker.c", "hiker.tests.c", "readme.txt", "makefile", "a/b.c"];

fn commit() -> impl Strategy<Value = CommitSha> {
    "[0-9a-f]{40}".prop_map(|sha| sha.parse().expect("a commit"))
}

fn image_name() -> impl Strategy<Value = String> {
    "([a-z]{1,4}\\.io(:[0-9]{2,4})?/)?[a-z]{1,5}(/[a-z0-9]([_.]?[a-z0-9]){0,4})?(:[a-z0-9][a-z0-9.-]{0,5})?(@sha256:[0-9a-f]{64})?"
}

fn untagged() -> impl Strategy<Value = String> {
    "([a-z]{1,4}\\.io(:[0-9]{2,4})?/)?[a-z]{1,5}(/[a-z]{1,5})?"
}

fn kind() -> impl Strategy<Value = Kind> {
    select(&Kind::ALL[..])
}

fn dialect() -> impl Strategy<Value = Dialect> {
    select(&Dialect::ALL[..])
}

fn files() -> impl Strategy<Value = Files> {
    (proptest::collection::vec(".{0,12}", NAMES.len()), ".{1,12}").prop_map(|(texts, lambda)| {
        let mut files = Files::new();
        for (name, text) in NAMES.iter().zip(texts).chain([(&"rag.rb", lambda)]) {
            files.insert(name, FileEntry::Content(text.into_bytes()));
        }
        files
    })
}

/// A manifest that its kind and dialect take, with its keys in any order.
fn manifest(kind: Kind, dialect: Dialect) -> impl Strategy<Value = String> {
    let names = subsequence(NAMES.to_vec(), 1..=NAMES.len()).prop_shuffle();
    let optional = vec![
        r#""tab_size":2"#,
        r#""max_seconds":7"#,
        r#""rag_lambda":"rag.rb""#,
        r#""hidden_filenames":[]"#,
        r#""progress_regexs":["a","b"]"#,
        r#""language":["C",""],"test_framework":["assert","1"]"#,
    ];
    let extension = select(vec![r#"".c""#, r#"[".c"]"#, r#"[".h",".c"]"#]);
    (".{1,9}", names, extension, image_name(), subsequence(optional, 0..=6))
        .prop_map(move |(display_name, names, extension, image_name, optional)| {
            let mut members = vec![
                format!("\"display_name\":{}", serde_json::Value::from(display_name)),
                format!("\"visible_filenames\":{}", serde_json::Value::from(names)),
            ];
            if kind != Kind::Exercises {
                members.push(format!("\"filename_extension\":{extension}"));
                members.extend(optional.into_iter().map(str::to_owned));
            }
            if kind == Kind::Custom || (kind, dialect) == (Kind::Languages, Dialect::Pinned) {
                members.push(format!("\"image_name\":\"{image_name}\""));
            }
            members
        })
        .prop_shuffle()
        .prop_map(|members| format!("{{{}}}", members.join(",")))
}

#[derive(Debug, Clone)]
struct Case {
    kind: Kind,
    dialect: Dialect,
    text: String,
    files: Files,
    docker: String,
    source: Provenance,
}

fn case_of(kind: Kind, dialect: Dialect) -> impl Strategy<Value = Case> {
    (manifest(kind, dialect), files(), untagged(), commit()).prop_map(move |(text, files, docker, sha)| {
        let source = Provenance { url: "https://example.com/x".to_owned(), sha };
        Case { kind, dialect, text, files, docker, source }
    })
}

fn case() -> impl Strategy<Value = Case> {
    (kind(), dialect()).prop_flat_map(|(kind, dialect)| case_of(kind, dialect))
}

impl Case {
    fn document(&self) -> Document<'_> {
        Document::parse(self.text.as_bytes()).expect("JSON")
    }

    fn resolve(&self) -> Resolved<'_> {
        self.resolve_again(&self.document())
    }

    fn resolve_again<'a>(&'a self, document: &Document<'a>) -> Resolved<'a> {
        let docker = Some(self.docker.as_str());
        resolve(document, &self.files, self.kind, self.dialect, docker, None, Some(&self.source))
            .expect("resolves")
    }
}

fn keys<'n>(node: &'n Node<'_>) -> Vec<&'n str> {
    node.members().iter().map(|member| member.key.as_ref()).collect()
}

fn visible<'r, 'a>(resolved: &'r Resolved<'a>) -> &'r Node<'a> {
    resolved.node().get("visible_files").expect("visible files")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn an_image_name_gets_its_tag_once(
        kind in kind(), dialect in dialect(), name in image_name(), sha in commit(), other in commit(),
    ) {
        let resolve = |name: &str, commit: &CommitSha| {
            let source = ImageNameSource {
                manifest: Some(name), docker: Some(name), commit: Some(commit), git_tag: None,
            };
            resolve_image_name(kind, dialect, source).expect("resolves")
        };
        match resolve(&name, &sha) {
            None => prop_assert_eq!(kind, Kind::Exercises),
            Some(once) => {
                prop_assert!(once.tag().is_some() || once.digest().is_some());
                prop_assert!(once.to_string().starts_with(&name));
                prop_assert_eq!(resolve(&once.to_string(), &other), Some(once));
            }
        }
    }

    #[test]
    fn resolving_a_resolved_manifest_changes_nothing(case in case()) {
        let once = case.resolve();
        let text = once.node().to_string();
        let document = Document::parse(text.as_bytes()).expect("JSON");
        let docker = Some("another/name");
        let empty = Files::new();
        let sources = [None, Some(&case.source)];
        for source in sources {
            let again = resolve(&document, &empty, case.kind, case.dialect, docker, None, source);
            prop_assert_eq!(again.expect("resolves").node().to_string(), &*text);
        }
    }

    #[test]
    fn a_resolved_manifest_is_what_its_schema_says(case in case()) {
        let schema = case.kind.resolved_schema();
        prop_assert_eq!(schema_faults(schema, case.resolve().node()), vec![]);
    }

    #[test]
    fn a_checked_manifest_is_what_its_schema_says(case in case()) {
        let schema = case.kind.schema(case.dialect);
        prop_assert_eq!(schema_faults(schema, case.document().root()), vec![]);
    }

    #[test]
    fn keys_keep_their_order_and_files_theirs(case in case()) {
        let (document, resolved) = (case.document(), case.resolve());
        let mut expected = keys(document.root());
        expected.retain(|key| *key != "visible_filenames");
        if (case.kind, case.dialect) == (Kind::Languages, Dialect::Derived) {
            expected.push("image_name");
        }
        expected.extend(["url", "sha", "visible_files"]);
        prop_assert_eq!(keys(resolved.node()), expected);
        let names = document.root().get("visible_filenames").and_then(Node::as_array).expect("names");
        let names: Vec<_> = names.iter().filter_map(Node::as_str).collect();
        prop_assert_eq!(keys(visible(&resolved)), names);
        for file in visible(&resolved).members() {
            let Some(FileEntry::Content(bytes)) = case.files.get(&file.key) else { panic!("no content") };
            let content = file.node.get("content").and_then(Node::as_str).map(str::as_bytes);
            prop_assert_eq!(content, Some(&bytes[..]));
        }
    }

    #[test]
    fn a_session_has_the_files_of_both_and_the_exercise_wins(
        language in dialect().prop_flat_map(|dialect| case_of(Kind::Languages, dialect)),
        exercise in dialect().prop_flat_map(|dialect| case_of(Kind::Exercises, dialect)),
    ) {
        let (lsp, esp) = (language.resolve(), exercise.resolve());
        let session = mix(&lsp, Some(&esp));
        let (of_lsp, of_esp) = (keys(visible(&lsp)), keys(visible(&esp)));
        let mut expected = of_lsp.clone();
        expected.extend(of_esp.iter().filter(|name| !of_lsp.contains(name)));
        prop_assert_eq!(keys(visible(&session)), expected, "a shared name keeps its place, new ones come last");
        for file in visible(&session).members() {
            let winner = visible(&esp).get(&file.key).or(visible(&lsp).get(&file.key));
            prop_assert_eq!(Some(&file.node), winner);
        }
        prop_assert_eq!(session.image_name(), lsp.image_name());
        prop_assert!(session.image_name().is_some());
        let named = session.node().get("exercise").and_then(Node::as_str);
        prop_assert_eq!(named, Some(esp.display_name()));
        let others = |resolved: &Resolved<'_>| -> Vec<String> {
            let members = resolved.node().members().iter();
            let kept = members.filter(|member| !matches!(&*member.key, "exercise" | "visible_files"));
            kept.map(|member| format!("{}: {}", member.key, member.node)).collect()
        };
        prop_assert_eq!(others(&session), others(&lsp));
        prop_assert_eq!(keys(session.node()).pop(), Some("visible_files"));
        prop_assert_eq!(mix(&session, Some(&esp)).node().to_string(), session.node().to_string());
    }

    #[test]
    fn without_an_exercise_nothing_changes(case in case()) {
        let resolved = case.resolve();
        prop_assert_eq!(mix(&resolved, None).node().to_string(), resolved.node().to_string());
    }
}

fn named() -> impl Strategy<Value = NameParts> {
    let pair = prop_oneof![3 => (select(&["C", "D"][..]), select(&["x", "y", "z"][..])).prop_map(Some), 1 => Just(None)];
    ("[A-Fé]{1,2}(, [xyz])?", pair).prop_map(|(display_name, pair)| NameParts {
        display_name,
        language: pair.map(|(language, _)| language.to_owned()),
        test_framework: pair.map(|(_, framework)| framework.to_owned()),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn catalogue_names_are_unique_or_refused(catalogue in proptest::collection::vec(named(), 0..6)) {
        let display_names: BTreeSet<&str> =
            catalogue.iter().map(|named| named.display_name.as_str()).collect();
        let names = match catalogue_names(&catalogue) {
            Err(error) => {
                let (first, again) = error.indexes;
                prop_assert!(first < again);
                prop_assert_eq!(&catalogue[first].display_name, &error.display_name);
                prop_assert_eq!(&catalogue[again].display_name, &error.display_name);
                return Ok(());
            }
            Ok(names) => names,
        };
        prop_assert_eq!(display_names.len(), catalogue.len());
        let sorted: Vec<&str> = names.sorted().collect();
        prop_assert!(sorted.windows(2).all(|pair| pair[0].as_bytes() < pair[1].as_bytes()), "{:?}", sorted);
        prop_assert_eq!(sorted.len(), catalogue.len());
        for (index, name) in names.in_order().iter().enumerate() {
            prop_assert_eq!(names.find(name), Some(index));
        }
        for (index, named) in catalogue.iter().enumerate() {
            let taken = names.in_order().iter().position(|name| *name == named.display_name);
            prop_assert_eq!(names.find(&named.display_name), Some(taken.unwrap_or(index)));
        }
        prop_assert_eq!(names.find("no such name"), None);
    }

    #[test]
    fn names_are_pairs_where_all_have_one_and_all_differ(
        catalogue in proptest::collection::vec(named(), 1..5),
    ) {
        let Ok(names) = catalogue_names(&catalogue) else { return Ok(()) };
        let pair = |named: &NameParts| Some(format!("{}, {}", named.language.as_ref()?, named.test_framework.as_ref()?));
        let pairs: Option<Vec<String>> = catalogue.iter().map(pair).collect();
        let expected = match pairs {
            Some(pairs) if pairs.iter().collect::<BTreeSet<_>>().len() == pairs.len() => pairs,
            _ => catalogue.iter().map(|named| named.display_name.clone()).collect(),
        };
        prop_assert_eq!(names.in_order(), expected);
    }
}
