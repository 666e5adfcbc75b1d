//! From a checked manifest to what is served: tagged image name, file contents, mix, and catalogue names.
//!
//! Everything here takes input that [`check`](crate::check) passes; on other input it answers an error or
//! leaves a value as it is, and never panics.

mod image;
mod names;

pub use image::{ImageNameSource, ResolveError, resolve_image_name};
pub use names::{CatalogueNames, CatalogueNamesError, NameParts, catalogue_names};

use std::borrow::Cow;

use crate::files::{FileEntry, Files};
use crate::image_name::CommitSha;
use crate::json::{Document, Member, Node, Value};
use crate::kind::{Dialect, Kind};
use crate::span::Span;
use crate::text_map::TextMap;

/// Where a start-point came from; written into its resolved manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The source URL.
    pub url: String,
    /// The commit.
    pub sha: CommitSha,
}

/// A resolved manifest, as a JSON object with its keys in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved<'a> {
    node: Node<'a>,
}

impl<'a> Resolved<'a> {
    /// The object.
    #[must_use]
    pub fn node(&self) -> &Node<'a> {
        &self.node
    }

    /// The display name; empty where the manifest has none.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.node.get("display_name").and_then(Node::as_str).unwrap_or_default()
    }

    /// The image name with its tag; exercises have none.
    #[must_use]
    pub fn image_name(&self) -> Option<&str> {
        self.node.get("image_name").and_then(Node::as_str)
    }
}

/// Resolves a checked manifest against the files beside it.
///
/// Keys keep the order of the file; `visible_filenames` goes and `visible_files` comes, last; a single
/// `filename_extension` becomes an array; `rag_lambda` becomes the file's content; `image_name` gets its tag; and
/// `url` and `sha` are added where the source is known. A manifest that is resolved already is left as it is.
///
/// File contents that are not UTF-8 are read with replacement characters, as the deployed service shows them.
///
/// # Errors
/// Where the image name cannot be made: see [`resolve_image_name`].
pub fn resolve<'a>(
    document: &Document<'a>,
    files: &'a Files,
    kind: Kind,
    dialect: Dialect,
    docker_image_name: Option<&str>,
    git_tag: Option<&str>,
    source: Option<&Provenance>,
) -> Result<Resolved<'a>, ResolveError> {
    let root = document.root();
    if root.get("visible_files").is_some() {
        return Ok(Resolved { node: root.clone() });
    }
    let image_name = resolve_image_name(
        kind,
        dialect,
        ImageNameSource {
            manifest: root.get("image_name").and_then(Node::as_str),
            docker: docker_image_name,
            commit: source.map(|source| &source.sha),
            git_tag,
        },
    )?;
    let mut members: Vec<Member<'a>> = Vec::new();
    for member in root.members() {
        let node = match member.key.as_ref() {
            "visible_filenames" | "image_name"
                if image_name.is_none() || member.key == "visible_filenames" =>
            {
                continue;
            }
            "image_name" => string(image_name.as_ref().map(ToString::to_string).unwrap_or_default()),
            "filename_extension" if member.node.as_str().is_some() => {
                Node { span: Span::at(0), value: Value::Array(vec![member.node.clone()]) }
            }
            "rag_lambda" => match member.node.as_str() {
                Some(name) => string(content(files, name)),
                None => member.node.clone(),
            },
            _ => member.node.clone(),
        };
        members.push(Member { key: member.key.clone(), key_span: member.key_span, node });
    }
    if let Some(name) = image_name.filter(|_| root.get("image_name").is_none()) {
        members.push(new_member("image_name", string(name.to_string())));
    }
    if let Some(source) = source {
        members.push(new_member("url", string(source.url.clone())));
        members.push(new_member("sha", string(source.sha.to_string())));
    }
    members.push(new_member("visible_files", visible_files(root, files)));
    Ok(Resolved { node: Node { span: root.span, value: Value::Object(members) } })
}

fn visible_files<'a>(root: &Node<'a>, files: &'a Files) -> Node<'a> {
    let names = root.get("visible_filenames").and_then(Node::as_array).unwrap_or_default();
    let members = names.iter().filter_map(|name| match &name.value {
        Value::String(name) => {
            let file = vec![new_member("content", string(content(files, name)))];
            let node = Node { span: Span::at(0), value: Value::Object(file) };
            Some(Member { key: name.clone(), key_span: Span::at(0), node })
        }
        _ => None,
    });
    Node { span: Span::at(0), value: Value::Object(members.collect()) }
}

fn content<'a>(files: &'a Files, name: &str) -> Cow<'a, str> {
    match files.get(name) {
        Some(FileEntry::Content(bytes)) => String::from_utf8_lossy(bytes),
        _ => Cow::Borrowed(""),
    }
}

fn string<'a>(text: impl Into<Cow<'a, str>>) -> Node<'a> {
    Node { span: Span::at(0), value: Value::String(text.into()) }
}

fn new_member<'a>(key: &'static str, node: Node<'a>) -> Member<'a> {
    Member { key: Cow::Borrowed(key), key_span: Span::at(0), node }
}

/// The practice session of a languages start-point (LSP) with an exercise (ESP), or of a start-point alone.
///
/// The LSP's manifest with the exercise's visible files merged over its own: the exercise wins, a shared name keeps
/// its place, new ones are appended. `exercise` is the exercise's display name. Without an exercise, and for a
/// custom start-point, the manifest stays as it is.
#[must_use]
pub fn mix<'a>(language: &Resolved<'a>, exercise: Option<&Resolved<'a>>) -> Resolved<'a> {
    let Some(exercise) = exercise else { return language.clone() };
    let mut members: Vec<Member<'a>> = Vec::new();
    let mut files: Vec<Member<'a>> = Vec::new();
    for member in language.node.members() {
        match member.key.as_ref() {
            "visible_files" => files = member.node.members().to_vec(),
            "exercise" => {}
            _ => members.push(member.clone()),
        }
    }
    merge(&mut files, exercise.node.get("visible_files").map(Node::members).unwrap_or_default());
    if let Some(name) = exercise.node.get("display_name") {
        members.push(new_member("exercise", name.clone()));
    }
    let span = language.node.span;
    members.push(new_member("visible_files", Node { span, value: Value::Object(files) }));
    Resolved { node: Node { span, value: Value::Object(members) } }
}

/// Costs no more than the files there are: both lists may be as long as a manifest allows.
fn merge<'a>(files: &mut Vec<Member<'a>>, over: &[Member<'a>]) {
    let mut places = TextMap::new();
    for (index, file) in files.iter().enumerate() {
        places.get_or_insert_with(&file.key.as_ref().into(), || index);
    }
    for file in over {
        let index = *places.get_or_insert_with(&file.key.as_ref().into(), || files.len());
        match files.get_mut(index) {
            Some(known) => known.node = file.node.clone(),
            None => files.push(file.clone()),
        }
    }
}

impl From<&Resolved<'_>> for NameParts {
    fn from(resolved: &Resolved<'_>) -> Self {
        Self::from_manifest(resolved.node())
    }
}
