//! A checked catalogue in the form that responses are cut from: one text of all manifests, and ranges in it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use bytes::Bytes;
use start_points::Kind;
use start_points::json::Writer;
use start_points::resolve::{CatalogueNames, Resolved};
use start_points::shown;

use crate::response::short_digest;
use crate::shas::durations::Durations;

/// The beginning of the response with all manifests.
pub(super) const OPEN: &str = "{\"manifests\":{";

/// Its end.
pub(super) const CLOSE: &str = "}}";

/// A catalogue without errors. Its manifests are in memory once, as text.
#[derive(Debug)]
pub(crate) struct LoadedCatalogue {
    /// The kind of all its start-points.
    pub(crate) kind: Kind,
    /// The names, in the order of the start-points.
    pub(crate) names: CatalogueNames,
    /// The start-points, in the order in which the deployed service finds them.
    pub(crate) start_points: Vec<LoadedStartPoint>,
    /// `{"manifests":{…}}` of all of them; UTF-8.
    pub(crate) manifests: Bytes,
    /// The digest of [`LoadedCatalogue::manifests`].
    pub(crate) digest: String,
    image_names: Vec<String>,
}

/// A start-point of a catalogue.
#[derive(Debug)]
pub(crate) struct LoadedStartPoint {
    /// Where its manifest is in [`LoadedCatalogue::manifests`].
    pub(crate) manifest: ManifestRange,
    /// What `/v1/` adds to the deployed API.
    pub(crate) origin: Origin,
    /// The tag in the source URL.
    pub(crate) tag: Option<String>,
    /// Its image with a tag; exercises have none.
    pub(crate) image_name: Option<String>,
    /// How long its tests take, if a file beside its manifest says so.
    pub(crate) durations: Option<Durations>,
}

/// The origin of a start-point, and its own display name.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) display_name: String,
    pub(crate) url: Option<String>,
    pub(crate) sha: Option<String>,
}

impl LoadedStartPoint {
    pub(crate) fn is_offered(&self, left_out: &BTreeSet<String>) -> bool {
        self.image_name.as_ref().is_none_or(|name| !left_out.contains(name))
    }
}

impl LoadedCatalogue {
    pub(super) fn new(
        kind: Kind,
        names: CatalogueNames,
        start_points: Vec<LoadedStartPoint>,
        manifests: String,
    ) -> Self {
        let image_names: BTreeSet<&String> =
            start_points.iter().filter_map(|start_point| start_point.image_name.as_ref()).collect();
        let image_names = image_names.into_iter().cloned().collect();
        let digest = short_digest(manifests.as_bytes());
        // Without spare capacity, because it stays as long as it is served.
        let manifests = Bytes::from(manifests.into_boxed_str().into_boxed_bytes());
        Self { kind, names, start_points, manifests, digest, image_names }
    }

    /// Every image that a start-point names, sorted, without duplicates.
    pub(crate) fn image_names(&self) -> &[String] {
        &self.image_names
    }

    /// The start-points with their names, sorted by name.
    pub(crate) fn by_name(&self) -> impl Iterator<Item = (&str, &LoadedStartPoint)> {
        self.names.sorted().filter_map(|name| Some((name, self.start_points.get(self.names.find(name)?)?)))
    }

    /// The JSON of a manifest for the deployed API.
    pub(crate) fn manifest(&self, start_point: &LoadedStartPoint) -> &[u8] {
        self.manifests.get(start_point.manifest.all.clone()).unwrap_or_default()
    }

    /// The JSON of a manifest for `/v1/`.
    pub(crate) fn resolved(&self, start_point: &LoadedStartPoint) -> Vec<u8> {
        start_point.manifest.with_origin(&self.manifests, &start_point.origin)
    }

    /// `{"manifests":{…}}` of some of them.
    pub(crate) fn manifests_of(&self, is_offered: impl Fn(&LoadedStartPoint) -> bool) -> Vec<u8> {
        let mut some = OPEN.as_bytes().to_vec();
        let named = self.names.in_order().iter().zip(&self.start_points);
        for (name, start_point) in named.filter(|(_, start_point)| is_offered(start_point)) {
            if some.len() > OPEN.len() {
                some.push(b',');
            }
            some.extend_from_slice(json_string(name).as_bytes());
            some.push(b':');
            some.extend_from_slice(self.manifest(start_point));
        }
        some.extend_from_slice(CLOSE.as_bytes());
        some
    }
}

/// A manifest's range in the text of all manifests, and the ranges inside it that differ in `/v1/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ManifestRange {
    /// The whole manifest.
    all: Range<usize>,
    /// The value of `display_name`.
    display_name: Range<usize>,
    /// The start of `visible_files`, which is the last key.
    visible_files: usize,
}

impl ManifestRange {
    /// Appends a manifest for the deployed API: its display name is the name by which it is offered.
    pub(super) fn append(
        text: &mut String,
        resolved: &Resolved<'_>,
        name: &str,
        image_name: Option<&str>,
    ) -> Self {
        let start = text.len();
        let mut display_name = start..start;
        let mut visible_files = start;
        text.push('{');
        for (index, member) in resolved.node().members().iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            if member.key == "visible_files" {
                visible_files = text.len();
            }
            text.push_str(&json_string(&member.key));
            text.push(':');
            let value = text.len();
            match (member.key.as_ref(), image_name) {
                ("display_name", _) => {
                    text.push_str(&json_string(name));
                    display_name = value..text.len();
                }
                ("image_name", Some(image_name)) => text.push_str(&json_string(image_name)),
                _ => text.push_str(&shown::json(member.node.to_string())),
            }
        }
        text.push('}');
        Self { all: start..text.len(), display_name, visible_files }
    }

    /// The same, `by` bytes further on.
    pub(super) fn moved(self, by: usize) -> Self {
        Self {
            all: self.all.start + by..self.all.end + by,
            display_name: self.display_name.start + by..self.display_name.end + by,
            visible_files: self.visible_files + by,
        }
    }

    /// The manifest for `/v1/`: with its own display name, and its origin.
    fn with_origin(&self, text: &[u8], origin: &Origin) -> Vec<u8> {
        let slice = |range: Range<usize>| text.get(range).unwrap_or_default();
        let mut between = String::new();
        for (key, value) in [("url", &origin.url), ("sha", &origin.sha)] {
            if let Some(value) = value {
                let _ = write!(between, "\"{key}\":{},", json_string(value));
            }
        }
        [
            slice(self.all.start..self.display_name.start),
            json_string(&origin.display_name).as_bytes(),
            slice(self.display_name.end..self.visible_files),
            between.as_bytes(),
            slice(self.visible_files..self.all.end),
        ]
        .concat()
    }
}

/// A text as a JSON string, with invisible characters escaped.
pub(super) fn json_string(text: &str) -> String {
    let mut writer = Writer::new();
    writer.string(text);
    writer.finish()
}
