//! A conformance case as the example of its rule's page: the files at fault and the real output.

use std::collections::BTreeSet;

use start_points::check::Tree;
use start_points::files::FileEntry;
use start_points::rule::Rule;
use start_points::{DialectChoice, Report, render};
use start_points_testing::Case;

/// A file beyond these is not shown; the prose says what is in it.
const MAX_LINES: usize = 40;
const MAX_LINE_BYTES: usize = 400;

pub fn markdown(rule: &Rule, case: &Case) -> String {
    let start_points::check::CheckOutput { report, sources, .. } = case.check();
    let found: Vec<_> = report.diagnostics().iter().filter(|found| found.rule == rule).cloned().collect();
    let places = found.iter().flat_map(|found| {
        std::iter::once(&found.place).chain(found.related.iter().map(|related| &related.place))
    });
    let paths: BTreeSet<&str> = places.map(|place| &*place.path).collect();
    let files: Vec<_> = paths.iter().filter_map(|path| Some((path, shown(case.tree.get(path)?)?))).collect();
    let mut out = String::new();
    if let Some(line) = circumstances(case, files.is_empty()) {
        out.push_str(&format!("With {line}:\n\n"));
    }
    for (path, text) in &files {
        out.push_str(&format!("`{path}`\n\n{}\n", fenced(language(path), text)));
    }
    let own = Report::new(found.clone(), report.summary().manifests);
    out.push_str(&fenced("text", render::full(&own, &sources, false).trim_end()));
    out
}

/// What the files do not show: options, stand-ins, and where no file can be shown, which there are.
fn circumstances(case: &Case, name_files: bool) -> Option<String> {
    let mut said = Vec::new();
    said.extend(case.options.kind.map(|kind| format!("kind `{kind}`")));
    if case.options.dialect != DialectChoice::Auto {
        said.push(format!("dialect `{}`", case.options.dialect));
    }
    said.extend(case.options.tag.as_ref().map(|tag| format!("git tag `{tag}`")));
    said.extend(case.tree.iter().filter_map(|(path, entry)| match entry {
        FileEntry::Content(_) => None,
        FileEntry::Size(bytes) => Some(format!("`{path}` of {bytes} bytes")),
        FileEntry::Other(other) => Some(format!("{} at `{path}`", other.describe())),
    }));
    if said.is_empty() && name_files && !has_long(&case.tree) {
        let names: Vec<_> = case.tree.iter().map(|(path, _)| format!("`{path}`")).collect();
        said.push(format!("the files {}", names.join(", ")));
    }
    (!said.is_empty()).then(|| said.join(", "))
}

fn has_long(tree: &Tree) -> bool {
    tree.iter().any(|(_, entry)| shown(entry).is_none())
}

fn shown(entry: &FileEntry) -> Option<String> {
    let FileEntry::Content(bytes) = entry else { return None };
    let text = String::from_utf8_lossy(bytes).into_owned();
    let fits = text.lines().count() <= MAX_LINES && text.lines().all(|line| line.len() <= MAX_LINE_BYTES);
    fits.then_some(text)
}

fn language(path: &str) -> &'static str {
    match path.rsplit(['/', '.']).next() {
        Some("json") => "json",
        _ if path.contains("Dockerfile") => "dockerfile",
        _ => "text",
    }
}

fn fenced(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```\n", text.trim_end())
}
