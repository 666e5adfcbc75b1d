//! CredentialSource for private registries, as the engine's `X-Registry-Auth` header has them. Never shown.
//!
//! The header: <https://docs.docker.com/reference/api/engine/version/v1.47/#section/Authentication>

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use hyper::header::HeaderValue;
use serde_json::json;
use start_points::ImageName;
use start_points_oci::registry::{Credential, CredentialSource};

use crate::error::PullError;

/// How long a credential is reused: some are valid for hours only, and somebody may fix a wrong one.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// The credentials of Docker's configuration, looked up once per registry and [`FRESH`].
pub(crate) struct RegistryAuth {
    credentials: CredentialSource,
    /// One lock per registry: while its credential helper runs, others wait for the result.
    known: Mutex<HashMap<String, Known>>,
}

type Known = Arc<tokio::sync::Mutex<Option<(Instant, Option<HeaderValue>)>>>;

impl RegistryAuth {
    pub(crate) fn new(credentials: CredentialSource) -> Self {
        Self { credentials, known: Mutex::default() }
    }

    /// The header for a pull of this image; `None` without a credential.
    pub(crate) async fn header(&self, image: &ImageName) -> Result<Option<HeaderValue>, PullError> {
        let server = CredentialSource::registry_key(image);
        let known = Arc::clone(
            self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(server.clone()).or_default(),
        );
        let mut known = known.lock().await;
        if let Some((_, header)) = known.as_ref().filter(|(since, _)| since.elapsed() < FRESH) {
            return Ok(header.clone());
        }
        let (credentials, image) = (self.credentials.clone(), image.clone());
        // Credential helpers are programs.
        let credential = tokio::task::spawn_blocking(move || credentials.credential(&image)).await;
        let credential =
            credential.map_err(|_| PullError::Credentials("the credential cannot be read".to_owned()))?;
        let credential = credential.map_err(|error| PullError::Credentials(error.kind().to_string()))?;
        let header = header(&server, &credential);
        *known = Some((Instant::now(), header.clone()));
        Ok(header)
    }
}

fn header(server: &str, credential: &Credential) -> Option<HeaderValue> {
    let document = match credential {
        Credential::Anonymous => return None,
        Credential::Password { user, password } => {
            json!({"username": user, "password": password, "serveraddress": server})
        }
        Credential::Identity(token) => json!({"identitytoken": token, "serveraddress": server}),
    };
    let mut value = HeaderValue::from_str(&URL_SAFE.encode(document.to_string())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_encoded_for_the_engine_and_never_shown() {
        let credential = Credential::Password { user: "me".to_owned(), password: "s3cret>?".to_owned() };
        let value = header("ghcr.io", &credential).unwrap();
        let decoded = URL_SAFE.decode(value.as_bytes()).unwrap();
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&decoded).unwrap(),
            json!({"username": "me", "password": "s3cret>?", "serveraddress": "ghcr.io"})
        );
        assert!(!format!("{value:?} {credential:?}").contains("s3cret"));
        assert!(header("ghcr.io", &Credential::Anonymous).is_none());
    }
}
