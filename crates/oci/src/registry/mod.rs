//! Images in a registry: opened, pushed, and their tags listed.

mod address;
mod answer;
mod challenge;
mod credentials;
mod field;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod http;
mod link;
mod open;
mod push;
mod realm;
mod session;
mod tags;
mod tls;
mod token;
mod watch;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use start_points::ImageName;
use start_points_io::Cancel;

use crate::cause::Cause;
use crate::digest::Digest;
use crate::error::ImageError;
use crate::image::Image;
use crate::limits::Limits;
use crate::stored::StoredImage;

pub use credentials::{Credentials, Login};
pub use push::Pushed;
pub use tls::config as tls_config;
pub use watch::Watch;

use address::Address;
use credentials::Logins;
use http::{Deadline, Http};
use session::Session;

/// How registries are spoken to.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What an image may cost.
    pub limits: Limits,
    /// Who asks.
    pub credentials: Credentials,
    /// Speaks without encryption, to whatever registry. A registry on this machine is spoken to without it
    /// anyway, where it has none.
    pub plain_http: bool,
    /// Files of certificates in PEM that are trusted besides those that the system trusts.
    pub roots: Vec<PathBuf>,
    /// Hosts, `HOST[:PORT]`, that may be sent the log-in of whatever registry says that its tokens come from there.
    /// Without them a log-in goes to its registry alone, and to whoever answers for its name.
    pub token_hosts: Vec<String>,
    /// Told of every byte that is moved.
    pub watch: Watch,
    /// Ends what is under way.
    pub cancel: Cancel,
}

/// Speaks to registries; connections, and what was learnt of a registry, are kept for the next call.
pub struct Registry {
    http: Arc<Http>,
    options: Options,
    logins: Arc<Logins>,
    /// What each registry speaks: `https` or `http`.
    schemes: Mutex<HashMap<String, &'static str>>,
}

impl Registry {
    /// Opens no connection yet.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let http = Http::new(&options);
        let logins = Arc::new(Logins::new(options.credentials.clone()));
        Self { http: Arc::new(http), options, logins, schemes: Mutex::default() }
    }

    /// Opens an image. Its manifest is read, and held against the digest in its name where there is one.
    ///
    /// # Errors
    ///
    /// An image that is not there or may not be read; a registry that fails, or is not believed.
    pub fn open(&self, name: &ImageName) -> Result<StoredImage, ImageError> {
        named(name, self.session(name, &[]).and_then(|session| open::open(session, name)))
    }

    /// What a name stands for now, `None` where there is no such image.
    ///
    /// # Errors
    ///
    /// An image that may not be seen; a registry that fails.
    pub fn digest(&self, name: &ImageName) -> Result<Option<Digest>, ImageError> {
        named(name, self.session(name, &[]).and_then(|session| push::seen(&session, &reference(name))))
    }

    /// Pushes an image. What the registry has is not sent again; layers of a base in the same registry are
    /// mounted, and those of another one copied.
    ///
    /// Registries cannot refuse a tag that somebody else takes at the same time: the tag is looked at right before it is
    /// put, and read back after. Only who puts it later than that, without looking at it, is not noticed.
    ///
    /// # Errors
    ///
    /// A tag that is there with other content, or has other content after the push; an account that may not push; a registry that fails.
    pub fn push(
        &self,
        name: &ImageName,
        image: &Image,
        base: Option<&StoredImage>,
    ) -> Result<Pushed, ImageError> {
        let lender = base.and_then(|base| base.name.as_ref());
        let lender = lender.filter(|lender| Address::of(lender).host == Address::of(name).host);
        let also: Vec<String> = lender.map(|lender| Address::of(lender).repository).into_iter().collect();
        named(name, self.session(name, &also).and_then(|session| push::push(&session, name, image, base)))
    }

    /// Every tag of a repository, in the registry's order; whatever tag `name` has is not looked at.
    ///
    /// # Errors
    ///
    /// A repository that is not there or may not be seen; a registry that fails.
    pub fn tags(&self, name: &ImageName) -> Result<Vec<String>, ImageError> {
        named(name, self.session(name, &[]).and_then(|session| tags::tags(&session)))
    }

    fn session(&self, name: &ImageName, also: &[String]) -> Result<Session, Cause> {
        let address = Address::of(name);
        let deadline = Deadline::after(self.options.limits.time);
        let scheme = self.scheme(&address, deadline)?;
        let (http, logins) = (Arc::clone(&self.http), Arc::clone(&self.logins));
        let watch = self.options.watch.clone();
        Ok(Session::new(http, scheme, address, logins, deadline, watch, also))
    }

    fn scheme(&self, address: &Address, deadline: Deadline) -> Result<&'static str, Cause> {
        let known = || self.schemes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scheme) = known().get(&address.host) {
            return Ok(scheme);
        }
        let scheme = match self.options.plain_http {
            true => "http",
            false if address::is_loopback(&address.host) => self.http.probe(&address.host, deadline)?,
            false => "https",
        };
        known().insert(address.host.clone(), scheme);
        Ok(scheme)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("options", &self.options).finish_non_exhaustive()
    }
}

/// The tag or digest that a registry is asked for; a digest decides.
fn reference(name: &ImageName) -> String {
    name.digest().or(name.tag()).unwrap_or("latest").to_owned()
}

fn named<T>(name: &ImageName, result: Result<T, Cause>) -> Result<T, ImageError> {
    result.map_err(|cause| ImageError::new(&name.to_string(), cause))
}
