//! A reader that believes nothing: what it passes on has the size and digest that were announced, or it fails.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use crate::cause::Cause;
use crate::descriptor::Descriptor;
use crate::digest::Digest;

/// Fails at the first byte too many, and at the end where the size or digest is another one.
///
/// What was read before the end is not to be believed until the end was reached.
pub(crate) struct Verifying<R> {
    inner: R,
    expected: Digest,
    size: u64,
    read: u64,
    hash: Option<Sha256>,
}

impl<R: Read> Verifying<R> {
    pub(crate) fn new(inner: R, part: &Descriptor) -> Self {
        let (expected, size) = (part.digest.clone(), part.size);
        Self { inner, expected, size, read: 0, hash: Some(Sha256::new()) }
    }

    fn wrong_size(&self) -> io::Error {
        Cause::SizeMismatch { digest: self.expected.clone(), expected: self.size }.into_io()
    }
}

impl<R: Read> Read for Verifying<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read as u64;
        if self.read > self.size {
            return Err(self.wrong_size());
        }
        if read > 0 || buffer.is_empty() {
            if let Some(hash) = &mut self.hash {
                hash.update(buffer.get(..read).unwrap_or_default());
            }
            return Ok(read);
        }
        let Some(hash) = self.hash.take() else { return Ok(0) };
        if self.read < self.size {
            return Err(self.wrong_size());
        }
        let found = Digest::from_hash(hash);
        if found != self.expected {
            return Err(Cause::DigestMismatch { expected: self.expected.clone(), found }.into_io());
        }
        Ok(0)
    }
}

/// The whole of a part that is no longer than `limit` bytes.
pub(crate) fn whole(
    reader: impl Read,
    part: &Descriptor,
    what: &'static str,
    limit: u64,
) -> Result<Vec<u8>, Cause> {
    if part.size > limit {
        return Err(Cause::TooLarge { what, limit });
    }
    let mut bytes = Vec::new();
    Verifying::new(reader, part).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], part: &Descriptor) -> Result<Vec<u8>, Cause> {
        whole(bytes, part, "it", 10)
    }

    #[test]
    fn nothing_but_what_was_announced_gets_through() {
        let part = Descriptor::of("x", b"hello");
        assert_eq!(read(b"hello", &part).unwrap(), b"hello");
        assert!(matches!(read(b"hallo", &part), Err(Cause::DigestMismatch { .. })));
        assert!(matches!(read(b"hello!", &part), Err(Cause::SizeMismatch { .. })));
        assert!(matches!(read(b"hell", &part), Err(Cause::SizeMismatch { .. })));
        let large = Descriptor::of("x", &[0; 11]);
        assert_eq!(read(b"", &large), Err(Cause::TooLarge { what: "it", limit: 10 }));
    }
}
