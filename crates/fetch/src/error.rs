//! The error of one repository: its URL, the cause, and what to do about it.

use start_points::RepoUrl;
use thiserror::Error;

use crate::cause::Cause;

/// A repository that could not be had.
///
/// The URL is shown without its secrets, and whatever a server said is on one line and without control
/// characters.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{url}`: {cause}")]
pub struct FetchError {
    url: String,
    cause: Box<Cause>,
}

impl FetchError {
    pub(crate) fn new(url: &RepoUrl, cause: Cause) -> Self {
        Self { url: url.to_string(), cause: Box::new(cause) }
    }

    /// The source URL, without its secrets.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Why.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.cause.hint()
    }
}
