//! `/v1/`: the start-points with their origins, mixing, checking, the gate, readiness and reload.

mod check;
pub(crate) mod error;
mod gate;
mod operations;
mod start_points;

use ::start_points::shown::shown;
use http::{Method, StatusCode, Uri};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::shas;
use crate::state::Shared;
use error::V1Error;

#[derive(utoipa::OpenApi)]
#[openapi(info(title = "start-points", description = "A catalogue of cyber-dojo start-points."))]
struct V1Api;

/// Every route with its description. A new route needs its handler in this list, and nothing else.
pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(V1Api::openapi())
        .routes(routes!(start_points::list))
        .routes(routes!(start_points::resolved))
        .routes(routes!(start_points::mix))
        .routes(routes!(check::check))
        .routes(routes!(operations::ready))
        .routes(routes!(gate::decide_all, gate::decide_named))
        .routes(routes!(shas::json))
        .routes(routes!(operations::reload))
}

/// The response to an unknown path below `/v1/`.
pub(crate) async fn not_found(uri: Uri) -> V1Error {
    let path = shown(uri.path());
    V1Error::new(StatusCode::NOT_FOUND, format!("unknown path `{path}`"))
        .hint("GET /openapi.json describes all paths")
}

/// The response to a method that a path does not support.
pub(crate) async fn method_not_allowed(method: Method, uri: Uri) -> V1Error {
    let path = shown(uri.path());
    V1Error::new(StatusCode::METHOD_NOT_ALLOWED, format!("`{path}` does not support {method}"))
        .hint("GET /openapi.json describes the methods of all paths")
}
