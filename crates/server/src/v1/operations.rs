//! Operating the service: `GET /v1/ready` and `POST /v1/reload`.

use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse as _;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use start_points::render;
use subtle::ConstantTimeEq as _;
use utoipa::ToSchema;

use super::error::V1Error;
use crate::error::{LoadError, ReloadError};
use crate::response::json_of;
use crate::state::Shared;

// Kubernetes' probes look at the status alone:
// https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
/// Whether the service is ready, and what it waits for
#[utoipa::path(get, path = "/v1/ready", responses(
    (status = 200, description = "It is ready"),
    (status = 503, description = "It is not ready yet"),
))]
pub(super) async fn ready(State(shared): State<Shared>) -> Response<Body> {
    let readiness = shared.readiness().borrow().clone();
    let is_ready = shared.is_ready();
    let mut body = Map::new();
    body.insert("ready".to_owned(), is_ready.into());
    body.insert("missing_images".to_owned(), readiness.missing_images.into_iter().collect());
    if let Some(details) = readiness.details {
        body.insert("details".to_owned(), details);
    }
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    json_of(status, &Value::Object(body))
}

/// The catalogue that is served now.
#[derive(Serialize, ToSchema)]
#[schema(as = Reloaded)]
struct ReloadAccepted {
    /// The digest of its responses: another catalogue has another.
    digest: String,
    /// The number of start-points.
    start_points: usize,
}

/// Why the previous catalogue is still served.
#[derive(Serialize, ToSchema)]
#[schema(as = Refused)]
struct ReloadRefused {
    /// What is wrong.
    error: String,
    /// The report on the new catalogue, version 1, if its check found errors.
    #[schema(value_type = Option<Object>)]
    report: Option<Box<RawValue>>,
}

/// Reads the catalogue again; one without errors is served from the next request on
#[utoipa::path(
    post,
    path = "/v1/reload",
    security(("token" = [])),
    responses(
        (status = 200, description = "The new catalogue is served", body = ReloadAccepted),
        (status = 401, description = "The token is missing or wrong", body = V1Error),
        (status = 403, description = "This service has no token, and reloads on SIGHUP only", body = V1Error),
        (status = 422, description = "The new catalogue cannot be served; the previous one still is", body = ReloadRefused),
    ),
)]
pub(super) async fn reload(State(shared): State<Shared>, headers: HeaderMap) -> Response<Body> {
    let Some(token) = &shared.settings.reload_token else {
        let error = V1Error::new(StatusCode::FORBIDDEN, "this service has no reload token");
        return error.hint("start it with START_POINTS_RELOAD_TOKEN, or send it SIGHUP").into_response();
    };
    if !has_token(token, &headers) {
        let error = V1Error::new(StatusCode::UNAUTHORIZED, "the reload token is missing or wrong");
        let mut response = error.hint("send `authorization: Bearer TOKEN`").into_response();
        response.headers_mut().insert(WWW_AUTHENTICATE, const { HeaderValue::from_static("Bearer") });
        return response;
    }
    match shared.reload().await {
        Ok(info) => {
            let accepted = ReloadAccepted { digest: info.digest, start_points: info.start_points };
            json_of(StatusCode::OK, &accepted)
        }
        Err(error) => json_of(StatusCode::UNPROCESSABLE_ENTITY, &refusal(&error)),
    }
}

/// Compares in constant time, so that the time does not reveal how much of a guess is right.
fn has_token(token: &str, headers: &HeaderMap) -> bool {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    given.is_some_and(|given| given.ct_eq(token.as_bytes()).into())
}

fn refusal(error: &ReloadError) -> ReloadRefused {
    let report = match error {
        ReloadError::Catalogue(LoadError::Faults(faults)) => {
            RawValue::from_string(render::json(&faults.report, &faults.sources)).ok()
        }
        _ => None,
    };
    ReloadRefused { error: error.to_string(), report }
}
