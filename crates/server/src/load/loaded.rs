//! A catalogue that passed, as it is served.

use std::collections::BTreeSet;

use bytes::Bytes;
use start_points::Kind;
use start_points::json::quoted;
use start_points::resolve::Names;

use super::written::Written;
use crate::digest;
use crate::shas::durations::Durations;

/// The beginning of the answer that holds every manifest.
pub(super) const OPEN: &str = "{\"manifests\":{";

/// Its end.
pub(super) const CLOSE: &str = "}}";

/// A catalogue that passed. Its manifests are kept once, as text.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The kind of all its start-points.
    pub(crate) kind: Kind,
    /// Their names, in the order of the start-points.
    pub(crate) names: Names,
    /// Its start-points, in the order in which the deployed service finds them.
    pub(crate) start_points: Vec<StartPoint>,
    /// `{"manifests":{…}}` of all of them; UTF-8.
    pub(crate) manifests: Bytes,
    /// The digest of [`Loaded::manifests`].
    pub(crate) digest: String,
    image_names: Vec<String>,
}

/// A start-point of a catalogue.
#[derive(Debug)]
pub(crate) struct StartPoint {
    /// Its place in [`Loaded::manifests`].
    pub(crate) written: Written,
    /// What `/v1/` says of it and the deployed API does not.
    pub(crate) origin: Origin,
    /// The tag that the source URL names.
    pub(crate) tag: Option<String>,
    /// Its image with a tag; exercises have none.
    pub(crate) image_name: Option<String>,
    /// How long its tests take, where that is said beside its manifest.
    pub(crate) durations: Option<Durations>,
}

/// Where a start-point comes from, and what it calls itself.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) display_name: String,
    pub(crate) url: Option<String>,
    pub(crate) sha: Option<String>,
}

impl StartPoint {
    pub(crate) fn is_offered(&self, left_out: &BTreeSet<String>) -> bool {
        self.image_name.as_ref().is_none_or(|name| !left_out.contains(name))
    }
}

impl Loaded {
    pub(super) fn new(kind: Kind, names: Names, start_points: Vec<StartPoint>, manifests: String) -> Self {
        let image_names: BTreeSet<&String> =
            start_points.iter().filter_map(|start_point| start_point.image_name.as_ref()).collect();
        let image_names = image_names.into_iter().cloned().collect();
        let digest = digest::short(manifests.as_bytes());
        // Exactly as long as it is, for as long as it is served.
        let manifests = Bytes::from(manifests.into_boxed_str().into_boxed_bytes());
        Self { kind, names, start_points, manifests, digest, image_names }
    }

    /// Every image that a start-point names, sorted, each once.
    pub(crate) fn image_names(&self) -> &[String] {
        &self.image_names
    }

    /// The start-points with their names, sorted by name.
    pub(crate) fn by_name(&self) -> impl Iterator<Item = (&str, &StartPoint)> {
        self.names.sorted().filter_map(|name| Some((name, self.start_points.get(self.names.find(name)?)?)))
    }

    /// The JSON of a manifest, as the deployed API answers it.
    pub(crate) fn manifest(&self, start_point: &StartPoint) -> &[u8] {
        self.manifests.get(start_point.written.all.clone()).unwrap_or_default()
    }

    /// The JSON of a manifest, as `/v1/` answers it.
    pub(crate) fn resolved(&self, start_point: &StartPoint) -> Vec<u8> {
        start_point.written.with_origin(&self.manifests, &start_point.origin)
    }

    /// `{"manifests":{…}}` of some of them.
    pub(crate) fn manifests_of(&self, is_offered: impl Fn(&StartPoint) -> bool) -> Vec<u8> {
        let mut some = OPEN.as_bytes().to_vec();
        let named = self.names.in_order().iter().zip(&self.start_points);
        for (name, start_point) in named.filter(|(_, start_point)| is_offered(start_point)) {
            if some.len() > OPEN.len() {
                some.push(b',');
            }
            some.extend_from_slice(quoted(name).as_bytes());
            some.push(b':');
            some.extend_from_slice(self.manifest(start_point));
        }
        some.extend_from_slice(CLOSE.as_bytes());
        some
    }
}
