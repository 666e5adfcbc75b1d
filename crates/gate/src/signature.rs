//! Signatures of minisign.

use std::path::{Path, PathBuf};

use minisign_verify::{PublicKey, Signature};

use crate::error::FileFault;

/// What a signature's file is called after the file that it signs.
pub const SIGNATURE: &str = ".minisig";

/// Where the signature of a file lies.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(SIGNATURE);
    name.into()
}

/// Whether a signature is of these bytes, by this key. The older kind of signature, over the bytes themselves, is none.
pub(crate) fn verify(bytes: &[u8], signature: &str, key: &str) -> Result<(), FileFault> {
    let key = PublicKey::from_base64(key.trim()).map_err(|error| FileFault::Key(error.to_string()))?;
    let bad = |error: minisign_verify::Error| FileFault::Signature(error.to_string());
    let signature = Signature::decode(signature).map_err(bad)?;
    key.verify(bytes, &signature, false).map_err(bad)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test")]

    use proptest::prelude::*;
    use start_points::gate::Policy;

    use super::*;

    proptest! {
        /// Policies are refused for a key by the engine, which has no minisign: both know the same keys.
        #[test]
        fn a_policy_takes_the_keys_that_minisign_takes(
            start in "(RW[A-Za-z0-9+/]|[A-Z]{3}|RWQ)", rest in "[A-Za-z0-9+/]{52,54}(=|==|-)?|[A-Za-z0-9+/]{53}",
        ) {
            let key = format!("{start}{rest}");
            let policy = Policy::parse(format!("{{\"risks_key\":\"{key}\"}}").as_bytes());
            prop_assert_eq!(policy.is_ok(), PublicKey::from_base64(&key).is_ok(), "{}", key);
        }
    }
}
