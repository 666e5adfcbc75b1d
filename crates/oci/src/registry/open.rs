//! Opening an image of a registry.

use std::io::Read;

use serde::Deserialize;
use start_points::ImageName;
use start_points::shown::shown;

use super::answer::Answer;
use super::reference;
use super::session::Session;
use crate::cause::Cause;
use crate::descriptor::{Descriptor, MediaType};
use crate::digest::Digest;
use crate::image::Blob;
use crate::stored::{Parts, StoredImage};

const DIGEST: &str = "docker-content-digest";

pub(super) fn open(session: Session, name: &ImageName) -> Result<StoredImage, Cause> {
    let root = root(&session, &reference(name))?;
    let mut image = StoredImage::new(name.to_string(), root, session.limits().clone(), Box::new(session));
    image.name = Some(name.clone());
    Ok(image)
}

/// What a tag or digest stands for now, without reading it where the registry says so.
pub(super) fn digest(session: &Session, reference: &str) -> Result<Option<Digest>, Cause> {
    let answer = session.head(&format!("manifests/{reference}"), &accept())?;
    if answer.status() == 404 {
        return Ok(None);
    }
    let answer = answer.expect(&[200])?;
    match answer.header(DIGEST) {
        Some(digest) => digest.parse().map(Some),
        None => root(session, reference).map(|root| Some(root.descriptor.digest)),
    }
}

fn accept() -> [(&'static str, String); 1] {
    let types = [MediaType::MANIFEST, MediaType::INDEX, MediaType::DOCKER_MANIFEST, MediaType::DOCKER_INDEX];
    [("accept", types.join(", "))]
}

/// A manifest or an index, held against whatever digest it was asked for and is said to have.
fn root(session: &Session, reference: &str) -> Result<Blob, Cause> {
    let answer = session.get(&format!("manifests/{reference}"), &accept())?;
    if answer.status() == 404 {
        return Err(Cause::NoImage);
    }
    let answer = answer.expect(&[200])?;
    let said: Option<Digest> = answer.header(DIGEST).map(str::parse).transpose()?;
    let said_type = answer.header("content-type").map(plain_type);
    let bytes = answer.bytes("the manifest", session.limits().document_bytes)?;
    let found = Digest::of(&bytes);
    let asked = reference.contains(':').then(|| reference.parse()).transpose()?;
    for expected in [asked, said].into_iter().flatten() {
        if expected != found {
            return Err(Cause::DigestMismatch { expected, found });
        }
    }
    Ok(Blob::new(&media_type(said_type, &bytes)?, bytes))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Typed {
    media_type: Option<String>,
}

/// What a document is: the registry and the document have to agree, so that nobody reads it otherwise.
pub(super) fn media_type(said: Option<String>, bytes: &[u8]) -> Result<String, Cause> {
    let typed: Typed = serde_json::from_slice(bytes).map_err(|error| Cause::broken("the manifest", error))?;
    let is_known = |text: &String| MediaType::is_manifest(text) || MediaType::is_index(text);
    match (said.filter(is_known), typed.media_type) {
        (Some(said), Some(own)) if said != own => Err(Cause::UnknownType(shown(&own).into_owned())),
        (Some(known), _) => Ok(known),
        (None, Some(own)) if is_known(&own) => Ok(own),
        (None, Some(own)) => Err(Cause::UnknownType(shown(&own).into_owned())),
        (None, None) => Err(Cause::UnknownType("none".to_owned())),
    }
}

fn plain_type(header: &str) -> String {
    header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

impl Parts for Session {
    fn open(&self, part: &Descriptor) -> Result<Box<dyn Read + '_>, Cause> {
        let is_document = MediaType::is_manifest(&part.media_type) || MediaType::is_index(&part.media_type);
        let folder = if is_document { "manifests" } else { "blobs" };
        let headers = if is_document { accept().to_vec() } else { Vec::new() };
        let answer: Answer = self.get(&format!("{folder}/{}", part.digest), &headers)?;
        if answer.status() == 404 {
            return Err(Cause::NoBlob(part.digest.clone()));
        }
        Ok(Box::new(self.watched(answer.expect(&[200])?.reader()?)))
    }
}
