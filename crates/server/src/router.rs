//! The routes: which handler responds to which path.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{any, get};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue, Method};
use start_points::shown;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use crate::error::StartError;
use crate::legacy_api::openapi::LegacyApi;
use crate::metrics;
use crate::response::StaticResponse;
use crate::settings::ServerSettings;
use crate::setup_page::{self, SetupPage};
use crate::state::Shared;
use crate::{legacy_api, shas, v1};

/// Every route. The deployed API responds to all other paths.
pub(crate) fn router(shared: Shared, page: SetupPage, origins: Vec<HeaderValue>) -> Router {
    let (routes, v1_description) = v1::routes().split_for_parts();
    let mut router = routes
        .route("/v1/", any(v1::not_found))
        .route("/v1/{*path}", any(v1::not_found))
        .route("/", any(index))
        .merge(description(v1_description.merge_from(LegacyApi::openapi())))
        .merge(setup_page::routes(page))
        .merge(shas::routes());
    if shared.metrics.is_some() {
        router = router.route("/metrics", get(metrics_text));
    }
    let mut router = router
        .method_not_allowed_fallback(v1::method_not_allowed)
        .fallback(legacy_api::dispatch)
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

/// The allowed origins, parsed: <https://www.rfc-editor.org/rfc/rfc6454#section-6.2>.
pub(crate) fn origins(settings: &ServerSettings) -> Result<Vec<HeaderValue>, StartError> {
    settings.origins.iter().map(|origin| parse_origin(origin)).collect()
}

fn parse_origin(origin: &str) -> Result<HeaderValue, StartError> {
    let is_origin = origin.split_once("://").is_some_and(|(scheme, host)| {
        matches!(scheme, "http" | "https") && !host.is_empty() && !host.contains(['/', '?', '#', '*', ' '])
    });
    let value = HeaderValue::try_from(origin).ok().filter(|_| is_origin);
    value.ok_or_else(|| StartError::Origin(shown::shown(origin).into_owned()))
}

/// Sends browsers to the set-up page. For all other clients `/` is unknown, as in the deployed service.
async fn index(shared: State<Shared>, request: Request) -> Response {
    let accepted = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let is_browser = accepted.is_some_and(|accepted| accepted.contains("text/html"));
    if is_browser && request.method() == Method::GET {
        Redirect::temporary(setup_page::PATH).into_response()
    } else {
        legacy_api::dispatch(shared, request).await
    }
}

/// `/openapi.json`: the description of all routes, generated from the code.
fn description(openapi: OpenApi) -> Router<Shared> {
    // utoipa's types always serialize; if they did not, the description would be empty.
    let json = openapi.to_json().unwrap_or_else(|_| "{}".to_owned());
    let response = StaticResponse::new(shown::json(json));
    response.compress();
    let response = Arc::new(response);
    Router::new().route(
        "/openapi.json",
        get(async move |method: Method, headers: HeaderMap| response.respond(&method, &headers)),
    )
}

/// `/metrics`
async fn metrics_text(State(shared): State<Shared>) -> Response {
    let start_points = shared.catalogue_info().borrow().start_points;
    let budget = shared.connections.budget();
    let text = shared.metrics.as_ref().map(|metrics| metrics.text(start_points, shared.is_ready(), budget));
    let mut response = Response::new(Body::from(text.unwrap_or_default()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, const { HeaderValue::from_static(metrics::MEDIA_TYPE) });
    headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
    response
}
