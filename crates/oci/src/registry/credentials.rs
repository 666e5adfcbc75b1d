//! CredentialSource from Docker's configuration and credential helpers. No secret is ever shown.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use docker_credential::{CredentialRetrievalError as Fault, DockerCredential, get_credential_from_reader};
use start_points::ImageName;

use super::address::Address;
use crate::error::{OciError, OciErrorKind};

const MAX_CONFIG: u64 = 1 << 20;
/// A helper may have to ask the user for a password.
const HELPER_TIME: Duration = Duration::from_secs(60);

/// The source of credentials for registries.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum CredentialSource {
    /// Docker's `config.json` in `DOCKER_CONFIG` or `~/.docker`, and the credential helpers that it names.
    #[default]
    Docker,
    /// Such a file at this path.
    File(PathBuf),
    /// No credentials.
    Anonymous,
    /// This name and password, for every registry.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
}

/// The credential for one registry. `Debug` hides the secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// No credential.
    Anonymous,
    /// A name and its password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// An identity token, which is exchanged for an access token.
    Identity(String),
}

impl CredentialSource {
    /// The credential for an image's registry. It runs a credential helper each time, and blocks until that ends.
    ///
    /// # Errors
    ///
    /// The configuration cannot be read; a helper fails or does not end.
    pub fn credential(&self, image: &ImageName) -> Result<Credential, OciError> {
        self.credential_for(Address::of(image).credential_key())
            .map_err(|cause| OciError::new(&image.to_string(), cause))
    }

    /// The key of an image's registry in Docker's configuration.
    #[must_use]
    pub fn registry_key(image: &ImageName) -> String {
        Address::of(image).credential_key().to_owned()
    }

    /// The credential for a registry by its key in Docker's configuration.
    fn credential_for(&self, registry: &str) -> Result<Credential, OciErrorKind> {
        match self {
            Self::Anonymous => Ok(Credential::Anonymous),
            Self::Password { user, password } => {
                Ok(Credential::Password { user: user.clone(), password: password.clone() })
            }
            Self::File(path) => from_file(path, registry),
            Self::Docker => match default_file() {
                Some(path) => from_file(&path, registry),
                None => Ok(Credential::Anonymous),
            },
        }
    }
}

/// The credentials looked up so far: each helper runs once.
pub(super) struct CredentialCache {
    source: CredentialSource,
    known: Mutex<HashMap<String, Credential>>,
}

impl CredentialCache {
    pub(super) fn new(source: CredentialSource) -> Self {
        Self { source, known: Mutex::default() }
    }

    /// The credential of a registry. While a helper runs, other callers wait for its result.
    pub(super) fn get(&self, registry: &str) -> Result<Credential, OciErrorKind> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(credential) = known.get(registry) {
            return Ok(credential.clone());
        }
        let credential = self.source.credential_for(registry)?;
        known.insert(registry.to_owned(), credential.clone());
        Ok(credential)
    }
}

fn default_file() -> Option<PathBuf> {
    let folder = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let folder = folder.or_else(|| std::env::home_dir().map(|home| home.join(".docker")))?;
    Some(folder.join("config.json")).filter(|path| path.is_file())
}

/// Helpers are programs that may never end, so they run on a thread that is not joined. The protocol:
/// <https://docs.docker.com/reference/cli/docker/login/#credential-helper-protocol>.
fn from_file(path: &Path, registry: &str) -> Result<Credential, OciErrorKind> {
    let failed = |why| OciErrorKind::Credentials { registry: registry.to_owned(), why };
    let file = File::open(path).map_err(|_| failed("Docker's configuration cannot be read"))?;
    let (sender, receiver) = mpsc::channel();
    let server = registry.to_owned();
    thread::spawn(move || sender.send(get_credential_from_reader(file.take(MAX_CONFIG), &server)));
    let found = receiver.recv_timeout(HELPER_TIME).map_err(|_| failed("the credential helper timed out"))?;
    match found {
        Ok(DockerCredential::UsernamePassword(user, password)) => Ok(Credential::Password { user, password }),
        Ok(DockerCredential::IdentityToken(token)) => Ok(Credential::Identity(token)),
        Err(Fault::NoCredentialConfigured | Fault::ConfigNotFound) => Ok(Credential::Anonymous),
        // The message of every helper for an unknown registry:
        // https://github.com/docker/docker-credential-helpers/blob/master/credentials/error.go
        Err(Fault::HelperFailure { stdout, .. }) if stdout.contains("credentials not found") => {
            Ok(Credential::Anonymous)
        }
        Err(Fault::HelperFailure { .. }) => Err(failed("the credential helper failed")),
        Err(Fault::HelperCommunicationError) => Err(failed("the credential helper cannot be started")),
        Err(Fault::MalformedHelperResponse) => Err(failed("the credential helper's output is malformed")),
        Err(Fault::ConfigReadError) => Err(failed("Docker's configuration is malformed")),
        Err(Fault::CredentialDecodingError | Fault::CredentialMismatchError) => {
            Err(failed("the credential in Docker's configuration is malformed"))
        }
    }
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Docker => f.write_str("Docker"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Password { user, .. } => {
                f.debug_struct("Password").field("user", user).finish_non_exhaustive()
            }
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Password { user, .. } => {
                f.debug_struct("Password").field("user", user).finish_non_exhaustive()
            }
            Self::Identity(_) => f.debug_struct("Identity").finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(config: &str, registry: &str) -> Result<Credential, OciErrorKind> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        std::fs::write(&path, config).unwrap();
        CredentialSource::File(path).credential_for(registry)
    }

    #[test]
    fn credentials_come_from_dockers_configuration() {
        let config = r#"{"auths": {"ghcr.io": {"auth": "bWU6c2VjcmV0"}, "https://index.docker.io/v1/": {"identitytoken": "t"}}}"#;
        let expected = Credential::Password { user: "me".to_owned(), password: "secret".to_owned() };
        assert!(credential(config, "ghcr.io") == Ok(expected));
        assert!(
            credential(config, "https://index.docker.io/v1/") == Ok(Credential::Identity("t".to_owned()))
        );
        assert!(credential(config, "example.com") == Ok(Credential::Anonymous));
        assert!(credential("{}", "example.com") == Ok(Credential::Anonymous));
    }

    #[test]
    fn errors_contain_no_secrets() {
        for config in [
            "",
            "{",
            r#"{"auths": {"x": {"auth": "c2VjcmV0"}}}"#,
            r#"{"credHelpers": {"x": "is-not-there"}}"#,
        ] {
            let cause = credential(config, "x").err().unwrap();
            assert!(cause.to_string().contains("`x`") && !cause.to_string().contains("secret"), "{cause}");
        }
        let given = CredentialSource::Password { user: "me".to_owned(), password: "secret".to_owned() };
        assert!(!format!("{given:?}").contains("secret"));
    }
}
