//! `POST /v1/mix`: a start-point and an exercise become the manifest of a practice session.

use std::borrow::Cow;

use axum::extract::{Request, State};
use http::{Response, StatusCode};
use serde::Deserialize;
use start_points::files::Files;
use start_points::json::{Document, Node, Value};
use start_points::resolve::{self, Resolved};
use start_points::{Dialect, Kind};
use utoipa::ToSchema;

use super::failure::Failure;
use super::start_points::unknown;
use crate::answers::Answers;
use crate::body::{self, Body, json};
use crate::serve::Shared;

/// What is mixed. A text names a start-point of this catalogue; an object is a resolved manifest, such as another
/// service answers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what is read by the engine's parser, which keeps the order of keys")]
struct Mix {
    /// A languages or custom start-point
    language: Part,
    /// An exercise; without one the start-point stays as it is
    exercise: Option<Part>,
}

/// A name, or a resolved manifest
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what is read by the engine's parser")]
enum Part {
    Name(String),
    Manifest(ResolvedManifest),
}

/// A manifest as a service answers it
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes what is read by the engine's parser")]
struct ResolvedManifest {
    /// By name, the content of each
    visible_files: serde_json::Map<String, serde_json::Value>,
    /// Every other key
    #[serde(flatten)]
    others: serde_json::Map<String, serde_json::Value>,
}

/// The manifest of the practice session
#[utoipa::path(
    post,
    path = "/v1/mix",
    request_body(content = Mix, example = json!({"language": "C (gcc), assert"})),
    responses(
        (status = 200, description = "The manifest", body = serde_json::Map<String, serde_json::Value>),
        (status = 400, description = "A body that says no such thing", body = Failure),
        (status = 404, description = "Nothing is offered by a name in it", body = Failure),
        (status = 408, description = "The body came too slowly", body = Failure),
        (status = 413, description = "The body is too large", body = Failure),
        (status = 503, description = "Too much is in flight; `retry-after` says when to come again", body = Failure),
    ),
)]
pub(super) async fn mix(State(shared): State<Shared>, request: Request) -> Result<Response<Body>, Failure> {
    let limits = &shared.settings.limits;
    let bytes = body::read(request, limits.mix_bytes, limits).await?;
    let answers = shared.answers();
    let mixed = shared.work.run(move || mixed(&bytes, &answers)).await??;
    Ok(json(StatusCode::OK, mixed))
}

fn mixed(bytes: &[u8], answers: &Answers) -> Result<String, Failure> {
    let document = Document::parse(bytes).map_err(|error| wrong(format!("the body is no JSON: {error}")))?;
    let root = document.root();
    if let Some(member) = root.members().iter().find(|member| !KEYS.contains(&member.key.as_ref())) {
        return Err(wrong(format!("unknown key `{}`", start_points::shown::shown(&member.key))));
    }
    let part =
        |key| root.get(key).filter(|node| !node.is_null()).map(|node| text(&document, node, key, answers));
    let language = part("language").ok_or_else(|| wrong("no `language`"))??;
    let exercise = part("exercise").transpose()?;
    let language = parsed(&language, "language")?;
    let exercise = exercise.as_deref().map(|text| parsed(text, "exercise")).transpose()?;
    let files = Files::new();
    let language = resolved(&language, &files, Kind::Languages, "language")?;
    let exercise =
        exercise.as_ref().map(|read| resolved(read, &files, Kind::Exercises, "exercise")).transpose()?;
    Ok(resolve::mix(&language, exercise.as_ref()).node().to_string())
}

const KEYS: [&str; 2] = ["language", "exercise"];

/// The JSON of a resolved manifest: one of ours by its name, or what stands in the body.
fn text<'a>(
    document: &Document<'a>,
    node: &Node<'_>,
    key: &str,
    answers: &Answers,
) -> Result<Cow<'a, [u8]>, Failure> {
    match &node.value {
        Value::String(name) => {
            answers.find(name).map(|found| Cow::Owned(found.resolved().into())).ok_or_else(|| unknown(name))
        }
        Value::Object(_) => Ok(Cow::Borrowed(document.slice(node.span).as_bytes())),
        _ => Err(wrong(format!("`{key}` is neither a name nor a manifest"))),
    }
}

fn parsed<'a>(text: &'a [u8], key: &str) -> Result<Document<'a>, Failure> {
    let document = Document::parse(text).map_err(|error| wrong(format!("`{key}` is no JSON: {error}")))?;
    let files = document.root().get("visible_files");
    if files.is_none_or(|files| files.as_object().is_none()) {
        return Err(wrong(format!("`{key}` is no resolved manifest: it has no `visible_files`")));
    }
    Ok(document)
}

fn resolved<'a>(
    document: &Document<'a>,
    files: &'a Files,
    kind: Kind,
    key: &str,
) -> Result<Resolved<'a>, Failure> {
    resolve::resolve(document, files, kind, Dialect::Pinned, None, None, None)
        .map_err(|error| wrong(format!("`{key}`: {error}")))
}

fn wrong(error: impl Into<String>) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, error)
        .hint("`language` and `exercise` are each a name of this catalogue, or a resolved manifest")
}
