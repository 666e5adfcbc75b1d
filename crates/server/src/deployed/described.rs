//! The deployed API in OpenAPI's words: it takes any method; here each path is told with the one that fits it.

#![expect(dead_code, reason = "what these describe, one function answers")]

use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

/// Today's paths.
#[derive(OpenApi)]
#[openapi(paths(alive, ready, sha, names, image_names, manifests, manifest))]
pub(crate) struct Described;

/// Why a request failed, as the deployed service says it.
#[derive(ToSchema)]
struct Failed {
    exception: Raised,
}

#[derive(ToSchema)]
struct Raised {
    /// The path, without its first slash
    path: String,
    /// The body, as it came
    body: String,
    /// A class of Ruby's
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

/// Which one
#[derive(Deserialize, ToSchema)]
struct Asked {
    /// Its name, or its display name
    name: String,
}

/// Whether the process runs
#[utoipa::path(get, path = "/alive", tag = "deployed", responses((status = 200, description = "It does", body = Alive)))]
fn alive() {}

/// Whether the service may be used; /v1/ready says it by its status too
#[utoipa::path(get, path = "/ready", tag = "deployed", responses((status = 200, description = "Whether it may", body = Ready)))]
fn ready() {}

/// What the service was told to say of its commit
#[utoipa::path(get, path = "/sha", tag = "deployed", responses((status = 200, description = "The commit", body = Sha)))]
fn sha() {}

/// The names of what is offered, sorted by their bytes
#[utoipa::path(get, path = "/names", tag = "deployed", responses((status = 200, description = "The names", body = Names)))]
fn names() {}

/// The images that start-points name, sorted, each once
#[utoipa::path(get, path = "/image_names", tag = "deployed", responses((status = 200, description = "The images", body = ImageNames)))]
fn image_names() {}

/// Every manifest that is offered
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
        (status = 400, description = "The body is no object", body = Failed),
        (status = 408, description = "The body came too slowly", body = Failed),
        (status = 413, description = "The body is too large", body = Failed),
        (status = 500, description = "The body is no JSON, or names nothing that is offered", body = Failed),
    ),
)]
fn manifest() {}
