//! `/openapi.json`: what the code says of its routes.

use axum::Router;
use axum::routing::get;
use http::{HeaderMap, Method};
use std::sync::Arc;
use utoipa::openapi::OpenApi;

use crate::prepared::Prepared;
use crate::serve::Shared;

/// The route that answers the description of all others.
pub(crate) fn route(deployed: OpenApi, described: OpenApi) -> Router<Shared> {
    let described = described.merge_from(deployed);
    // A description that could not be written would be a fault of the library: it is told as empty.
    let prepared = Prepared::new(described.to_json().unwrap_or_else(|_| "{}".to_owned()));
    prepared.compress();
    let prepared = Arc::new(prepared);
    Router::new().route(
        "/openapi.json",
        get(async move |method: Method, headers: HeaderMap| prepared.answer(&method, &headers)),
    )
}
