//! Content by its digest: `sha256:` and 64 hex digits.
//!
//! <https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests>; other algorithms are not accepted.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use start_points::shown::shown;
use thiserror::Error;

const ALGORITHM: &str = "sha256:";

/// The SHA-256 of some content, written `sha256:` and 64 lower-case hex digits.
///
/// It is safe in paths and URLs as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_hash(Sha256::new_with_prefix(bytes))
    }

    pub(crate) fn from_hash(hash: Sha256) -> Self {
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{ALGORITHM}{hex}"))
    }

    /// The digest with its algorithm.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its hex digits.
    #[must_use]
    pub fn hex(&self) -> &str {
        self.0.strip_prefix(ALGORITHM).unwrap_or_default()
    }
}

/// A text is not `sha256:` and 64 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a valid digest")]
pub struct MalformedDigest(pub(crate) String);

impl FromStr for Digest {
    type Err = MalformedDigest;

    fn from_str(text: &str) -> Result<Self, MalformedDigest> {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        match text.strip_prefix(ALGORITHM) {
            Some(hex) if hex.len() == 64 && hex.bytes().all(is_hex) => Ok(Self(text.to_owned())),
            _ => Err(MalformedDigest(shown(text).into_owned())),
        }
    }
}

impl TryFrom<String> for Digest {
    type Error = MalformedDigest;

    fn try_from(text: String) -> Result<Self, MalformedDigest> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_safe_in_a_path() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").as_str(), empty);
        assert_eq!(empty.parse::<Digest>().unwrap().hex().len(), 64);
        for text in ["", "sha256:", "sha256:../../../etc/passwd", "sha512:00", &empty.to_uppercase()] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}
