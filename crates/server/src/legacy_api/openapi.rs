//! The OpenAPI description of the deployed API. It accepts any method; each path is described with the one that fits.

#![expect(dead_code, reason = "one function responds to all that these describe")]

use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

/// The paths of the deployed API.
#[derive(OpenApi)]
#[openapi(paths(alive, ready, sha, names, image_names, manifests, manifest))]
pub(crate) struct LegacyApi;

/// Why a request failed
#[derive(ToSchema)]
struct Failed {
    exception: Raised,
}

#[derive(ToSchema)]
struct Raised {
    /// The path, without its first slash
    path: String,
    /// The body as received
    body: String,
    /// A Ruby class
    class: String,
    message: String,
}

#[derive(ToSchema)]
struct Alive {
    #[schema(rename = "alive?")]
    alive: bool,
}

#[derive(ToSchema)]
struct Ready {
    #[schema(rename = "ready?")]
    ready: bool,
}

#[derive(ToSchema)]
struct Sha {
    sha: Option<String>,
}

#[derive(ToSchema)]
struct Names {
    names: Vec<String>,
}

#[derive(ToSchema)]
struct ImageNames {
    image_names: Vec<String>,
}

#[derive(ToSchema)]
struct Manifests {
    manifests: std::collections::BTreeMap<String, serde_json::Map<String, serde_json::Value>>,
}

#[derive(ToSchema)]
struct Manifest {
    manifest: serde_json::Map<String, serde_json::Value>,
}

/// Which manifest
#[derive(Deserialize, ToSchema)]
struct Asked {
    /// Its name, or its display name
    name: String,
}

/// Whether the process runs
#[utoipa::path(get, path = "/alive", tag = "deployed", responses((status = 200, description = "It runs", body = Alive)))]
fn alive() {}

/// Whether the service is ready; /v1/ready also says so by its status
#[utoipa::path(get, path = "/ready", tag = "deployed", responses((status = 200, description = "Whether it is ready", body = Ready)))]
fn ready() {}

/// The commit that the service was configured to report
#[utoipa::path(get, path = "/sha", tag = "deployed", responses((status = 200, description = "The commit", body = Sha)))]
fn sha() {}

/// The names of the start-points, sorted by their bytes
#[utoipa::path(get, path = "/names", tag = "deployed", responses((status = 200, description = "The names", body = Names)))]
fn names() {}

/// The images that start-points name, sorted, without duplicates
#[utoipa::path(get, path = "/image_names", tag = "deployed", responses((status = 200, description = "The images", body = ImageNames)))]
fn image_names() {}

/// Every manifest
#[utoipa::path(get, path = "/manifests", tag = "deployed", responses((status = 200, description = "By name", body = Manifests)))]
fn manifests() {}

/// One manifest
#[utoipa::path(
    post,
    path = "/manifest",
    tag = "deployed",
    request_body = Asked,
    responses(
        (status = 200, description = "The manifest", body = Manifest),
        (status = 400, description = "The body is not an object", body = Failed),
        (status = 408, description = "The body arrived too slowly", body = Failed),
        (status = 413, description = "The body is too large", body = Failed),
        (status = 500, description = "The body is not JSON, or has an unknown name", body = Failed),
    ),
)]
fn manifest() {}
