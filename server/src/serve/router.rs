//! What answers which path.

use axum::Router;
use http::HeaderValue;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::Shared;
use crate::error::StartError;
use crate::settings::Settings;
use crate::{deployed, openapi, shas, v1};

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

/// Every route; what none of them takes the deployed API answers.
pub(super) fn router(shared: Shared, origins: Vec<HeaderValue>) -> Router {
    let (routes, described) = v1::routes().split_for_parts();
    let router = routes
        .merge(openapi::route(described))
        .merge(shas::routes())
        .fallback(deployed::dispatch)
        .with_state(shared);
    if origins.is_empty() {
        return router;
    }
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([http::Method::GET, http::Method::POST])
        .allow_headers([http::header::CONTENT_TYPE])
        .expose_headers([http::header::ETAG]);
    router.layer(cors)
}
