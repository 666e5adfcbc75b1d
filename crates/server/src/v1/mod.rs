//! `/v1/`: the deployed API's data with where it comes from, mixing, checking, readiness and reload.

mod check;
mod failure;
mod gate;
mod mix;
mod ready;
mod reload;
mod shas;
mod shortened;
mod start_points;

use ::start_points::shown::shown;
use http::{Method, StatusCode, Uri};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::serve::Shared;

pub(crate) use failure::Failure;

#[derive(utoipa::OpenApi)]
#[openapi(info(title = "start-points", description = "A catalogue of cyber-dojo start-points."))]
struct Description;

/// Every route with its description. A new one needs its handler in the list, and nothing else.
pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(start_points::list))
        .routes(routes!(start_points::one))
        .routes(routes!(mix::mix))
        .routes(routes!(check::check))
        .routes(routes!(ready::ready))
        .routes(routes!(gate::all, gate::some))
        .routes(routes!(shas::shas))
        .routes(routes!(reload::reload))
}

/// A path of `/v1/` that is none.
pub(crate) async fn missing(uri: Uri) -> Failure {
    let path = shown(uri.path());
    Failure::new(StatusCode::NOT_FOUND, format!("nothing is at `{path}`"))
        .hint("GET /openapi.json says what there is")
}

/// A method that a path does not take.
pub(crate) async fn wrong_method(method: Method, uri: Uri) -> Failure {
    let path = shown(uri.path());
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, format!("`{path}` takes no {method}"))
        .hint("GET /openapi.json says what it takes")
}
