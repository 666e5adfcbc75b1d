//! Pushing an image: blobs that the registry has are not sent again, and an existing tag is never moved.
//!
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push>

use std::collections::BTreeSet;
use std::io::{self, Seek as _};

use start_points::ImageName;
use ureq::http::Method;

use super::address::Address;
use super::http::{RegistryResponse, RequestBody, resolve, url};
use super::pull;
use super::session::{RepositorySession, encoded};
use crate::digest::Digest;
use crate::error::OciErrorKind;
use crate::image::Image;
use crate::image_reader::ImageReader;
use crate::manifest::{Blob, Descriptor};

/// The result of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PushResult {
    /// The digest of the tag.
    pub digest: Digest,
    /// Whether the tag had this digest before; then nothing was sent.
    pub existed: bool,
    /// The number of blobs sent.
    pub sent: usize,
    /// The number of blobs that the registry mounted from the base's repository.
    pub mounted: usize,
}

pub(super) fn push(
    session: &RepositorySession,
    name: &ImageName,
    image: &Image,
    base: Option<&ImageReader>,
) -> Result<PushResult, OciErrorKind> {
    let tag = name.tag().ok_or(OciErrorKind::NoTag)?;
    let ours = image.descriptor().digest.clone();
    let mut pushed = PushResult { digest: ours.clone(), existed: false, sent: 0, mounted: 0 };
    if tag_exists(session, tag, &ours)? {
        return Ok(PushResult { existed: true, ..pushed });
    }
    let session = &session.to_push();
    let mut done = BTreeSet::new();
    for part in image.borrowed.iter().filter(|part| done.insert(part.digest.clone())) {
        borrow(session, part, base, &mut pushed)?;
    }
    for blob in image.blobs.iter().filter(|blob| done.insert(blob.descriptor.digest.clone())) {
        if !has(session, &blob.descriptor)? {
            let start = start(session)?;
            upload(session, &start, &blob.descriptor, RequestBody::Bytes(&blob.bytes))?;
            session.moved(blob.bytes.len());
            pushed.sent += 1;
        }
    }
    for manifest in &image.manifests {
        put(session, manifest.descriptor.digest.as_str(), manifest)?;
    }
    // A registry overwrites tags without a warning: others who push are noticed before or after.
    if !tag_exists(session, tag, &ours)? {
        put(session, tag, &image.root)?;
    }
    match pull::digest(session, tag)? {
        Some(existing) if existing == ours => Ok(pushed),
        existing => Err(OciErrorKind::TagLost { existing, ours }),
    }
}

/// Whether the tag has this digest already. A tag with another digest is an error.
fn tag_exists(session: &RepositorySession, tag: &str, ours: &Digest) -> Result<bool, OciErrorKind> {
    match current_digest(session, tag)? {
        Some(existing) if existing == *ours => Ok(true),
        Some(existing) => Err(OciErrorKind::TagTaken { existing, ours: ours.clone() }),
        None => Ok(false),
    }
}

/// The current digest of a tag or digest. For a repository that does not exist yet, some registries deny access with
/// permission to read, but not with permission to push.
pub(super) fn current_digest(
    session: &RepositorySession,
    reference: &str,
) -> Result<Option<Digest>, OciErrorKind> {
    match pull::digest(session, reference) {
        Err(OciErrorKind::Denied(_)) => pull::digest(&session.to_push(), reference),
        other => other,
    }
}

fn has(session: &RepositorySession, part: &Descriptor) -> Result<bool, OciErrorKind> {
    let response = session.head(&format!("blobs/{}", part.digest), &[])?;
    match response.status() {
        404 => Ok(false),
        _ => response.expect(&[200]).map(|_| true),
    }
}

/// A layer of the base: present, mounted, or else copied.
fn borrow(
    session: &RepositorySession,
    part: &Descriptor,
    base: Option<&ImageReader>,
    pushed: &mut PushResult,
) -> Result<(), OciErrorKind> {
    if has(session, part)? {
        return Ok(());
    }
    let lender = base.ok_or_else(|| OciErrorKind::NoBlob(part.digest.clone()))?;
    let mount_from =
        lender.name.as_ref().map(Address::of).filter(|lender| lender.host == session.address.host);
    let begun = match mount_from {
        Some(from) => {
            let query = format!("blobs/uploads/?mount={}&from={}", part.digest, encoded(&from.repository));
            let response = post(session, &query)?;
            if response.status() == 201 {
                pushed.mounted += 1;
                return Ok(());
            }
            response
        }
        None => start(session)?,
    };
    // Verified as a whole before any of it is sent.
    let mut file = tempfile::tempfile()?;
    io::copy(&mut lender.layer(part)?, &mut file)?;
    file.rewind()?;
    let mut file = session.watched(file);
    upload(session, &begun, part, RequestBody::Reader(&mut file, part.size))?;
    pushed.sent += 1;
    Ok(())
}

fn start(session: &RepositorySession) -> Result<RegistryResponse, OciErrorKind> {
    post(session, "blobs/uploads/")
}

fn post(session: &RepositorySession, rest: &str) -> Result<RegistryResponse, OciErrorKind> {
    session.send(Method::POST, session.url(rest)?, &[], &mut RequestBody::Empty)?.expect(&[201, 202])
}

/// Completes the upload that [`start`] began, with all bytes at once:
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put>.
fn upload(
    session: &RepositorySession,
    begun: &RegistryResponse,
    part: &Descriptor,
    mut body: RequestBody<'_>,
) -> Result<(), OciErrorKind> {
    let location = begun.header("location");
    let location = location.ok_or_else(|| {
        OciErrorKind::NotARegistry("its response to an upload has no `Location`".to_owned())
    })?;
    let target = resolve(&begun.url, location)?.to_string();
    let separator = if target.contains('?') { '&' } else { '?' };
    let target = url(&format!("{target}{separator}digest={}", encoded(part.digest.as_str())))?;
    let headers = [("content-type", "application/octet-stream".to_owned())];
    session.send(Method::PUT, target, &headers, &mut body)?.expect(&[201])?;
    Ok(())
}

fn put(session: &RepositorySession, reference: &str, document: &Blob) -> Result<(), OciErrorKind> {
    let headers = [("content-type", document.descriptor.media_type.clone())];
    let url = session.url(&format!("manifests/{reference}"))?;
    let response =
        session.send(Method::PUT, url, &headers, &mut RequestBody::Bytes(&document.bytes))?.expect(&[201])?;
    let announced: Option<Digest> = response.header(pull::DIGEST).map(str::parse).transpose()?;
    match announced {
        Some(found) if found != document.descriptor.digest => {
            Err(OciErrorKind::DigestMismatch { expected: document.descriptor.digest.clone(), found })
        }
        _ => Ok(()),
    }
}
