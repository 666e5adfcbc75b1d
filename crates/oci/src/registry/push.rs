//! Pushing an image: what is there is not sent again, and a tag never changes what it means.

use std::collections::BTreeSet;
use std::io::{self, Seek as _};

use start_points::ImageName;
use ureq::http::Method;

use super::address::Address;
use super::answer::Answer;
use super::http::{Sent, resolve, url};
use super::open;
use super::session::{Session, encoded};
use crate::cause::Cause;
use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::image::{Blob, Image};
use crate::stored::StoredImage;

/// What a push did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pushed {
    /// What the tag stands for.
    pub digest: Digest,
    /// Whether it stood for it before; then nothing was sent.
    pub was_there: bool,
    /// Blobs that were sent.
    pub sent: usize,
    /// Blobs that the registry took from the base's repository.
    pub mounted: usize,
}

pub(super) fn push(
    session: &Session,
    name: &ImageName,
    image: &Image,
    base: Option<&StoredImage>,
) -> Result<Pushed, Cause> {
    let tag = name.tag().ok_or(Cause::NoTag)?;
    let ours = image.descriptor().digest.clone();
    let mut pushed = Pushed { digest: ours.clone(), was_there: false, sent: 0, mounted: 0 };
    if is_there(session, tag, &ours)? {
        return Ok(Pushed { was_there: true, ..pushed });
    }
    let session = &session.to_push();
    let mut done = BTreeSet::new();
    for part in image.borrowed.iter().filter(|part| done.insert(part.digest.clone())) {
        borrow(session, part, base, &mut pushed)?;
    }
    for blob in image.blobs.iter().filter(|blob| done.insert(blob.descriptor.digest.clone())) {
        if !has(session, &blob.descriptor)? {
            let start = start(session)?;
            upload(session, &start, &blob.descriptor, Sent::Bytes(&blob.bytes))?;
            session.moved(blob.bytes.len());
            pushed.sent += 1;
        }
    }
    for manifest in &image.manifests {
        put(session, manifest.descriptor.digest.as_str(), manifest)?;
    }
    // Registries put a tag wherever they are asked to. Whoever else pushes is noticed before, or after.
    if !is_there(session, tag, &ours)? {
        put(session, tag, &image.root)?;
    }
    match open::digest(session, tag)? {
        Some(there) if there == ours => Ok(pushed),
        there => Err(Cause::TagLost { there, ours }),
    }
}

/// Whether a tag stands for this already. One that stands for something else is left alone.
fn is_there(session: &Session, tag: &str, ours: &Digest) -> Result<bool, Cause> {
    match seen(session, tag)? {
        Some(there) if there == *ours => Ok(true),
        Some(there) => Err(Cause::TagTaken { there, ours: ours.clone() }),
        None => Ok(false),
    }
}

/// What a tag or digest stands for. Some registries deny a repository that is not there yet to whom may only
/// read, and not to whom may push.
pub(super) fn seen(session: &Session, reference: &str) -> Result<Option<Digest>, Cause> {
    match open::digest(session, reference) {
        Err(Cause::Denied(_)) => open::digest(&session.to_push(), reference),
        other => other,
    }
}

fn has(session: &Session, part: &Descriptor) -> Result<bool, Cause> {
    let answer = session.head(&format!("blobs/{}", part.digest), &[])?;
    match answer.status() {
        404 => Ok(false),
        _ => answer.expect(&[200]).map(|_| true),
    }
}

/// A layer of the base: there, mounted, or else copied from wherever it is.
fn borrow(
    session: &Session,
    part: &Descriptor,
    base: Option<&StoredImage>,
    pushed: &mut Pushed,
) -> Result<(), Cause> {
    if has(session, part)? {
        return Ok(());
    }
    let lender = base.ok_or_else(|| Cause::NoBlob(part.digest.clone()))?;
    let near = lender.name.as_ref().map(Address::of).filter(|lender| lender.host == session.address.host);
    let begun = match near {
        Some(near) => {
            let query = format!("blobs/uploads/?mount={}&from={}", part.digest, encoded(&near.repository));
            let answer = post(session, &query)?;
            if answer.status() == 201 {
                pushed.mounted += 1;
                return Ok(());
            }
            answer
        }
        None => start(session)?,
    };
    // It is verified before any of it is sent.
    let mut file = tempfile::tempfile()?;
    io::copy(&mut lender.layer(part)?, &mut file)?;
    file.rewind()?;
    let mut file = session.watched(file);
    upload(session, &begun, part, Sent::Reader(&mut file, part.size))?;
    pushed.sent += 1;
    Ok(())
}

fn start(session: &Session) -> Result<Answer, Cause> {
    post(session, "blobs/uploads/")
}

fn post(session: &Session, rest: &str) -> Result<Answer, Cause> {
    session.send(Method::POST, session.url(rest)?, &[], &mut Sent::Nothing)?.expect(&[201, 202])
}

/// Ends what [`start`] began, with all bytes at once.
fn upload(session: &Session, begun: &Answer, part: &Descriptor, mut body: Sent<'_>) -> Result<(), Cause> {
    let location = begun.header("location");
    let location =
        location.ok_or_else(|| Cause::NotARegistry("it does not say where to send to".to_owned()))?;
    let target = resolve(&begun.url, location)?.to_string();
    let separator = if target.contains('?') { '&' } else { '?' };
    let target = url(&format!("{target}{separator}digest={}", encoded(part.digest.as_str())))?;
    let headers = [("content-type", "application/octet-stream".to_owned())];
    session.send(Method::PUT, target, &headers, &mut body)?.expect(&[201])?;
    Ok(())
}

fn put(session: &Session, reference: &str, document: &Blob) -> Result<(), Cause> {
    let headers = [("content-type", document.descriptor.media_type.clone())];
    let url = session.url(&format!("manifests/{reference}"))?;
    let answer =
        session.send(Method::PUT, url, &headers, &mut Sent::Bytes(&document.bytes))?.expect(&[201])?;
    let said: Option<Digest> = answer.header("docker-content-digest").map(str::parse).transpose()?;
    match said {
        Some(found) if found != document.descriptor.digest => {
            Err(Cause::DigestMismatch { expected: document.descriptor.digest.clone(), found })
        }
        _ => Ok(()),
    }
}
