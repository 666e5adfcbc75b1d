//! The API of the deployed service, answer for answer: any method, with a JSON body on any of them, and a response to
//! every path.

mod arguments;
pub(crate) mod error;
pub(crate) mod openapi;

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
