//! `/v1/start-points`: what is offered, and where it comes from.

use axum::extract::State;
use http::{HeaderMap, Method, Response, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::failure::Failure;
use crate::body::Body;
use crate::path::PathText;
use crate::prepared;
use crate::serve::Shared;

/// What is offered.
#[derive(Serialize, ToSchema)]
pub(super) struct StartPoints {
    start_points: Vec<StartPoint>,
}

/// A start-point, and where it comes from.
#[derive(Serialize, ToSchema)]
struct StartPoint {
    /// The name that it is offered by.
    name: String,
    /// What it calls itself.
    display_name: String,
    /// The source URL, without its secrets.
    url: Option<String>,
    /// The commit, with `-dirty` where the files differ from it.
    sha: Option<String>,
    /// The tag that the source URL names.
    tag: Option<String>,
    /// The image with its tag; exercises have none.
    image: Option<String>,
}

/// What is offered, sorted by name
#[utoipa::path(
    get,
    path = "/v1/start-points",
    responses((status = 200, description = "What is offered", body = StartPoints)),
)]
pub(super) async fn list(State(shared): State<Shared>, method: Method, headers: HeaderMap) -> Response<Body> {
    shared.answers().start_points.answer(&method, &headers)
}

/// The resolved manifest of one, with `url` and `sha`
#[utoipa::path(
    get,
    path = "/v1/start-points/{name}",
    params(("name" = String, Path, description = "Its name, or its display name")),
    responses(
        (status = 200, description = "Its manifest", body = serde_json::Map<String, serde_json::Value>),
        (status = 400, description = "A name that is not UTF-8", body = Failure),
        (status = 404, description = "Nothing is offered by this name", body = Failure),
    ),
)]
pub(super) async fn one(
    State(shared): State<Shared>,
    PathText(name): PathText,
    method: Method,
    headers: HeaderMap,
) -> Result<Response<Body>, Failure> {
    let answers = shared.answers();
    let found = answers.find(&name).ok_or_else(|| unknown(&name))?;
    Ok(prepared::made_now(&method, &headers, found.etag(), || found.resolved()))
}

/// No start-point of this name.
pub(super) fn unknown(name: &str) -> Failure {
    let shown = start_points::shown::shown(name);
    Failure::new(StatusCode::NOT_FOUND, format!("no start-point is called `{shown}`"))
        .hint("GET /v1/start-points lists their names")
}
