//! Trees of files in memory, checked and mended, for several test files.

pub(crate) mod breakage;

use start_points::Report;
use start_points::check::{CheckOptions, Tree, check_tree};
use start_points::diagnostic::Diagnostic;
use start_points::files::FileEntry;
use start_points::fix::Changes;
use start_points::json::{Document, Node};
use start_points::schema::SchemaFault;
use start_points::sources::Sources;
use start_points::{Dialect, Kind};
use start_points_schemas::Schema;

/// Files with their content.
pub(crate) fn tree<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Tree {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), FileEntry::Content(text.as_ref().to_vec())))
        .collect()
}

pub(crate) fn options(kind: Kind, dialect: Dialect) -> CheckOptions {
    CheckOptions { kind: Some(kind), dialect: dialect.into(), ..CheckOptions::default() }
}

/// A manifest alone at `manifest.json`, beside a file for each of `files`.
pub(crate) fn alone(manifest: &str, files: &[&str]) -> Tree {
    let mut tree = tree(&[("manifest.json", manifest)]);
    for file in files {
        tree.insert((*file).to_owned(), FileEntry::Content(b"text\n".to_vec()));
    }
    tree
}

pub(crate) fn report(tree: &Tree, options: &CheckOptions) -> (Report, Sources) {
    let output = check_tree(tree, options);
    (output.report, output.sources)
}

pub(crate) fn found(tree: &Tree, options: &CheckOptions) -> Vec<Diagnostic> {
    check_tree(tree, options).report.diagnostics().to_vec()
}

/// The rule ids of what is found, in the order of the report.
pub(crate) fn rules(tree: &Tree, options: &CheckOptions) -> Vec<&'static str> {
    found(tree, options).iter().map(|found| found.rule.id).collect()
}

/// The content of a file; the empty text where there is none.
pub(crate) fn content<'a>(tree: &'a Tree, path: &str) -> &'a [u8] {
    match tree.get(path) {
        Some(FileEntry::Content(bytes)) => bytes,
        _ => b"",
    }
}

pub(crate) fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    std::str::from_utf8(content(tree, path)).expect("UTF-8")
}

/// Makes these changes, as the command does; answers how many fixes there were.
pub(crate) fn apply(tree: &mut Tree, changes: &Changes) -> usize {
    for path in changes.paths() {
        let new = changes.apply(path, content(tree, path));
        tree.insert(path.to_string(), FileEntry::Content(new));
    }
    changes.fixes()
}

/// Mends until nothing is left to mend; answers after how many rounds.
pub(crate) fn mend(tree: &mut Tree, options: &CheckOptions, unsafe_too: bool) -> usize {
    for round in 0..100 {
        let changes = Changes::choose(&found(tree, options), unsafe_too);
        if changes.fixes() == 0 {
            return round;
        }
        apply(tree, &changes);
    }
    usize::MAX
}

/// How a manifest breaks a schema.
pub(crate) fn schema_faults(schema: Schema, manifest: &Node<'_>) -> Vec<SchemaFault> {
    let text = manifest.to_string();
    let document = Document::parse(text.as_bytes()).expect("JSON");
    start_points::schema::faults(&document, schema.shape().expect("a shape"))
}
