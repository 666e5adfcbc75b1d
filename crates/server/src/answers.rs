//! Everything that a catalogue answers, made once: of all of it, or of what is at hand.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use start_points::json::Writer;

use crate::body::{Body, Parts};
use crate::load::{Loaded, StartPoint};
use crate::prepared::{self, Prepared};

/// What is answered, from a catalogue and without what is left out.
#[derive(Debug)]
pub(crate) struct Answers {
    pub(crate) catalogue: Arc<Loaded>,
    /// Start-points with one of these images are left out.
    left_out: BTreeSet<String>,
    /// `{"names":[…]}`
    pub(crate) names: Prepared,
    /// `{"image_names":[…]}`, those that are left out too: whoever fetches them asks here.
    pub(crate) image_names: Prepared,
    /// `{"manifests":{…}}`
    pub(crate) manifests: Prepared,
    /// `{"start_points":[…]}`
    pub(crate) start_points: Prepared,
}

impl Answers {
    pub(crate) fn new(catalogue: Arc<Loaded>, left_out: BTreeSet<String>) -> Self {
        let offered: Vec<(&str, &StartPoint)> =
            catalogue.by_name().filter(|(_, start_point)| start_point.is_offered(&left_out)).collect();
        let names = Prepared::new(list("names", offered.iter().map(|(name, _)| *name)));
        let image_names =
            Prepared::new(list("image_names", catalogue.image_names().iter().map(String::as_str)));
        let start_points = Prepared::new(listing(&offered));
        let manifests = if offered.len() == catalogue.start_points.len() {
            catalogue.manifests.clone()
        } else {
            catalogue.manifests_of(|start_point| start_point.is_offered(&left_out)).into()
        };
        let manifests = Prepared::new(manifests);
        Self { left_out, names, image_names, manifests, start_points, catalogue }
    }

    /// Makes the compressed forms; takes its time.
    pub(crate) fn compress(&self) {
        for prepared in [&self.names, &self.image_names, &self.start_points, &self.manifests] {
            prepared.compress();
        }
    }

    /// Start-points with one of these images are left out.
    pub(crate) fn left_out(&self) -> &BTreeSet<String> {
        &self.left_out
    }

    /// The start-point that a name means, by name first and by display name otherwise.
    pub(crate) fn find(&self, name: &str) -> Option<Found<'_>> {
        let index = self.catalogue.names.find(name)?;
        let start_point = self.catalogue.start_points.get(index)?;
        start_point.is_offered(&self.left_out).then_some(Found {
            catalogue: &self.catalogue,
            index,
            start_point,
        })
    }
}

/// A start-point that is offered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'a> {
    catalogue: &'a Loaded,
    index: usize,
    start_point: &'a StartPoint,
}

impl Found<'_> {
    /// `{"manifest":{…}}`, as the deployed API answers it.
    pub(crate) fn manifest(&self) -> Body {
        let manifest = self.catalogue.manifests.slice_ref(self.catalogue.manifest(self.start_point));
        let (open, close) = (Bytes::from_static(b"{\"manifest\":"), Bytes::from_static(b"}"));
        Parts::body([open, manifest, close])
    }

    /// The manifest with where it comes from, as `/v1/` answers it.
    pub(crate) fn resolved(&self) -> Bytes {
        self.catalogue.resolved(self.start_point).into()
    }

    /// The tag of either answer: a catalogue of other bytes has others.
    pub(crate) fn etag(&self) -> HeaderValue {
        prepared::tag(&self.catalogue.digest, &self.index.to_string())
    }
}

fn list<'a>(key: &str, texts: impl Iterator<Item = &'a str>) -> String {
    let mut writer = Writer::new();
    writer.open('{');
    writer.key(key).open('[');
    texts.for_each(|text| writer.string(text));
    writer.close(']');
    writer.close('}');
    writer.finish()
}

fn listing(offered: &[(&str, &StartPoint)]) -> String {
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
