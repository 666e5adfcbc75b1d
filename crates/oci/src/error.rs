//! The error of one image: which, why, and what to do about it.

use start_points::shown::shown;
use thiserror::Error;

use crate::cause::Cause;

/// What could not be done, with the image, registry or layout that it is about.
///
/// Whatever came from elsewhere is shown on one line and without control characters; secrets are not shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{subject}`: {cause}")]
pub struct ImageError {
    subject: String,
    cause: Box<Cause>,
}

impl ImageError {
    /// What could not be done with an image, registry or layout.
    #[must_use]
    pub fn new(subject: &str, cause: Cause) -> Self {
        Self { subject: shown(subject).into_owned(), cause: Box::new(cause) }
    }

    /// The image, registry or layout.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Why.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        self.cause.hint()
    }
}
