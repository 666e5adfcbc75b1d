//! The documents that list an image's parts, and an index's images.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::descriptor::{Descriptor, MediaType};

/// One image: a configuration and layers, the lowest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    schema_version: u8,
    #[serde(default)]
    media_type: String,
    pub(crate) config: Descriptor,
    pub(crate) layers: Vec<Descriptor>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) annotations: BTreeMap<String, String>,
}

/// Several images, one for each platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Index {
    schema_version: u8,
    #[serde(default)]
    media_type: String,
    pub(crate) manifests: Vec<Descriptor>,
}

impl Manifest {
    pub(crate) fn new(config: Descriptor, layers: Vec<Descriptor>) -> Self {
        let media_type = MediaType::MANIFEST.to_owned();
        Self { schema_version: 2, media_type, config, layers, annotations: BTreeMap::new() }
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Cause> {
        let manifest: Self = parse("the manifest", bytes)?;
        check("the manifest", manifest.schema_version)?;
        Ok(manifest)
    }

    pub(crate) fn write(&self) -> Result<Vec<u8>, Cause> {
        serde_json::to_vec(self).map_err(|error| Cause::broken("the manifest", error))
    }
}

impl Index {
    pub(crate) fn new(manifests: Vec<Descriptor>) -> Self {
        Self { schema_version: 2, media_type: MediaType::INDEX.to_owned(), manifests }
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Cause> {
        let index: Self = parse("the index", bytes)?;
        check("the index", index.schema_version)?;
        Ok(index)
    }

    pub(crate) fn write(&self) -> Result<Vec<u8>, Cause> {
        serde_json::to_vec(self).map_err(|error| Cause::broken("the index", error))
    }

    /// The one image to look at where all hold the same files: that for `linux/amd64`, or else the first.
    pub(crate) fn one(&self) -> Option<&Descriptor> {
        let is_usual = |image: &&Descriptor| {
            image.platform.as_ref().is_some_and(|found| found.os == "linux" && found.architecture == "amd64")
        };
        self.images().find(is_usual).or_else(|| self.images().next())
    }

    /// Its images, without what is attested of them.
    pub(crate) fn images(&self) -> impl Iterator<Item = &Descriptor> {
        self.manifests.iter().filter(|listed| {
            let is_attestation = listed.annotations.contains_key("vnd.docker.reference.type");
            MediaType::is_manifest(&listed.media_type) && !is_attestation
        })
    }
}

fn parse<T: for<'de> Deserialize<'de>>(what: &'static str, bytes: &[u8]) -> Result<T, Cause> {
    serde_json::from_slice(bytes).map_err(|error| Cause::broken(what, error))
}

fn check(what: &'static str, schema_version: u8) -> Result<(), Cause> {
    match schema_version {
        2 => Ok(()),
        other => Err(Cause::broken(what, format!("its schema version is {other}, not 2"))),
    }
}
