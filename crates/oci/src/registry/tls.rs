//! Whom we believe: what the system trusts, and what the user adds.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::cause::Cause;

/// TLS by rustls over ring, which believes what the system does, and these files of certificates.
///
/// # Errors
/// A file that cannot be read.
pub fn config(extra: &[PathBuf]) -> Result<TlsConfig, Cause> {
    let system = rustls_native_certs::load_native_certs();
    let mut roots: Vec<Certificate<'static>> =
        system.certs.iter().map(|found| Certificate::from_der(found.as_ref()).to_owned()).collect();
    for path in extra {
        let unread = |why: String| Cause::Certificate(format!("`{}` cannot be read: {why}", path.display()));
        let pem = fs::read(path).map_err(|error| unread(error.to_string()))?;
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(found) = item.map_err(|error| unread(error.to_string()))? {
                roots.push(found);
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::from(roots))
        .unversioned_rustls_crypto_provider(provider)
        .build())
}
