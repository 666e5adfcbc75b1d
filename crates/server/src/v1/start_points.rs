//! The start-points: `GET /v1/start-points`, each with its origin, and `POST /v1/mix`, which makes the manifest of a
//! practice session from a start-point and an exercise.

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::{Request, State};
use http::{HeaderMap, Method, Response, StatusCode};
use serde::{Deserialize, Serialize};
use start_points::files::Files;
use start_points::json::{Document, Node, Value};
use start_points::resolve::{self, Resolved};
use start_points::shown::shown;
use start_points::{Dialect, Kind};
use utoipa::ToSchema;

use super::error::{PathText, V1Error};
use crate::body;
use crate::response::{json, json_with_etag};
use crate::snapshot::Snapshot;
use crate::state::Shared;

/// The start-points on offer.
#[derive(Serialize, ToSchema)]
#[schema(as = StartPoints)]
pub(super) struct StartPointList {
    start_points: Vec<ListedStartPoint>,
}

/// A start-point and its origin.
#[derive(Serialize, ToSchema)]
#[schema(as = StartPoint)]
struct ListedStartPoint {
    /// The name by which it is offered.
    name: String,
    /// The display name in its manifest.
    display_name: String,
    /// The source URL, without secrets.
    url: Option<String>,
    /// The commit, with `-dirty` if the files differ from it.
    sha: Option<String>,
    /// The tag in the source URL.
    tag: Option<String>,
    /// The image with its tag; exercises have none.
    image: Option<String>,
}

/// The start-points on offer, sorted by name
#[utoipa::path(
    get,
    path = "/v1/start-points",
    responses((status = 200, description = "The start-points", body = StartPointList)),
)]
pub(super) async fn list(State(shared): State<Shared>, method: Method, headers: HeaderMap) -> Response<Body> {
    shared.snapshot().start_points.respond(&method, &headers)
}

/// The resolved manifest of a start-point, with `url` and `sha`
#[utoipa::path(
    get,
    path = "/v1/start-points/{name}",
    params(("name" = String, Path, description = "Its name, or its display name")),
    responses(
        (status = 200, description = "The manifest", body = serde_json::Map<String, serde_json::Value>),
        (status = 400, description = "The name is not UTF-8", body = V1Error),
        (status = 404, description = "The name is unknown", body = V1Error),
    ),
)]
pub(super) async fn resolved(
    State(shared): State<Shared>,
    PathText(name): PathText,
    method: Method,
    headers: HeaderMap,
) -> Result<Response<Body>, V1Error> {
    let snapshot = shared.snapshot();
    let found = snapshot.find(&name).ok_or_else(|| unknown_name(&name))?;
    Ok(json_with_etag(&method, &headers, found.etag(), || found.resolved()))
}

fn unknown_name(name: &str) -> V1Error {
    V1Error::new(StatusCode::NOT_FOUND, format!("unknown start-point `{}`", shown(name)))
        .hint("GET /v1/start-points lists the names")
}

/// What to mix. A string names a start-point of this catalogue; an object is a resolved manifest, of another service,
/// say.
#[derive(Deserialize, ToSchema)]
#[schema(as = Mix)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what is read by the engine's parser, which keeps the order of keys")]
struct MixRequest {
    /// A languages or custom start-point
    language: MixPart,
    /// An exercise; without one the start-point stays as it is
    exercise: Option<MixPart>,
}

/// A name, or a resolved manifest
#[derive(Deserialize, ToSchema)]
#[schema(as = Part)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what is read by the engine's parser")]
enum MixPart {
    Name(String),
    Manifest(ResolvedManifest),
}

/// A resolved manifest, as `/v1/start-points/{name}` answers with
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes what is read by the engine's parser")]
struct ResolvedManifest {
    /// The content of each file, by name
    visible_files: serde_json::Map<String, serde_json::Value>,
    /// All other keys
    #[serde(flatten)]
    others: serde_json::Map<String, serde_json::Value>,
}

