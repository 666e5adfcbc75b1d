//! What answers which path.

use std::any::Any;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::any;
use http::header::{ACCEPT, CONTENT_TYPE, ETAG};
use http::{HeaderValue, Method, StatusCode};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa::OpenApi as _;

use super::Shared;
use crate::error::StartError;
use crate::page::{self, Page};
use crate::settings::Settings;
use crate::v1::Failure;
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
    unbroken(router)
}

/// A handler that panics answers 500, and the service goes on.
fn unbroken(router: Router) -> Router {
    router.layer(CatchPanicLayer::custom(|_: Box<dyn Any + Send>| {
        tracing::error!("a request ended in a panic: this is a fault of start-points, please report it");
        let failure =
            Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "this request found a fault of start-points");
        failure.hint("please report it with the request").into_response()
    }))
}

// With `panic = "abort"` nothing could be caught: one panic would end the service for everybody.
const _: () = assert!(cfg!(panic = "unwind"), "the service is built with unwinding panics");

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

    use axum::routing::get;
    use http::header::CONTENT_TYPE;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_one_answer_and_not_the_end() {
        async fn faulty() -> &'static str {
            panic!("a fault")
        }
        let router = unbroken(Router::new().route("/", get(faulty)));
        for _ in 0..2 {
            let asked = Request::builder().uri("/").body(axum::body::Body::empty()).unwrap();
            let response = router.clone().oneshot(asked).await.unwrap();
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        }
    }
}
