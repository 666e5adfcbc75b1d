//! Who asks: docker's configuration and credential helpers. No secret is ever shown.

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
use crate::cause::Cause;
use crate::error::ImageError;

const MAX_CONFIG: u64 = 1 << 20;
/// A helper may have to ask the user for a password of its own.
const HELPER_TIME: Duration = Duration::from_secs(60);

/// Where the log-in to a registry comes from.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Credentials {
    /// Docker's `config.json` in `DOCKER_CONFIG` or `~/.docker`, and the helpers that it names.
    #[default]
    Docker,
    /// Such a file, wherever it is.
    File(PathBuf),
    /// None: anybody asks.
    Anonymous,
    /// This name and password, for every registry.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
}

/// A log-in to one registry. It is shown without its secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Login {
    /// None: anybody asks.
    Anonymous,
    /// A name and its password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// To be exchanged for a token.
    Identity(String),
}

impl Credentials {
    /// The log-in for an image's registry. A credential helper is run each time, and waited for.
    ///
    /// # Errors
    ///
    /// A configuration that cannot be read; a helper that fails or does not end.
    pub fn login(&self, image: &ImageName) -> Result<Login, ImageError> {
        self.login_to(Address::of(image).login()).map_err(|cause| ImageError::new(&image.to_string(), cause))
    }

    /// What docker's configuration calls an image's registry.
    #[must_use]
    pub fn server(image: &ImageName) -> String {
        Address::of(image).login().to_owned()
    }

    /// The log-in for a registry by the name that docker's configuration has for it.
    fn login_to(&self, registry: &str) -> Result<Login, Cause> {
        match self {
            Self::Anonymous => Ok(Login::Anonymous),
            Self::Password { user, password } => {
                Ok(Login::Password { user: user.clone(), password: password.clone() })
            }
            Self::File(path) => from_file(path, registry),
            Self::Docker => match default_file() {
                Some(path) => from_file(&path, registry),
                None => Ok(Login::Anonymous),
            },
        }
    }
}

/// The log-ins that were asked for: each helper is run once.
pub(super) struct Logins {
    credentials: Credentials,
    known: Mutex<HashMap<String, Login>>,
}

impl Logins {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self { credentials, known: Mutex::default() }
    }

    /// Whoever asks while a helper runs waits for its answer.
    pub(super) fn login(&self, registry: &str) -> Result<Login, Cause> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(login) = known.get(registry) {
            return Ok(login.clone());
        }
        let login = self.credentials.login_to(registry)?;
        known.insert(registry.to_owned(), login.clone());
        Ok(login)
    }
}

fn default_file() -> Option<PathBuf> {
    let folder = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let folder = folder.or_else(|| std::env::home_dir().map(|home| home.join(".docker")))?;
    Some(folder.join("config.json")).filter(|path| path.is_file())
}

/// Helpers are programs and may never end: they are asked on a thread that is not waited for.
fn from_file(path: &Path, registry: &str) -> Result<Login, Cause> {
    let failed = |why| Cause::Credentials { registry: registry.to_owned(), why };
    let file = File::open(path).map_err(|_| failed("docker's configuration cannot be read"))?;
    let (sender, receiver) = mpsc::channel();
    let server = registry.to_owned();
    thread::spawn(move || sender.send(get_credential_from_reader(file.take(MAX_CONFIG), &server)));
    let found =
        receiver.recv_timeout(HELPER_TIME).map_err(|_| failed("the credential helper does not end"))?;
    match found {
        Ok(DockerCredential::UsernamePassword(user, password)) => Ok(Login::Password { user, password }),
        Ok(DockerCredential::IdentityToken(token)) => Ok(Login::Identity(token)),
        Err(Fault::NoCredentialConfigured | Fault::ConfigNotFound) => Ok(Login::Anonymous),
        // What every helper says of a registry that it does not know.
        Err(Fault::HelperFailure { stdout, .. }) if stdout.contains("credentials not found") => {
            Ok(Login::Anonymous)
        }
        Err(Fault::HelperFailure { .. }) => Err(failed("the credential helper fails")),
        Err(Fault::HelperCommunicationError) => Err(failed("the credential helper cannot be run")),
        Err(Fault::MalformedHelperResponse) => {
            Err(failed("the credential helper answers nothing that is understood"))
        }
        Err(Fault::ConfigReadError) => Err(failed("docker's configuration is malformed")),
        Err(Fault::CredentialDecodingError | Fault::CredentialMismatchError) => {
            Err(failed("the log-in in docker's configuration is malformed"))
        }
    }
}

impl fmt::Debug for Credentials {
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

impl fmt::Debug for Login {
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

    fn login(config: &str, registry: &str) -> Result<Login, Cause> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        std::fs::write(&path, config).unwrap();
        Credentials::File(path).login_to(registry)
    }

    #[test]
    fn logins_come_from_dockers_configuration() {
        let config = r#"{"auths": {"ghcr.io": {"auth": "bWU6c2VjcmV0"}, "https://index.docker.io/v1/": {"identitytoken": "t"}}}"#;
        let expected = Login::Password { user: "me".to_owned(), password: "secret".to_owned() };
        assert!(login(config, "ghcr.io") == Ok(expected));
        assert!(login(config, "https://index.docker.io/v1/") == Ok(Login::Identity("t".to_owned())));
        assert!(login(config, "example.com") == Ok(Login::Anonymous));
        assert!(login("{}", "example.com") == Ok(Login::Anonymous));
    }

    #[test]
    fn what_cannot_be_read_is_said_without_secrets() {
        for config in [
            "",
            "{",
            r#"{"auths": {"x": {"auth": "c2VjcmV0"}}}"#,
            r#"{"credHelpers": {"x": "is-not-there"}}"#,
        ] {
            let cause = login(config, "x").err().unwrap();
            assert!(cause.to_string().contains("`x`") && !cause.to_string().contains("secret"), "{cause}");
        }
        let given = Credentials::Password { user: "me".to_owned(), password: "secret".to_owned() };
        assert!(!format!("{given:?}").contains("secret"));
    }
}