/// The manifest of a practice session
#[utoipa::path(
    post,
    path = "/v1/mix",
    request_body(content = MixRequest, example = json!({"language": "C (gcc), assert"})),
    responses(
        (status = 200, description = "The manifest", body = serde_json::Map<String, serde_json::Value>),
        (status = 400, description = "The body is not as described", body = V1Error),
        (status = 404, description = "A name in the body is unknown", body = V1Error),
        (status = 408, description = "The body arrived too slowly", body = V1Error),
        (status = 413, description = "The body is too large", body = V1Error),
        (status = 503, description = "The service is busy; `retry-after` says when to retry", body = V1Error),
    ),
)]
pub(super) async fn mix(State(shared): State<Shared>, request: Request) -> Result<Response<Body>, V1Error> {
    let limits = &shared.settings.limits;
    let bytes = body::read(request, limits.mix_bytes, limits).await?;
    let snapshot = shared.snapshot();
    let mixed = shared.work.run(move || mixed(&bytes, &snapshot)).await??;
    Ok(json(StatusCode::OK, mixed))
}

const MIX_KEYS: [&str; 2] = ["language", "exercise"];

fn mixed(bytes: &[u8], snapshot: &Snapshot) -> Result<String, V1Error> {
    let document =
        Document::parse(bytes).map_err(|error| bad_mix(format!("the body is not JSON: {error}")))?;
    let root = document.root();
    if let Some(member) = root.members().iter().find(|member| !MIX_KEYS.contains(&member.key.as_ref())) {
        return Err(bad_mix(format!("unknown key `{}`", shown(&member.key))));
    }
    let language =
        part_text(&document, "language", snapshot)?.ok_or_else(|| bad_mix("`language` is missing"))?;
    let exercise = part_text(&document, "exercise", snapshot)?;
    let language = parse_part(&language, "language")?;
    let exercise = exercise.as_deref().map(|text| parse_part(text, "exercise")).transpose()?;
    let files = Files::new();
    let language = resolve_part(&language, &files, Kind::Languages, "language")?;
    let exercise = exercise
        .as_ref()
        .map(|document| resolve_part(document, &files, Kind::Exercises, "exercise"))
        .transpose()?;
    Ok(resolve::mix(&language, exercise.as_ref()).node().to_string())
}

/// The JSON of a resolved manifest: of this catalogue, by its name, or in the body itself.
fn part_text<'a>(
    document: &Document<'a>,
    key: &str,
    snapshot: &Snapshot,
) -> Result<Option<Cow<'a, [u8]>>, V1Error> {
    let Some(node) = document.root().get(key).filter(|node| !node.is_null()) else { return Ok(None) };
    Ok(Some(node_text(document, node, key, snapshot)?))
}

fn node_text<'a>(
    document: &Document<'a>,
    node: &Node<'_>,
    key: &str,
    snapshot: &Snapshot,
) -> Result<Cow<'a, [u8]>, V1Error> {
    match &node.value {
        Value::String(name) => {
            let found = snapshot.find(name).ok_or_else(|| unknown_name(name))?;
            Ok(Cow::Owned(found.resolved().into()))
        }
        Value::Object(_) => Ok(Cow::Borrowed(document.slice(node.span).as_bytes())),
        _ => Err(bad_mix(format!("`{key}` is neither a name nor a manifest"))),
    }
}

fn parse_part<'a>(text: &'a [u8], key: &str) -> Result<Document<'a>, V1Error> {
    let document = Document::parse(text).map_err(|error| bad_mix(format!("`{key}` is not JSON: {error}")))?;
    let files = document.root().get("visible_files");
    if files.is_none_or(|files| files.as_object().is_none()) {
        return Err(bad_mix(format!("`{key}` is not a resolved manifest: `visible_files` is missing")));
    }
    Ok(document)
}

fn resolve_part<'a>(
    document: &'a Document<'a>,
    files: &'a Files,
    kind: Kind,
    key: &str,
) -> Result<Resolved<'a>, V1Error> {
    resolve::resolve(document, files, kind, Dialect::Pinned, None, None, None)
        .map_err(|error| bad_mix(format!("`{key}`: {error}")))
}

fn bad_mix(error: impl Into<String>) -> V1Error {
    V1Error::bad_request(error)
        .hint("`language` and `exercise` are each a name of this catalogue or a resolved manifest")
}
