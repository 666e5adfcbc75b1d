//! The part of a path that a route names.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::v1::Failure;

/// The part of the path that a route names, without its percent-encoding. What is not UTF-8 is a failure in JSON, as
/// any other is.
#[derive(Debug)]
pub(crate) struct PathText(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) = Path::from_request_parts(parts, state).await?;
        Ok(Self(text))
    }
}
