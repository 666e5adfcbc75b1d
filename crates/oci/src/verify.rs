//! A reader that passes only content of the announced size and digest.
//!
//! <https://github.com/opencontainers/image-spec/blob/main/descriptor.md#verification>

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use crate::digest::Digest;
use crate::error::OciErrorKind;
use crate::manifest::Descriptor;

/// Fails at the first byte too many, and at the end if size or digest differ.
///
/// Bytes are untrusted until the end was reached.
pub(crate) struct VerifyingReader<R> {
    inner: R,
    expected: Digest,
    size: u64,
    read: u64,
    hash: Option<Sha256>,
}

impl<R: Read> VerifyingReader<R> {
    pub(crate) fn new(inner: R, part: &Descriptor) -> Self {
        let (expected, size) = (part.digest.clone(), part.size);
        Self { inner, expected, size, read: 0, hash: Some(Sha256::new()) }
    }

    fn wrong_size(&self) -> io::Error {
        OciErrorKind::SizeMismatch { digest: self.expected.clone(), expected: self.size }.into_io()
    }
}

impl<R: Read> Read for VerifyingReader<R> {
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
            return Err(OciErrorKind::DigestMismatch { expected: self.expected.clone(), found }.into_io());
        }
        Ok(0)
    }
}

/// Reads all of a blob of at most `limit` bytes.
pub(crate) fn read_all(
    reader: impl Read,
    part: &Descriptor,
    what: &'static str,
    limit: u64,
) -> Result<Vec<u8>, OciErrorKind> {
    if part.size > limit {
        return Err(OciErrorKind::TooLarge { what, limit });
    }
    let mut bytes = Vec::new();
    VerifyingReader::new(reader, part).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], part: &Descriptor) -> Result<Vec<u8>, OciErrorKind> {
        read_all(bytes, part, "it", 10)
    }

    #[test]
    fn only_the_announced_content_passes() {
        let part = Descriptor::of("x", b"hello");
        assert_eq!(read(b"hello", &part).unwrap(), b"hello");
        assert!(matches!(read(b"hallo", &part), Err(OciErrorKind::DigestMismatch { .. })));
        assert!(matches!(read(b"hello!", &part), Err(OciErrorKind::SizeMismatch { .. })));
        assert!(matches!(read(b"hell", &part), Err(OciErrorKind::SizeMismatch { .. })));
        let large = Descriptor::of("x", &[0; 11]);
        assert_eq!(read(b"", &large), Err(OciErrorKind::TooLarge { what: "it", limit: 10 }));
    }
}
