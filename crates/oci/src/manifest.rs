//! The documents that list an image's parts, and an index's images.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
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
        let (what, not) = ("the manifest", ["manifests"]);
        let manifest: Self = parse(what, bytes, &not)?;
        check(what, manifest.schema_version, &manifest.media_type, MediaType::is_manifest)?;
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
        let (what, not) = ("the index", ["config", "layers"]);
        let index: Self = parse(what, bytes, &not)?;
        check(what, index.schema_version, &index.media_type, MediaType::is_index)?;
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

/// Parses a document that must not have these members: with them others might read it as something else
/// ([CVE-2021-41190](https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh)).
fn parse<T: for<'de> Deserialize<'de>>(what: &'static str, bytes: &[u8], not: &[&str]) -> Result<T, Cause> {
    let broken = |error| Cause::broken(what, error);
    let members: BTreeMap<String, IgnoredAny> = serde_json::from_slice(bytes).map_err(broken)?;
    if let Some(member) = not.iter().find(|member| members.contains_key(**member)) {
        return Err(Cause::broken(what, format!("it has `{member}` too")));
    }
    serde_json::from_slice(bytes).map_err(broken)
}

fn check(
    what: &'static str,
    schema_version: u8,
    media_type: &str,
    is_one: impl Fn(&str) -> bool,
) -> Result<(), Cause> {
    match schema_version {
        2 if media_type.is_empty() || is_one(media_type) => Ok(()),
        2 => Err(Cause::broken(what, format!("it says that it is `{media_type}`"))),
        other => Err(Cause::broken(what, format!("its schema version is {other}, not 2"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;

    #[test]
    fn no_document_is_an_image_and_a_list_of_images() {
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
