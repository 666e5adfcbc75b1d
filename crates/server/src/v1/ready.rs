//! `/v1/ready`: whether the service may be used, with a status that probes understand.

use axum::extract::State;
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use crate::body::{Body, json};
use crate::serve::Shared;

/// Whether the service may be used, and what it waits for.
#[utoipa::path(get, path = "/v1/ready", responses(
    (status = 200, description = "It may be used"),
    (status = 503, description = "Not yet"),
))]
pub(super) async fn ready(State(shared): State<Shared>) -> Response<Body> {
    let readiness = shared.readiness().borrow().clone();
    let mut told = Map::new();
    let is_ready = shared.is_ready();
    told.insert("ready".to_owned(), is_ready.into());
    let missing = readiness.missing_images.into_iter().map(Value::from).collect();
    told.insert("missing_images".to_owned(), Value::Array(missing));
    if let Some(details) = readiness.details {
        told.insert("details".to_owned(), details);
    }
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    json(status, Value::Object(told).to_string())
}
