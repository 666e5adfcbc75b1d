//! The deployed API, answer for answer: any method, a JSON body on any of them, whatever the path.

mod arguments;
mod described;
mod exception;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod ruby_json;

use axum::extract::{Request, State as Extract};
use bytes::Bytes;
use http::header::{CONNECTION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use start_points::json::quoted;

use crate::answers::Answers;
use crate::body::{self, Body, BodyError, json};
use crate::prepared;
use crate::serve::Shared;

use arguments::Arguments;
pub(crate) use described::Described;
use exception::Exception;

/// Answers any request that nothing else answers.
pub(crate) async fn dispatch(Extract(shared): Extract<Shared>, request: Request) -> Response<Body> {
    let (uri, method, headers) = (request.uri().clone(), request.method().clone(), request.headers().clone());
    let path = uri.path().strip_prefix('/').unwrap_or(uri.path());
    let limits = &shared.settings.limits;
    let body = match body::read(request, limits.arguments_bytes, limits).await {
        Ok(body) => body,
        Err(error) => return not_taken(path, error),
    };
    let answers = shared.answers();
    let called = Called { path, body: &body, method: &method, headers: &headers };
    match called.answer(&shared, &answers) {
        Ok(response) => response,
        Err(exception) => json(exception.status(), exception.json(path, &body)),
    }
}

/// A request whose body is there.
struct Called<'a> {
    path: &'a str,
    body: &'a Bytes,
    method: &'a Method,
    headers: &'a HeaderMap,
}

impl Called<'_> {
    fn answer(&self, shared: &Shared, answers: &Answers) -> Result<Response<Body>, Exception> {
        let arguments = Arguments::parse(self.body)?;
        let prepared = |prepared: &prepared::Prepared| Ok(prepared.answer(self.method, self.headers));
        match self.path {
            "alive" => Ok(probe("alive", true)),
            "ready" => Ok(probe("ready", shared.is_ready())),
            "sha" => Ok(json(StatusCode::OK, sha(shared.settings.sha.as_deref()))),
            "names" => prepared(&answers.names),
            "image_names" => prepared(&answers.image_names),
            "manifests" => prepared(&answers.manifests),
            "manifest" => self.manifest(answers, &arguments),
            _ => Err(Exception::malformed()),
        }
    }

    fn manifest(&self, answers: &Answers, arguments: &Arguments) -> Result<Response<Body>, Exception> {
        let name = arguments.name()?;
        let found = answers.find(name).ok_or_else(|| Exception::unknown(name))?;
        let response = prepared::made_now(self.method, self.headers, found.etag(), || found.manifest());
        Ok(body::kept(response))
    }
}

/// `{"alive?":true}`
fn probe(what: &str, value: bool) -> Response<Body> {
    json(StatusCode::OK, format!("{{\"{what}?\":{value}}}"))
}

fn sha(sha: Option<&str>) -> String {
    format!("{{\"sha\":{}}}", sha.map_or_else(|| "null".to_owned(), quoted))
}

/// The deployed service has no limits: these answers are ours, in its form.
fn not_taken(path: &str, error: BodyError) -> Response<Body> {
    let mut response = refused(path, error.status(), &error.to_string());
    // What is left of the body is not waited for.
    response.headers_mut().insert(CONNECTION, const { HeaderValue::from_static("close") });
    response
}

/// A request that was not answered, whatever it asked for.
pub(crate) fn refused(path: &str, status: StatusCode, message: &str) -> Response<Body> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut response = json(status, Exception::refused(message.to_owned()).json(path, b""));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, const { HeaderValue::from_static("1") });
    }
    response
}
