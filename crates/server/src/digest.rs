//! The digest of an answer, for its entity tag.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The first 128 bits of the SHA-256, in hex.
pub(crate) fn short(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).fold(String::with_capacity(32), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
