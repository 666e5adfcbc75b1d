//! A pulled image as a source: its files, and where its labels say that they come from.

use std::collections::BTreeMap;

use start_points::diagnostic::Diagnostic;
use start_points::files::{Entry, Other};
use start_points::shown::{counted, shown};
use start_points::{Dialect, RepoUrl, layout};
use start_points_fetch::source::{FetchedContent, FetchedFile};
use start_points_oci::{
    CREATED_LABEL, Created, ImageContents, KIND_LABEL, OciError, REVISION_LABEL, SOURCE_LABEL,
};

use super::FOLDER;
use super::pull::{Pulled, limits};
use crate::gathered::{Gathered, Had, Identity, Origin};
use crate::revision::Revision;
use crate::rules;

/// What was pulled, or the error of the image of this name.
impl From<(String, Result<Pulled, OciError>)> for Gathered {
    fn from((name, pulled): (String, Result<Pulled, OciError>)) -> Self {
        let pulled = match pulled {
            Ok(pulled) => pulled,
            Err(error) => {
                let found = vec![rules::unpulled_image(&error)];
                return Self { name, found, had: None };
            }
        };
        let mut found = Vec::new();
        if let Some(last) = &pulled.moved_from {
            found.push(rules::moved_image_tag(&pulled.name, last, &pulled.digest));
        }
        let origin = origin(&pulled.labels, &mut found);
        let kind = pulled.labels.get(KIND_LABEL).and_then(|kind| kind.parse().ok());
        outside(&pulled.contents, &mut found);
        let content = content(pulled.contents, origin.as_ref());
        Self {
            found,
            name,
            had: Some(Had {
                identity: Identity::Image(pulled.digest),
                origin,
                git_tag: None,
                kind,
                // The name is in the manifest already.
                dialect: Some(Dialect::Pinned),
                content,
            }),
        }
    }
}

/// What the labels say; each that is missing or cannot be read is a fault.
fn origin(labels: &BTreeMap<String, String>, found: &mut Vec<Diagnostic>) -> Option<Origin> {
    let url =
        read(labels, SOURCE_LABEL, found, |text| RepoUrl::parse(text).map_err(|error| error.to_string()));
    let revision = read(labels, REVISION_LABEL, found, |text| {
        text.parse::<Revision>().map_err(|error| error.to_string())
    });
    let created =
        read(labels, CREATED_LABEL, found, |text| text.parse::<Created>().map_err(|error| error.to_string()));
    Some(Origin { url: url?, revision: revision?, committed: created? })
}

fn read<T>(
    labels: &BTreeMap<String, String>,
    label: &str,
    found: &mut Vec<Diagnostic>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    let parsed = match labels.get(label) {
        None => Err(format!("it has no label `{label}`")),
        Some(text) => parse(text).map_err(|error| format!("its label `{label}`: {error}")),
    };
    parsed.map_err(|why| found.push(rules::malformed_source_image(".", &why))).ok()
}

/// What has no place in such an image.
fn outside(contents: &ImageContents, found: &mut Vec<Diagnostic>) {
    let manifest = layout::join(FOLDER, layout::MANIFEST);
    let all = contents.files.keys().chain(contents.oversized.keys());
    let all = all.chain(contents.links.keys()).chain(contents.irregular.keys());
    let is_inside = |path: &str| path.strip_prefix(FOLDER).is_some_and(|rest| rest.starts_with('/'));
    let others: Vec<_> = all.clone().filter(|path| !is_inside(path)).collect();
    if let Some(first) = others.first() {
        let paths = counted(others.len(), "path");
        let why = format!("it holds {paths} outside `{FOLDER}/`, such as `{}`", shown(first));
        found.push(rules::malformed_source_image(".", &why));
    }
    for path in all.filter(|path| layout::is_manifest(path) && is_inside(path) && **path != manifest) {
        found.push(rules::malformed_source_image(path, "it is a second start-point"));
    }
}

fn content(contents: ImageContents, origin: Option<&Origin>) -> FetchedContent {
    let ImageContents { mut files, executable, oversized, links, irregular, .. } = contents;
    let mut left = limits().total_bytes;
    let mut others = BTreeMap::new();
    for (path, target) in links {
        let size = files.get(&target).map_or(0, |bytes| bytes.len() as u64);
        // Every link to a file is one more copy of it.
        match (files.get(&target).cloned(), left.checked_sub(size)) {
            (Some(bytes), Some(rest)) => {
                left = rest;
                files.insert(path, bytes);
            }
            (None, _) if oversized.contains_key(&target) => {
                others.insert(path, Entry::Size(oversized[&target]));
            }
            _ => drop(others.insert(path, Entry::Other(Other::Unreadable))),
        }
    }
    let file = |(path, bytes)| {
        let executable = executable.contains(&path);
        (path, FetchedFile { bytes, executable })
    };
    let oversized = oversized.into_iter().map(|(path, size)| (path, Entry::Size(size)));
    let irregular = irregular.into_iter().map(|(path, other)| (path, Entry::Other(other)));
    FetchedContent {
        committed: origin.map(|origin| origin.committed.unix()).unwrap_or_default(),
        files: files.into_iter().map(file).collect(),
        others: others.into_iter().chain(oversized).chain(irregular).collect(),
        ..FetchedContent::default()
    }
}
