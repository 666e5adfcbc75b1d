//! `POST /v1/reload`: reads the catalogue again, for whoever holds the token.

use axum::extract::State;
use axum::response::IntoResponse as _;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::value::RawValue;
use start_points::render;
use subtle::ConstantTimeEq as _;
use utoipa::ToSchema;

use super::failure::Failure;
use crate::body::{Body, json};
use crate::error::LoadError;
use crate::serve::Shared;
use crate::state::ReloadError;

/// What is served now.
#[derive(Serialize, ToSchema)]
struct Reloaded {
    /// The digest of what is served: another catalogue has another.
    digest: String,
    /// How many start-points there are.
    start_points: usize,
}

/// Why the old catalogue is served still.
#[derive(Serialize, ToSchema)]
struct Refused {
    /// What is wrong.
    error: String,
    /// The report on the new catalogue, version 1, where the engine finds errors in it.
    #[schema(value_type = Option<Object>)]
    report: Option<Box<RawValue>>,
}

/// Reads the catalogue again; a good one is served from the next request on
#[utoipa::path(
    post,
    path = "/v1/reload",
    security(("token" = [])),
    responses(
        (status = 200, description = "It is served now", body = Reloaded),
        (status = 401, description = "Without the token", body = Failure),
        (status = 403, description = "This service has no token, and reloads on SIGHUP alone", body = Failure),
        (status = 422, description = "It cannot be served; the old one is served still", body = Refused),
    ),
)]
pub(super) async fn reload(State(shared): State<Shared>, headers: HeaderMap) -> Response<Body> {
    let Some(token) = &shared.settings.reload_token else {
        let failure = Failure::new(StatusCode::FORBIDDEN, "this service has no token to reload it with");
        return failure.hint("start it with START_POINTS_RELOAD_TOKEN, or send it SIGHUP").into_response();
    };
    if !is_held(token, &headers) {
        let failure = Failure::new(StatusCode::UNAUTHORIZED, "this token may not reload");
        let mut response = failure.hint("send `authorization: Bearer TOKEN`").into_response();
        response.headers_mut().insert(WWW_AUTHENTICATE, const { HeaderValue::from_static("Bearer") });
        return response;
    }
    match shared.reload().await {
        Ok(offer) => {
            told(StatusCode::OK, &Reloaded { digest: offer.digest, start_points: offer.start_points })
        }
        Err(error) => told(StatusCode::UNPROCESSABLE_ENTITY, &refused(&error)),
    }
}

/// Compared in a time that does not tell how much of it is right.
fn is_held(token: &str, headers: &HeaderMap) -> bool {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    given.is_some_and(|given| given.ct_eq(token.as_bytes()).into())
}

fn refused(error: &ReloadError) -> Refused {
    let report = match error {
        ReloadError::Catalogue(LoadError::Faults(faults)) => {
            RawValue::from_string(render::json(&faults.report, &faults.sources)).ok()
        }
        _ => None,
    };
    Refused { error: error.to_string(), report }
}

fn told(status: StatusCode, what: &impl Serialize) -> Response<Body> {
    // Writing plain data does not fail.
    json(status, serde_json::to_string(what).unwrap_or_default())
}
