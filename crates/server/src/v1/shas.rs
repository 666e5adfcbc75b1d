//! `/v1/shas`: what the shas page says, as JSON.

use axum::extract::State;
use http::{Response, StatusCode};

use crate::body::{Body, json};
use crate::serve::Shared;
use crate::shas::{Shas, gather};

/// The services and their commits, and the start-points with their images, durations and what the gate decides
#[utoipa::path(
    get,
    path = "/v1/shas",
    responses((status = 200, description = "What the page /shas says", body = Shas)),
)]
pub(super) async fn shas(State(shared): State<Shared>) -> Response<Body> {
    let shas = gather(&shared).await;
    // Texts and numbers can all be written.
    json(StatusCode::OK, serde_json::to_string(&shas).unwrap_or_default())
}
