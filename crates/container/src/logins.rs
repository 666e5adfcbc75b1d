//! Log-ins to private registries, as the engine wants them. Never shown.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use hyper::header::HeaderValue;
use serde_json::json;
use start_points::ImageName;
use start_points_oci::registry::{Credentials, Login};

use crate::cause::Cause;

/// How long a log-in is used again: some are good for hours only, and somebody may mend a wrong one.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// The log-ins of docker's configuration, asked for once for each registry and a while.
pub(crate) struct Logins {
    credentials: Credentials,
    /// Whoever asks for one while its helper runs waits for its answer.
    known: Mutex<HashMap<String, Known>>,
}

type Known = Arc<tokio::sync::Mutex<Option<(Instant, Option<HeaderValue>)>>>;

impl Logins {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self { credentials, known: Mutex::default() }
    }

    /// What goes with a request for this image; `None` where anybody asks.
    pub(crate) async fn header(&self, image: &ImageName) -> Result<Option<HeaderValue>, Cause> {
        let server = Credentials::server(image);
        let known = Arc::clone(
            self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(server.clone()).or_default(),
        );
        let mut known = known.lock().await;
        if let Some((_, header)) = known.as_ref().filter(|(since, _)| since.elapsed() < FRESH) {
            return Ok(header.clone());
        }
        let (credentials, image) = (self.credentials.clone(), image.clone());
        // Credential helpers are programs.
        let login = tokio::task::spawn_blocking(move || credentials.login(&image)).await;
        let login = login.map_err(|_| Cause::Credentials("the log-in cannot be read".to_owned()))?;
        let login = login.map_err(|error| Cause::Credentials(error.cause().to_string()))?;
        let header = header(&server, &login);
        *known = Some((Instant::now(), header.clone()));
        Ok(header)
    }
}

fn header(server: &str, login: &Login) -> Option<HeaderValue> {
    let document = match login {
        Login::Anonymous => return None,
        Login::Password { user, password } => {
            json!({"username": user, "password": password, "serveraddress": server})
        }
        Login::Identity(token) => json!({"identitytoken": token, "serveraddress": server}),
    };
    let mut value = HeaderValue::from_str(&URL_SAFE.encode(document.to_string())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_is_written_as_engines_read_it_and_never_shown() {
        let login = Login::Password { user: "me".to_owned(), password: "s3cret>?".to_owned() };
        let value = header("ghcr.io", &login).unwrap();
        let decoded = URL_SAFE.decode(value.as_bytes()).unwrap();
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&decoded).unwrap(),
            json!({"username": "me", "password": "s3cret>?", "serveraddress": "ghcr.io"})
        );
        assert!(!format!("{value:?} {login:?}").contains("s3cret"));
        assert!(header("ghcr.io", &Login::Anonymous).is_none());
    }
}
