//! `/v1/gate`: decides whether images may run.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use http::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use start_points::ImageName;
use start_points::shown::shown;
use start_points_gate::answer_json;
use utoipa::ToSchema;

use super::error::V1Error;
use crate::body;
use crate::gate::{CatalogueImages, Gate};
use crate::response::json;
use crate::state::Shared;

/// The most images of one request.
const MAX_IMAGES: usize = 200;

/// The images to decide about.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Asked)]
#[serde(deny_unknown_fields)]
pub(super) struct GateRequest {
    /// Their names
    #[schema(min_items = 1, max_items = 200)]
    images: Vec<String>,
}

/// The decisions.
#[derive(Serialize, ToSchema)]
#[schema(as = Answered)]
pub(super) struct GateResponse {
    /// 1
    version: u32,
    /// The strictest of the decisions, or `unknown` if there are failures: `allow`, `warn`, `unknown` or `deny`
    verdict: String,
    /// Each as in docs/gate.md, in the order of the images
    decisions: Vec<serde_json::Map<String, serde_json::Value>>,
    /// The images whose registries did not provide what is needed
    failures: Vec<GateFailure>,
}

/// An image about which nothing could be decided.
#[derive(Serialize, ToSchema)]
#[schema(as = Unknown)]
struct GateFailure {
    image: String,
    message: String,
    hint: Option<String>,
}

/// The decisions about every image that the catalogue names
#[utoipa::path(
    get,
    path = "/v1/gate",
    responses(
        (status = 200, description = "The decisions", body = GateResponse),
        (status = 404, description = "This service has no gate", body = V1Error),
        (status = 503, description = "The service is shutting down", body = V1Error),
    ),
)]
pub(super) async fn decide_all(State(shared): State<Shared>) -> Result<Response<Body>, V1Error> {
    let gate = gate_of(&shared)?;
    let snapshot = shared.snapshot();
    let names = snapshot.catalogue.image_names();
    let images = names.iter().filter_map(|name| name.parse().ok()).collect();
    decide(gate, CatalogueImages::new(names), images).await
}

/// The decisions about some images; only the catalogue's repositories are looked up
#[utoipa::path(
    post,
    path = "/v1/gate",
    request_body(content = GateRequest, example = json!({"images": ["example/gcc:384f486"]})),
    responses(
        (status = 200, description = "The decisions", body = GateResponse),
        (status = 400, description = "The body does not name images", body = V1Error),
        (status = 404, description = "This service has no gate", body = V1Error),
        (status = 408, description = "The body arrived too slowly", body = V1Error),
        (status = 413, description = "The body is too large", body = V1Error),
        (status = 503, description = "The service is busy or shutting down", body = V1Error),
    ),
)]
pub(super) async fn decide_named(
    State(shared): State<Shared>,
    request: Request,
) -> Result<Response<Body>, V1Error> {
    let gate = gate_of(&shared)?;
    let bytes = body::read(request, shared.settings.limits.body_bytes, &shared.settings.limits).await?;
    let named: GateRequest = serde_json::from_slice(&bytes).map_err(|error| {
        V1Error::bad_request(shown(&error.to_string()).into_owned())
            .hint("send `{\"images\": [\"example/gcc:384f486\"]}`")
    })?;
    if named.images.is_empty() {
        return Err(V1Error::bad_request("`images` is empty"));
    }
    if named.images.len() > MAX_IMAGES {
        return Err(V1Error::bad_request(format!("more than {MAX_IMAGES} images")));
    }
    let images = named.images.iter().map(|name| parse_image(name)).collect::<Result<_, _>>()?;
    decide(gate, CatalogueImages::new(shared.snapshot().catalogue.image_names()), images).await
}

fn parse_image(name: &str) -> Result<ImageName, V1Error> {
    ImageName::parse(name).map_err(|error| {
        let failure = V1Error::bad_request(format!("`{}`: {error}", shown(name)));
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    })
}

fn gate_of(shared: &Shared) -> Result<Arc<Gate>, V1Error> {
    shared.gate.clone().ok_or_else(|| {
        V1Error::new(StatusCode::NOT_FOUND, "this service has no gate").hint("start it with `--gate`")
    })
}

async fn decide(
    gate: Arc<Gate>,
    catalogue: CatalogueImages,
    images: Vec<ImageName>,
) -> Result<Response<Body>, V1Error> {
    let turns = Arc::clone(&gate);
    let _turn = turns.turns().acquire().await.map_err(|_| shutting_down())?;
    let decided = crate::work::spawn_background(move || gate.decide(&images, &catalogue));
    let decided = decided.await.map_err(|_| shutting_down())?;
    let decided: Vec<_> = decided.into_iter().map(|(decided, _)| decided).collect();
    Ok(json(StatusCode::OK, answer_json(&decided)))
}

fn shutting_down() -> V1Error {
    V1Error::new(StatusCode::SERVICE_UNAVAILABLE, "the service is shutting down")
}
