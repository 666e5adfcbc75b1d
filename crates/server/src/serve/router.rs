//! What answers which path.

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::any;
use http::header::{ACCEPT, CONTENT_TYPE, ETAG};
use http::{HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa::OpenApi as _;

use super::Shared;
use crate::error::StartError;
use crate::page::{self, Page};
use crate::settings::Settings;
use crate::{deployed, metrics, openapi, shas, v1};

/// Origins that were read.
pub(super) fn origins(settings: &Settings) -> Result<Vec<HeaderValue>, StartError> {
    let read = |origin: &String| {
        let is_origin = origin.split_once("://").is_some_and(|(scheme, host)| {
            matches!(scheme, "http" | "https")
                && !host.is_empty()
                && !host.contains(['/', '?', '#', '*', ' '])
        });
        let value = HeaderValue::try_from(origin).ok().filter(|_| is_origin);
        value.ok_or_else(|| StartError::Origin(start_points::shown::shown(origin).into_owned()))
    };
    settings.origins.iter().map(read).collect()
}

/// Browsers are shown the set-up page; to everybody else the path is none, as it is deployed.
async fn index(shared: State<Shared>, request: Request) -> Response {
    let accepted = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let is_browser = accepted.is_some_and(|accepted| accepted.contains("text/html"));
    match is_browser && request.method() == Method::GET {
        true => Redirect::temporary(page::AT).into_response(),
        false => deployed::dispatch(shared, request).await,
    }
}

/// Every route; what none of them takes the deployed API answers.
pub(super) fn router(shared: Shared, page: Page, origins: Vec<HeaderValue>) -> Router {
    let (routes, described) = v1::routes().split_for_parts();
    let mut router = routes
        .route("/v1/", any(v1::missing))
        .route("/v1/{*path}", any(v1::missing))
        .route("/", any(index))
        .merge(openapi::route(deployed::Described::openapi(), described))
        .merge(page::routes(page))
        .merge(shas::routes())
        .merge(metrics::route(&shared))
        .method_not_allowed_fallback(v1::wrong_method)
        .fallback(deployed::dispatch)
        .with_state(shared);
    if !origins.is_empty() {
        router = router.layer(
            CorsLayer::new()
                .allow_origin(AllowOrigin::list(origins))
                .allow_methods([Method::GET, Method::POST])
                .allow_headers([CONTENT_TYPE])
                .expose_headers([ETAG]),
        );
    }
    router
}
