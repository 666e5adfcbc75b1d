//! `/v1/gate`: may images run.

use std::sync::Arc;

use axum::extract::{Request, State};
use http::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use start_points::ImageName;
use start_points::shown::shown;
use start_points_gate::answer_json;
use utoipa::ToSchema;

use super::failure::Failure;
use crate::body::{self, Body, json};
use crate::gate::{Gate, Named};
use crate::serve::Shared;

/// The most images of one request.
const MOST: usize = 200;

/// The images in question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Their names
    #[schema(min_items = 1, max_items = 200)]
    images: Vec<String>,
}

/// What is decided.
#[derive(Serialize, ToSchema)]
pub(super) struct Answered {
    /// 1
    version: u32,
    /// The strictest of the decisions, and `unknown` where there are failures: `allow`, `warn`, `unknown` or `deny`
    verdict: String,
    /// Each as docs/gate.md says, in the order of the images
    decisions: Vec<serde_json::Map<String, serde_json::Value>>,
    /// The images whose registries did not say what is needed
    failures: Vec<Unknown>,
}

/// An image about which nothing could be decided.
#[derive(Serialize, ToSchema)]
struct Unknown {
    image: String,
    message: String,
    hint: Option<String>,
}

/// The decisions about every image that the catalogue names
#[utoipa::path(
    get,
    path = "/v1/gate",
    responses(
        (status = 200, description = "What is decided", body = Answered),
        (status = 404, description = "This service has no gate", body = Failure),
        (status = 503, description = "The service is being stopped", body = Failure),
    ),
)]
pub(super) async fn all(State(shared): State<Shared>) -> Result<Response<Body>, Failure> {
    let gate = gate(&shared)?;
    let answers = shared.answers();
    let names = answers.catalogue.image_names();
    let images = names.iter().filter_map(|name| name.parse().ok()).collect();
    answer(gate, Named::new(names), images).await
}

/// The decisions about some images; only those of the catalogue's repositories are asked about
#[utoipa::path(
    post,
    path = "/v1/gate",
    request_body(content = Asked, example = json!({"images": ["example/gcc:384f486"]})),
    responses(
        (status = 200, description = "What is decided", body = Answered),
        (status = 400, description = "A body that names no images", body = Failure),
        (status = 404, description = "This service has no gate", body = Failure),
        (status = 408, description = "The body came too slowly", body = Failure),
        (status = 413, description = "The body is too large", body = Failure),
        (status = 503, description = "The service is being stopped", body = Failure),
    ),
)]
pub(super) async fn some(State(shared): State<Shared>, request: Request) -> Result<Response<Body>, Failure> {
    let gate = gate(&shared)?;
    let bytes = body::read(request, shared.settings.limits.body_bytes, &shared.settings.limits).await?;
    let wrong = |error: String| Failure::new(StatusCode::BAD_REQUEST, error);
    let asked: Asked = serde_json::from_slice(&bytes).map_err(|error| {
        wrong(shown(&error.to_string()).into_owned()).hint("send `{\"images\": [\"example/gcc:384f486\"]}`")
    })?;
    if asked.images.is_empty() {
        return Err(wrong("no image is named".to_owned()));
    }
    if asked.images.len() > MOST {
        return Err(wrong(format!("more than {MOST} images")));
    }
    let read = |name: &String| {
        ImageName::parse(name).map_err(|error| {
            let failure = wrong(format!("`{}`: {error}", shown(name)));
            match error.hint() {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        })
    };
    let images = asked.images.iter().map(read).collect::<Result<_, _>>()?;
    answer(gate, Named::new(shared.answers().catalogue.image_names()), images).await
}

/// The gate, where the service has one.
fn gate(shared: &Shared) -> Result<Arc<Gate>, Failure> {
    let missing =
        || Failure::new(StatusCode::NOT_FOUND, "this service has no gate").hint("start it with `--gate`");
    shared.gate.clone().ok_or_else(missing)
}

async fn answer(gate: Arc<Gate>, named: Named, images: Vec<ImageName>) -> Result<Response<Body>, Failure> {
    let stopped = || Failure::new(StatusCode::SERVICE_UNAVAILABLE, "the service is being stopped");
    let turns = Arc::clone(&gate);
    let _turn = turns.turns().acquire().await.map_err(|_| stopped())?;
    let decided = tokio::task::spawn_blocking(move || gate.decide(&images, &named));
    let decided: Vec<_> =
        decided.await.map_err(|_| stopped())?.into_iter().map(|(decided, _)| decided).collect();
    Ok(json(StatusCode::OK, answer_json(&decided)))
}
