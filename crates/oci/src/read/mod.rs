//! The files of an image: its layers one over the other.

mod archive;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod stack;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use start_points::files::Other;

use crate::cause::Cause;
use crate::config::Config;
use crate::descriptor::{Descriptor, MediaType};
use crate::digest::Digest;
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::path;
use crate::stored::StoredImage;

use archive::{Entry, Link};
use stack::Stack;

/// What an image holds below a folder, by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Contents {
    /// The regular files and their bytes.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Those of the files that may be run.
    pub executable: BTreeSet<String>,
    /// Regular files that are larger than is taken, and their sizes in bytes.
    pub oversized: BTreeMap<String, u64>,
    /// Symbolic links to a file here, with the path that each leads to in the end.
    pub links: BTreeMap<String, String>,
    /// Everything else, and what it is: devices, links to folders, out of here, or nowhere.
    pub irregular: BTreeMap<String, Other>,
}

/// What of the limits is left, over all layers.
pub(crate) struct Budget<'a> {
    limits: &'a Limits,
    unpacked: u64,
    entries: usize,
    kept: u64,
}

impl Budget<'_> {
    fn entry(&mut self) -> Result<(), Cause> {
        let limit = self.limits.entries;
        self.entries =
            self.entries.checked_sub(1).ok_or(Cause::TooMany { what: "entries", limit: limit as u64 })?;
        Ok(())
    }

    fn keep(&mut self, bytes: u64) -> Result<(), Cause> {
        let limit = self.limits.total_bytes;
        let too_large = Cause::TooLarge { what: "what it holds", limit };
        self.kept = self.kept.checked_sub(bytes).ok_or(too_large)?;
        Ok(())
    }
}

pub(crate) fn files(image: &StoredImage, manifest: &Manifest, folder: &str) -> Result<Contents, Cause> {
    if !folder.is_empty() {
        path::check(folder)?;
    }
    let limits = &image.limits;
    let mut budget =
        Budget { limits, unpacked: limits.unpacked_bytes, entries: limits.entries, kept: limits.total_bytes };
    let mut stack = Stack::new(folder);
    let config = Config::parse(&image.document(&manifest.config, "the configuration")?)?;
    let diff_ids = config.rootfs.diff_ids;
    if diff_ids.len() != manifest.layers.len() {
        return Err(Cause::broken("the configuration", "it does not list the layers of the manifest"));
    }
    for (part, diff_id) in manifest.layers.iter().zip(diff_ids) {
        let raw = image.layer(part)?;
        let found = layer(raw, part, &mut stack, &mut budget)?;
        if found != diff_id {
            return Err(Cause::DigestMismatch { expected: diff_id, found });
        }
        stack.settle();
    }
    stack.contents(&mut budget)
}

/// Reads a layer; answers the digest of what it unpacks to.
fn layer(
    raw: impl Read,
    part: &Descriptor,
    stack: &mut Stack,
    budget: &mut Budget<'_>,
) -> Result<Digest, Cause> {
    let found = match part.media_type.as_str() {
        MediaType::LAYER_GZIP | MediaType::DOCKER_LAYER_GZIP => {
            unpack(MultiGzDecoder::new(raw), stack, budget)
                .and_then(|(decoder, found)| drain(decoder.into_inner()).map(|()| found))
        }
        MediaType::LAYER => unpack(raw, stack, budget).map(|(_, found)| found),
        other => Err(Cause::UnknownType(start_points::shown::shown(other).into_owned())),
    };
    found.map_err(|cause| match cause {
        // A fault of the archive, or of how it is packed.
        Cause::Io(why) => Cause::broken("a layer", why),
        other => other,
    })
}

/// Reads an archive to the end of its stream: only there it is known to be what its digest says.
fn unpack<R: Read>(archive: R, stack: &mut Stack, budget: &mut Budget<'_>) -> Result<(R, Digest), Cause> {
    let (left, limit) = (budget.unpacked, budget.limits.unpacked_bytes);
    let mut bounded = Bounded { inner: archive, left, limit, hash: Sha256::new() };
    archive::each(&mut bounded, budget.limits.path_bytes, |entry| {
        budget.entry()?;
        take(entry, stack, budget)
    })?;
    drain(&mut bounded)?;
    budget.unpacked = bounded.left;
    Ok((bounded.inner, Digest::from_hash(bounded.hash)))
}

fn take(mut entry: Entry<'_>, stack: &mut Stack, budget: &mut Budget<'_>) -> Result<(), Cause> {
    let Some(path) = path::of_entry(&entry.path)? else { return Ok(()) };
    let Some(path) = stack.below(path, entry.is_folder)? else { return Ok(()) };
    budget.keep(path.len() as u64)?;
    if stack::is_whiteout(&path) {
        // Whatever it is, as engines have it.
        stack.other(path);
    } else if entry.is_regular {
        if entry.size > budget.limits.file_bytes {
            stack.oversized(path, entry.size);
            return Ok(());
        }
        budget.keep(entry.size)?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        stack.file(path, bytes, entry.is_executable);
    } else if entry.is_folder {
        stack.folder(&path);
    } else {
        match &entry.link {
            Link::Hard(target) => {
                let target = path::of_entry(target)?.and_then(|target| stack.named(target));
                budget.keep(stack.hard_link(path, target.as_deref().unwrap_or_default()))?;
            }
            Link::Symbolic(text) => {
                budget.keep(text.len() as u64)?;
                stack.symbolic_link(path, text);
            }
            Link::None => stack.other(path),
        }
    }
    Ok(())
}

fn drain(mut reader: impl Read) -> Result<(), Cause> {
    io::copy(&mut reader, &mut io::sink())?;
    Ok(())
}

/// Fails where more is unpacked than may be, and takes the digest of what is.
struct Bounded<R> {
    inner: R,
    left: u64,
    limit: u64,
    hash: Sha256,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let too_large = || Cause::TooLarge { what: "what its layers unpack to", limit: self.limit }.into_io();
        self.left = self.left.checked_sub(read as u64).ok_or_else(too_large)?;
        self.hash.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}
