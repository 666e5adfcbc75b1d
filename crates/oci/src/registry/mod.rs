//! A client for registries: opens and pushes images, and lists tags.
//!
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>

mod address;
mod credentials;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod header_fields;
mod http;
mod options;
mod pull;
mod push;
mod session;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use start_points::ImageName;

use address::{Address, is_loopback, tag_or_digest};
use credentials::CredentialCache;
use http::{HttpClient, RequestDeadline};
use session::RepositorySession;

use crate::digest::Digest;
use crate::error::{OciError, OciErrorKind};
use crate::image::Image;
use crate::image_reader::ImageReader;
use crate::limits::OciLimits;

pub use credentials::{Credential, CredentialSource};
pub use http::tls_config;
pub use options::{RegistryOptions, TransferWatch};
pub use push::PushResult;

/// A client for registries. It keeps connections, credentials and what it learnt of each registry.
///
/// [`Registry::with_limits`] makes another handle of the same client.
pub struct Registry {
    http: Arc<HttpClient>,
    limits: OciLimits,
    watch: TransferWatch,
    credentials: Arc<CredentialCache>,
    /// The scheme of each registry: `https` or `http`.
    schemes: Arc<Mutex<HashMap<String, &'static str>>>,
}

impl Registry {
    /// Creates a client, without connecting yet.
    #[must_use]
    pub fn new(options: RegistryOptions) -> Self {
        Self {
            http: Arc::new(HttpClient::new(&options)),
            credentials: Arc::new(CredentialCache::new(options.credentials)),
            schemes: Arc::default(),
            limits: options.limits,
            watch: options.watch,
        }
    }

    /// The same client with other limits and another watch: connections and credentials are shared.
    #[must_use]
    pub fn with_limits(&self, limits: OciLimits, watch: TransferWatch) -> Self {
        Self {
            http: Arc::clone(&self.http),
            credentials: Arc::clone(&self.credentials),
            schemes: Arc::clone(&self.schemes),
            limits,
            watch,
        }
    }

    /// Opens an image. Its manifest is read, and verified against the digest in its name if there is one.
    ///
    /// # Errors
    ///
    /// The image does not exist or cannot be read; the registry fails or is not trusted.
    pub fn open(&self, name: &ImageName) -> Result<ImageReader, OciError> {
        with_subject(name, self.session(name, &[]).and_then(|session| pull::open(session, name)))
    }

    /// The current digest of a name; `None` if there is no such image.
    ///
    /// # Errors
    ///
    /// Access is denied, or the registry fails.
    pub fn digest(&self, name: &ImageName) -> Result<Option<Digest>, OciError> {
        with_subject(
            name,
            self.session(name, &[]).and_then(|session| push::current_digest(&session, &tag_or_digest(name))),
        )
    }

    /// Pushes an image. Blobs that the registry has are not sent again; layers of a base in the same registry are
    /// mounted, those of another registry copied.
    ///
    /// The distribution specification has no way to create a tag only if it is free, so the tag is read right before
    /// and right after it is written. A later overwrite by somebody else goes unnoticed.
    ///
    /// # Errors
    ///
    /// The tag exists with other content, or has other content after the push; the account may not push; the registry
    /// fails.
    pub fn push(
        &self,
        name: &ImageName,
        image: &Image,
        base: Option<&ImageReader>,
    ) -> Result<PushResult, OciError> {
        let lender = base.and_then(|base| base.name.as_ref());
        let lender = lender.filter(|lender| Address::of(lender).host == Address::of(name).host);
        let also: Vec<String> = lender.map(|lender| Address::of(lender).repository).into_iter().collect();
        with_subject(
            name,
            self.session(name, &also).and_then(|session| push::push(&session, name, image, base)),
        )
    }

    /// Every tag of a repository, in the registry's order; the tag of `name` is ignored.
    ///
    /// # Errors
    ///
    /// The repository does not exist, access is denied, or the registry fails.
    pub fn tags(&self, name: &ImageName) -> Result<Vec<String>, OciError> {
        with_subject(name, self.session(name, &[]).and_then(|session| pull::tags(&session)))
    }

    fn session(&self, name: &ImageName, others: &[String]) -> Result<RepositorySession, OciErrorKind> {
        let address = Address::of(name);
        let deadline = RequestDeadline::after(self.limits.time);
        Ok(RepositorySession {
            http: Arc::clone(&self.http),
            scheme: self.scheme(&address, deadline)?,
            scopes: RepositorySession::pull_scopes(&address, others),
            address,
            credentials: Arc::clone(&self.credentials),
            deadline,
            limits: self.limits.clone(),
            watch: self.watch.clone(),
            authorization: Mutex::default(),
        })
    }

    fn scheme(&self, address: &Address, deadline: RequestDeadline) -> Result<&'static str, OciErrorKind> {
        let known = || self.schemes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scheme) = known().get(&address.host) {
            return Ok(scheme);
        }
        let scheme = if self.http.plain_http {
            "http"
        } else if is_loopback(&address.host) {
            self.http.probe(&address.host, deadline)?
        } else {
            "https"
        };
        known().insert(address.host.clone(), scheme);
        Ok(scheme)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("limits", &self.limits).finish_non_exhaustive()
    }
}

fn with_subject<T>(name: &ImageName, result: Result<T, OciErrorKind>) -> Result<T, OciError> {
    result.map_err(|cause| OciError::new(&name.to_string(), cause))
}
