//! The shas page: which commit runs where; and of each language and test framework (LTF), how fast and how old each
//! tag is, and whether its image may run.

pub(crate) mod cache;
pub(crate) mod durations;
mod page;
mod rows;
pub(crate) mod services;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::Deserialize;
use start_points::ImageName;

use crate::gate::{self, CatalogueImages, Gate};
use crate::response::{json_of, uncharged};
use crate::snapshot::Snapshot;
use crate::state::Shared;

use cache::ImageFacts;
use durations::Durations;
use page::Tab;
use rows::{LookedUp, PageView, ServiceRow, ShasPage};

/// How long services' answers and the folder of durations stay fresh.
const FRESH: Duration = Duration::from_secs(60);
/// How long decisions stay fresh.
const FRESH_DECISIONS: Duration = Duration::from_secs(600);
/// How long the first request waits for a lookup.
const PATIENCE: Duration = Duration::from_secs(5);

/// The styles: those of the set-up page, and a few of this page.
const STYLE: &str = concat!(
    include_str!("../../../../web/src/styles/tokens.css"),
    include_str!("../../../../web/src/styles/base.css"),
    include_str!("../../../../web/src/styles/frame.css"),
    include_str!("../../../../web/src/styles/parts.css"),
    include_str!("shas.css"),
);
const ICON: &str = include_str!("../../../../web/public/icon.svg");
const SCRIPT: &str = include_str!("shas.js");

/// Only the page's own files load and run, and no page may frame it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
);

/// The page, and the files that it loads.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/shas", get(html))
        .route("/shas.css", get(async || asset(STYLE, "text/css; charset=utf-8")))
        .route("/shas.js", get(async || asset(SCRIPT, "text/javascript; charset=utf-8")))
        .route("/shas.svg", get(async || asset(ICON, "image/svg+xml")))
}

/// The query of the page's URL; unknown values count as missing.
#[derive(Debug, Default, Deserialize)]
struct PageQuery {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
}

/// `/shas`
async fn html(
    State(shared): State<Shared>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Response<Body> {
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let content = gather(&shared).await;
    let tab = Tab::new(&query.tab, !shared.settings.shas.services.is_empty());
    let view = PageView::new(&query.q, &query.sort);
    let has_gate = shared.gate.is_some();
    let page = blocking(move || page::page(&content, tab, &view, has_gate)).await;
    let mut response = Response::new(Body::from(page));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, const { HeaderValue::from_static("text/html; charset=utf-8") });
    headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
    add_security_headers(headers);
    response
}

/// The services and their commits, and the start-points with their images, durations and the gate's decisions
#[utoipa::path(
    get,
    path = "/v1/shas",
    responses((status = 200, description = "The content of the page /shas", body = ShasPage)),
)]
pub(crate) async fn json(State(shared): State<Shared>) -> Response<Body> {
    json_of(StatusCode::OK, &gather(&shared).await)
}

fn asset(text: &'static str, content_type: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("max-age=300") });
    add_security_headers(headers);
    uncharged(response)
}

fn add_security_headers(headers: &mut HeaderMap) {
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, const { HeaderValue::from_static("nosniff") });
    headers.insert(REFERRER_POLICY, const { HeaderValue::from_static("no-referrer") });
}

/// The content of the page, all of one snapshot.
async fn gather(shared: &Shared) -> ShasPage {
    let snapshot = shared.snapshot();
    let list = shared.settings.shas.services.clone();
    let services = shared.shas.services.get("", FRESH, PATIENCE, move || services::commits(&list));
    let (commits, images, durations) =
        tokio::join!(services, images(shared, &snapshot), durations(shared, &snapshot));
    let configured = shared.settings.shas.services.iter().enumerate();
    let commit_of = |index: usize| commits.as_ref().and_then(|commits| commits.get(index));
    let services = configured.map(|(index, service)| ServiceRow::new(service, commit_of(index))).collect();
    let now = gate::now();
    let rows = move || {
        let looked_up = LookedUp { images: images.as_deref(), durations: durations.as_deref() };
        rows::ltf_rows(&snapshot, &looked_up, now)
    };
    ShasPage { version: 1, now: now.to_string(), services, ltfs: blocking(rows).await }
}

/// Runs on another thread: a large catalogue takes a while. Empty if the service is shutting down.
async fn blocking<T: Default + Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    crate::work::spawn_background(work).await.unwrap_or_default()
}

async fn images(shared: &Shared, snapshot: &Snapshot) -> Option<Arc<BTreeMap<String, ImageFacts>>> {
    let gate = Arc::clone(shared.gate.as_ref()?);
    let names = snapshot.catalogue.image_names().to_vec();
    let digest = &snapshot.catalogue.digest;
    shared.shas.images.get(digest, FRESH_DECISIONS, PATIENCE, move || decide(&gate, &names)).await
}

fn decide(gate: &Gate, names: &[String]) -> BTreeMap<String, ImageFacts> {
    let images: Vec<ImageName> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let decided = gate.decide(&images, &CatalogueImages::new(names)).into_iter();
    let facts = decided.map(|((image, decision), created)| {
        let decision = decision.map_err(|error| error.to_string());
        (image.to_string(), ImageFacts { created, decision })
    });
    facts.collect()
}

async fn durations(shared: &Shared, snapshot: &Snapshot) -> Option<Arc<BTreeMap<String, Durations>>> {
    let folder = shared.settings.shas.durations.clone()?;
    let names = snapshot.catalogue.image_names().to_vec();
    let read = move || {
        let each = names.iter().filter_map(|name| {
            let image: ImageName = name.parse().ok()?;
            Some((image.to_string(), durations::in_folder(&folder, &image)?))
        });
        each.collect()
    };
    shared.shas.durations.get(&snapshot.catalogue.digest, FRESH, PATIENCE, read).await
}
