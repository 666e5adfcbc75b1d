//! The API of the deployed service, answer for answer: any method, with a JSON body on any of them, and a response to
//! every path.

mod arguments;
pub(crate) mod error;

use axum::body::Body;
use axum::extract::{Request, State};
use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};
use start_points::json::quoted;

use crate::body;
use crate::response::{json, json_with_etag, uncharged};
use crate::snapshot::Snapshot;
use crate::state::Shared;

use arguments::Arguments;
#[cfg(any(test, fuzzing))]
pub use arguments::fuzzing;
use error::{LegacyError, body_refused};

/// Responds to every request that no other route takes.
pub(crate) async fn dispatch(State(shared): State<Shared>, request: Request) -> Response<Body> {
    let (uri, method, headers) = (request.uri().clone(), request.method().clone(), request.headers().clone());
    let path = uri.path().strip_prefix('/').unwrap_or(uri.path());
    let limits = &shared.settings.limits;
    let body = match body::read(request, limits.arguments_bytes, limits).await {
        Ok(body) => body,
        Err(error) => return body_refused(path, error),
    };
    let snapshot = shared.snapshot();
    let call = LegacyCall { path, body: &body, method: &method, headers: &headers };
    match call.respond(&shared, &snapshot) {
        Ok(response) => response,
        Err(error) => json(error.status(), error.json(path, &body)),
    }
}

/// A request with its body.
struct LegacyCall<'a> {
    path: &'a str,
    body: &'a Bytes,
    method: &'a Method,
    headers: &'a HeaderMap,
}

impl LegacyCall<'_> {
    fn respond(&self, shared: &Shared, snapshot: &Snapshot) -> Result<Response<Body>, LegacyError> {
        let arguments = Arguments::parse(self.body)?;
        Ok(match self.path {
            "alive" => probe("alive", true),
            "ready" => probe("ready", shared.is_ready()),
            "sha" => sha(shared.settings.sha.as_deref()),
            "names" => snapshot.names.respond(self.method, self.headers),
            "image_names" => snapshot.image_names.respond(self.method, self.headers),
            "manifests" => snapshot.manifests.respond(self.method, self.headers),
            "manifest" => self.manifest(snapshot, &arguments)?,
            _ => return Err(LegacyError::malformed()),
        })
    }

    fn manifest(&self, snapshot: &Snapshot, arguments: &Arguments) -> Result<Response<Body>, LegacyError> {
        let name = arguments.name()?;
        let found = snapshot.find(name).ok_or_else(|| LegacyError::unknown_name(name))?;
        let response = json_with_etag(self.method, self.headers, found.etag(), || found.legacy_manifest());
        Ok(uncharged(response))
    }
}

/// `{"alive?":true}`
fn probe(question: &str, value: bool) -> Response<Body> {
    json(StatusCode::OK, format!("{{\"{question}?\":{value}}}"))
}

fn sha(sha: Option<&str>) -> Response<Body> {
    json(StatusCode::OK, format!("{{\"sha\":{}}}", sha.map_or_else(|| "null".to_owned(), quoted)))
}

#[expect(dead_code, reason = "one function responds to all that these describe")]
pub(crate) mod openapi {
    use serde::Deserialize;
    use utoipa::{OpenApi, ToSchema};

    /// The OpenAPI description of the deployed API. It accepts any method; each path is described with the one that fits.
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
}
