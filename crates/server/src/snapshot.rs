//! A snapshot: every response of a catalogue, made once, without the start-points that are left out.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use http::HeaderValue;
use start_points::json::Writer;

use crate::body::JoinedBody;
use crate::load::catalogue::{LoadedCatalogue, LoadedStartPoint};
use crate::response::{StaticResponse, entity_tag};

/// The responses of a catalogue, without what is left out.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) catalogue: Arc<LoadedCatalogue>,
    /// Start-points with one of these images are left out.
    left_out: BTreeSet<String>,
    /// `{"names":[…]}`
    pub(crate) names: StaticResponse,
    /// `{"image_names":[…]}`, including those left out: clients that pull images read it.
    pub(crate) image_names: StaticResponse,
    /// `{"manifests":{…}}`
    pub(crate) manifests: StaticResponse,
    /// `{"start_points":[…]}`
    pub(crate) start_points: StaticResponse,
}

impl Snapshot {
    pub(crate) fn new(catalogue: Arc<LoadedCatalogue>, left_out: BTreeSet<String>) -> Self {
        let offered: Vec<(&str, &LoadedStartPoint)> =
            catalogue.by_name().filter(|(_, start_point)| start_point.is_offered(&left_out)).collect();
        let names = StaticResponse::new(string_list("names", offered.iter().map(|(name, _)| *name)));
        let image_names = catalogue.image_names().iter().map(String::as_str);
        let image_names = StaticResponse::new(string_list("image_names", image_names));
        let start_points = StaticResponse::new(start_point_list(&offered));
        let manifests = if offered.len() == catalogue.start_points.len() {
            catalogue.manifests.clone()
        } else {
            catalogue.manifests_of(|start_point| start_point.is_offered(&left_out)).into()
        };
        let manifests = StaticResponse::new(manifests);
        Self { left_out, names, image_names, manifests, start_points, catalogue }
    }

    /// Adds the compressed forms; slow.
    pub(crate) fn compress(&self) {
        for response in [&self.names, &self.image_names, &self.start_points, &self.manifests] {
            response.compress();
        }
    }

    /// The images whose start-points are left out.
    pub(crate) fn left_out(&self) -> &BTreeSet<String> {
        &self.left_out
    }

    /// The start-point with this name, or else with this display name.
    pub(crate) fn find(&self, name: &str) -> Option<OfferedStartPoint<'_>> {
        let index = self.catalogue.names.find(name)?;
        let start_point = self.catalogue.start_points.get(index)?;
        start_point.is_offered(&self.left_out).then_some(OfferedStartPoint {
            catalogue: &self.catalogue,
            index,
            start_point,
        })
    }
}

/// A start-point that is offered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfferedStartPoint<'a> {
    catalogue: &'a LoadedCatalogue,
    index: usize,
    start_point: &'a LoadedStartPoint,
}

impl OfferedStartPoint<'_> {
    /// `{"manifest":{…}}`, for the deployed API.
    pub(crate) fn legacy_manifest(&self) -> Body {
        let manifest = self.catalogue.manifests.slice_ref(self.catalogue.manifest(self.start_point));
        let (open, close) = (Bytes::from_static(b"{\"manifest\":"), Bytes::from_static(b"}"));
        JoinedBody::body([open, manifest, close])
    }

    /// The manifest with its origin, for `/v1/`.
    pub(crate) fn resolved(&self) -> Bytes {
        self.catalogue.resolved(self.start_point).into()
    }

    /// The entity tag of either response; it changes whenever the catalogue's bytes do.
    pub(crate) fn etag(&self) -> HeaderValue {
        entity_tag(&self.catalogue.digest, &self.index.to_string())
    }
}

fn string_list<'a>(key: &str, texts: impl Iterator<Item = &'a str>) -> String {
    let mut writer = Writer::new();
    writer.open('{');
    writer.key(key).open('[');
    texts.for_each(|text| writer.string(text));
    writer.close(']');
    writer.close('}');
    writer.finish()
}

fn start_point_list(offered: &[(&str, &LoadedStartPoint)]) -> String {
    let mut writer = Writer::new();
    writer.open('{');
    writer.key("start_points").open('[');
    for (name, start_point) in offered {
        let origin = &start_point.origin;
        writer.open('{');
        writer.key("name").string(name);
        writer.key("display_name").string(&origin.display_name);
        writer.key("url").optional(origin.url.as_deref());
        writer.key("sha").optional(origin.sha.as_deref());
        writer.key("tag").optional(start_point.tag.as_deref());
        writer.key("image").optional(start_point.image_name.as_deref());
        writer.close('}');
    }
    writer.close(']');
    writer.close('}');
    writer.finish()
}
