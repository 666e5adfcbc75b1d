//! Manifests, indexes, and the descriptors in them.
//!
//! <https://github.com/opencontainers/image-spec/blob/main/manifest.md> and
//! <https://github.com/opencontainers/image-spec/blob/main/image-index.md>.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::error::OciErrorKind;

/// The media types that are read and written:
/// <https://github.com/opencontainers/image-spec/blob/main/media-types.md>, and Docker's:
/// <https://distribution.github.io/distribution/spec/manifest-v2-2/#media-types>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType;

impl MediaType {
    /// The manifest of an image.
    pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// An index: several images, one for each platform.
    pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// An image's configuration.
    pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
    /// A layer that this crate writes.
    pub const LAYER_GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
    /// A layer that is not compressed.
    pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
    /// A layer that can be borrowed from a base, but is not read.
    pub const LAYER_ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";
    /// Docker's own [`MediaType::MANIFEST`].
    pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
    /// Docker's own [`MediaType::INDEX`].
    pub const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
    /// Docker's own [`MediaType::LAYER_GZIP`].
    pub const DOCKER_LAYER_GZIP: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    /// Whether a type is that of one image.
    #[must_use]
    pub fn is_manifest(text: &str) -> bool {
        matches!(text, Self::MANIFEST | Self::DOCKER_MANIFEST)
    }

    /// Whether a type is that of a list of images.
    #[must_use]
    pub fn is_index(text: &str) -> bool {
        matches!(text, Self::INDEX | Self::DOCKER_INDEX)
    }
}

/// A part of an image, by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// Its media type.
    pub media_type: String,
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// Further annotations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Its platform, in an index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
}

impl Descriptor {
    /// Describes these bytes.
    #[must_use]
    pub fn of(media_type: &str, bytes: &[u8]) -> Self {
        Self::new(media_type, Digest::of(bytes), bytes.len() as u64)
    }

    pub(crate) fn new(media_type: &str, digest: Digest, size: u64) -> Self {
        Self { media_type: media_type.to_owned(), digest, size, annotations: BTreeMap::new(), platform: None }
    }
}

/// The platform of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// `amd64`, `arm64`, …
    pub architecture: String,
    /// `linux`, …
    pub os: String,
    /// `v8`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

/// Bytes with their descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blob {
    pub(crate) descriptor: Descriptor,
    pub(crate) bytes: Vec<u8>,
}

impl Blob {
    pub(crate) fn new(media_type: &str, bytes: Vec<u8>) -> Self {
        Self { descriptor: Descriptor::of(media_type, &bytes), bytes }
    }
}

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

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, OciErrorKind> {
        let (what, not) = ("the manifest", ["manifests"]);
        let manifest: Self = parse(what, bytes, &not)?;
        check(what, manifest.schema_version, &manifest.media_type, MediaType::is_manifest)?;
        Ok(manifest)
    }

    pub(crate) fn write(&self) -> Result<Vec<u8>, OciErrorKind> {
        serde_json::to_vec(self).map_err(|error| OciErrorKind::broken("the manifest", error))
    }
}

impl Index {
    pub(crate) fn new(manifests: Vec<Descriptor>) -> Self {
        Self { schema_version: 2, media_type: MediaType::INDEX.to_owned(), manifests }
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, OciErrorKind> {
        let (what, not) = ("the index", ["config", "layers"]);
        let index: Self = parse(what, bytes, &not)?;
        check(what, index.schema_version, &index.media_type, MediaType::is_index)?;
        Ok(index)
    }

    pub(crate) fn write(&self) -> Result<Vec<u8>, OciErrorKind> {
        serde_json::to_vec(self).map_err(|error| OciErrorKind::broken("the index", error))
    }

    /// The image to read if all hold the same files: that for `linux/amd64`, or else the first.
    pub(crate) fn usual_image(&self) -> Option<&Descriptor> {
        let is_usual = |image: &&Descriptor| {
            image.platform.as_ref().is_some_and(|found| found.os == "linux" && found.architecture == "amd64")
        };
        self.images().find(is_usual).or_else(|| self.images().next())
    }

    /// Its images, without the attestations that BuildKit lists beside them:
    /// <https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md>.
    pub(crate) fn images(&self) -> impl Iterator<Item = &Descriptor> {
        self.manifests.iter().filter(|listed| {
            let is_attestation = listed.annotations.contains_key("vnd.docker.reference.type");
            MediaType::is_manifest(&listed.media_type) && !is_attestation
        })
    }
}

/// Parses a document that must not have these members: with them others might read it as something else
/// ([CVE-2021-41190](https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh)).
fn parse<T: for<'de> Deserialize<'de>>(
    what: &'static str,
    bytes: &[u8],
    not: &[&str],
) -> Result<T, OciErrorKind> {
    let broken = |error| OciErrorKind::broken(what, error);
    let members: BTreeMap<String, IgnoredAny> = serde_json::from_slice(bytes).map_err(broken)?;
    if let Some(member) = not.iter().find(|member| members.contains_key(**member)) {
        return Err(OciErrorKind::broken(what, format!("it has `{member}` too")));
    }
    serde_json::from_slice(bytes).map_err(broken)
}

fn check(
    what: &'static str,
    schema_version: u8,
    media_type: &str,
    is_one: impl Fn(&str) -> bool,
) -> Result<(), OciErrorKind> {
    match schema_version {
        2 if media_type.is_empty() || is_one(media_type) => Ok(()),
        2 => Err(OciErrorKind::broken(what, format!("its media type is `{media_type}`"))),
        other => Err(OciErrorKind::broken(what, format!("its schema version is {other}, not 2"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_document_is_both_an_image_and_an_index() {
        let config = Descriptor::new(MediaType::CONFIG, Digest::of(b""), 0);
        let manifest = serde_json::to_value(Manifest::new(config.clone(), vec![config.clone()])).unwrap();
        let index = serde_json::to_value(Index::new(vec![config])).unwrap();
        assert!(Manifest::parse(manifest.to_string().as_bytes()).is_ok());
        assert!(Index::parse(index.to_string().as_bytes()).is_ok());
        let with = |document: &serde_json::Value, name: &str, value: serde_json::Value| {
            let mut document = document.clone();
            document[name] = value;
            document.to_string()
        };
        for value in [serde_json::json!([]), serde_json::Value::Null] {
            let both = with(&manifest, "manifests", value.clone());
            let why = Manifest::parse(both.as_bytes()).unwrap_err().to_string();
            assert_eq!(why, "the manifest cannot be read: it has `manifests` too");
            assert!(Index::parse(with(&index, "layers", value.clone()).as_bytes()).is_err());
            assert!(Index::parse(with(&index, "config", value).as_bytes()).is_err());
        }
        assert!(Manifest::parse(with(&manifest, "mediaType", MediaType::INDEX.into()).as_bytes()).is_err());
        assert!(Index::parse(with(&index, "mediaType", MediaType::MANIFEST.into()).as_bytes()).is_err());
        assert!(Manifest::parse(with(&manifest, "mediaType", "".into()).as_bytes()).is_ok());
    }
}
