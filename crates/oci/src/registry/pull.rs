//! Reading from a registry: images, digests and lists of tags.

use std::collections::BTreeSet;
use std::io::Read;

use serde::Deserialize;
use start_points::ImageName;
use start_points::shown::shown;
use ureq::http::Method;

use super::address::tag_or_digest;
use super::header_fields::next_link;
use super::http::{RequestBody, resolve};
use super::session::RepositorySession;
use crate::digest::Digest;
use crate::error::OciErrorKind;
use crate::image_reader::{BlobSource, ImageReader};
use crate::manifest::{Blob, Descriptor, MediaType};

/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests>
pub(super) const DIGEST: &str = "docker-content-digest";

pub(super) fn open(session: RepositorySession, name: &ImageName) -> Result<ImageReader, OciErrorKind> {
    let root = read_root(&session, &tag_or_digest(name))?;
    let mut image = ImageReader::new(name.to_string(), root, session.limits().clone(), Box::new(session));
    image.name = Some(name.clone());
    Ok(image)
}

/// The current digest of a tag or digest; the manifest is only read if the registry does not send its digest.
pub(super) fn digest(session: &RepositorySession, reference: &str) -> Result<Option<Digest>, OciErrorKind> {
    let response = session.head(&format!("manifests/{reference}"), &accept())?;
    if response.status() == 404 {
        return Ok(None);
    }
    let response = response.expect(&[200])?;
    match response.header(DIGEST) {
        Some(digest) => Ok(Some(digest.parse()?)),
        None => read_root(session, reference).map(|root| Some(root.descriptor.digest)),
    }
}

fn accept() -> [(&'static str, String); 1] {
    let types = [MediaType::MANIFEST, MediaType::INDEX, MediaType::DOCKER_MANIFEST, MediaType::DOCKER_INDEX];
    [("accept", types.join(", "))]
}

/// A manifest or an index, verified against the requested digest and the one that the registry sends.
fn read_root(session: &RepositorySession, reference: &str) -> Result<Blob, OciErrorKind> {
    let response = session.get(&format!("manifests/{reference}"), &accept())?;
    if response.status() == 404 {
        return Err(OciErrorKind::NoImage);
    }
    let response = response.expect(&[200])?;
    let announced: Option<Digest> = response.header(DIGEST).map(str::parse).transpose()?;
    let announced_type = response.header("content-type").map(essence);
    let bytes = response.bytes("the manifest", session.limits().document_bytes)?;
    let found = Digest::of(&bytes);
    let requested = reference.contains(':').then(|| reference.parse()).transpose()?;
    for expected in [requested, announced].into_iter().flatten() {
        if expected != found {
            return Err(OciErrorKind::DigestMismatch { expected, found });
        }
    }
    Ok(Blob::new(&media_type(announced_type, &bytes)?, bytes))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TypedDocument {
    media_type: Option<String>,
}

/// The media type of a document. Registry and document must agree, so that no client reads it differently:
/// <https://github.com/opencontainers/distribution-spec/security/advisories/GHSA-mc8v-mgrf-8f4m>.
pub(super) fn media_type(announced: Option<String>, bytes: &[u8]) -> Result<String, OciErrorKind> {
    let typed: TypedDocument =
        serde_json::from_slice(bytes).map_err(|error| OciErrorKind::broken("the manifest", error))?;
    let is_known = |text: &String| MediaType::is_manifest(text) || MediaType::is_index(text);
    match (announced.filter(is_known), typed.media_type) {
        (Some(announced), Some(own)) if announced != own => {
            Err(OciErrorKind::UnknownType(shown(&own).into_owned()))
        }
        (Some(known), _) => Ok(known),
        (None, Some(own)) if is_known(&own) => Ok(own),
        (None, Some(own)) => Err(OciErrorKind::UnknownType(shown(&own).into_owned())),
        (None, None) => Err(OciErrorKind::UnknownType("none".to_owned())),
    }
}

fn essence(header: &str) -> String {
    header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

impl BlobSource for RepositorySession {
    fn open(&self, part: &Descriptor) -> Result<Box<dyn Read + '_>, OciErrorKind> {
        let is_document = MediaType::is_manifest(&part.media_type) || MediaType::is_index(&part.media_type);
        let folder = if is_document { "manifests" } else { "blobs" };
        let headers = if is_document { accept().to_vec() } else { Vec::new() };
        let response = self.get(&format!("{folder}/{}", part.digest), &headers)?;
        if response.status() == 404 {
            return Err(OciErrorKind::NoBlob(part.digest.clone()));
        }
        Ok(Box::new(self.watched(response.expect(&[200])?.reader()?)))
    }
}

#[derive(Deserialize)]
struct TagPage {
    tags: Option<Vec<String>>,
}

/// The tags listed so far: each once, and no more than the limit.
pub(super) struct TagList {
    found: Vec<String>,
    seen: BTreeSet<String>,
    limit: usize,
}

impl TagList {
    pub(super) fn new(limit: usize) -> Self {
        Self { found: Vec::new(), seen: BTreeSet::new(), limit }
    }

    /// Adds a page.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<(), OciErrorKind> {
        let page: TagPage =
            serde_json::from_slice(bytes).map_err(|error| OciErrorKind::broken("the list of tags", error))?;
        for tag in page.tags.unwrap_or_default() {
            check_tag(&tag)?;
            if self.seen.insert(tag.clone()) {
                self.found.push(tag);
            }
        }
        if self.found.len() > self.limit {
            return Err(OciErrorKind::TooMany { what: "tags", limit: self.limit as u64 });
        }
        Ok(())
    }

    pub(super) fn into_vec(self) -> Vec<String> {
        self.found
    }
}

/// Every tag, page by page:
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags>.
pub(super) fn tags(session: &RepositorySession) -> Result<Vec<String>, OciErrorKind> {
    let mut tags = TagList::new(session.limits().tags);
    let mut url = session.url("tags/list?n=1000")?;
    loop {
        let response = session.send(Method::GET, url.clone(), &[], &mut RequestBody::Empty)?;
        if response.status() == 404 {
            return Err(OciErrorKind::NoImage);
        }
        let response = response.expect(&[200])?;
        let next =
            next_link(response.headers("link")).map(|next| resolve(&response.url, &next)).transpose()?;
        let bytes = response.bytes("a page of tags", session.limits().document_bytes)?;
        let before = tags.found.len();
        tags.add(&bytes)?;
        match next {
            None => return Ok(tags.into_vec()),
            Some(next) if next.authority() != url.authority() => {
                return Err(OciErrorKind::Redirected(shown(&next.to_string()).into_owned()));
            }
            Some(_) if tags.found.len() == before => {
                return Err(OciErrorKind::NotARegistry(
                    "a page of its list of tags has no new tag".to_owned(),
                ));
            }
            Some(next) => url = next,
        }
    }
}

fn check_tag(tag: &str) -> Result<(), OciErrorKind> {
    let name = ImageName::parse("x").and_then(|name| name.with_tag(tag));
    name.map(drop).map_err(|error| OciErrorKind::broken("the list of tags", error))
}
