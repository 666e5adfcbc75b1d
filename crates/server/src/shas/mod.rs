//! The shas page: which commit runs where, and which tag of a language and test framework is how fast, how old, and
//! lets itself be run.

mod assets;
pub(crate) mod durations;
mod links;
mod page;
mod plot;
mod rows;
mod services;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response};
use serde::Deserialize;
use start_points::ImageName;

use crate::answers::Answers;
use crate::body::Body;
use crate::gate::{self, Gate, Named};
use crate::refreshed::Refreshed;
use crate::serve::Shared;

use durations::Durations;
use page::Tab;
use rows::{Judged, Known, ServiceRow, View};

pub(crate) use rows::Shas;
pub use services::{Service, ServicesError, read_services};

/// How long what services say counts, and what lies in the folder of durations.
const FRESH: Duration = Duration::from_secs(60);
/// How long decisions count.
const FRESH_DECISIONS: Duration = Duration::from_secs(600);
/// How long the first one to ask waits for what others say.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the page shows besides the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShasSettings {
    /// The services, in the order in which they are shown.
    pub services: Vec<Service>,
    /// A folder of durations: `NAME/TAG.json`, by the last part of the image's name and its tag.
    pub durations: Option<PathBuf>,
}

/// What was found out for the page, and is kept for a while.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    services: Refreshed<Vec<Result<String, String>>>,
    judged: Refreshed<BTreeMap<String, Judged>>,
    durations: Refreshed<BTreeMap<String, Durations>>,
}

/// The page, and what it loads.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/shas", get(shown))
        .route("/shas.css", get(assets::style))
        .route("/shas.js", get(assets::script))
        .route("/shas.svg", get(assets::icon))
}

/// How somebody looks at the page; what is not known is as if it were not there.
#[derive(Debug, Default, Deserialize)]
struct Looked {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
}

async fn shown(
    State(shared): State<Shared>,
    looked: Result<Query<Looked>, QueryRejection>,
) -> Response<Body> {
    let looked = looked.map(|Query(looked)| looked).unwrap_or_default();
    let shas = gather(&shared).await;
    let tab = Tab::new(&looked.tab, !shared.settings.shas.services.is_empty());
    let view = View::new(&looked.q, &looked.sort);
    let has_gate = shared.gate.is_some();
    let page = blocking(move || page::page(&shas, tab, &view, has_gate)).await;
    let mut response = Response::new(Body::from(page));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, const { HeaderValue::from_static("text/html; charset=utf-8") });
    headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
    assets::guard(headers);
    response
}

/// Everything that the page shows, of one catalogue.
pub(crate) async fn gather(shared: &Shared) -> Shas {
    let answers = shared.answers();
    let kept = &shared.kept;
    let list = shared.settings.shas.services.clone();
    let services = kept.services.get("", FRESH, PATIENCE, move || services::ask(&list));
    let (services, judged, durations) =
        tokio::join!(services, judged(shared, &answers), durations(shared, &answers));
    let listed = shared.settings.shas.services.iter().enumerate();
    let said = |at: usize| services.as_ref().and_then(|services| services.get(at));
    let services = listed.map(|(at, service)| ServiceRow::new(service, said(at))).collect();
    let now = gate::now();
    let rows = move || {
        let known = Known { judged: judged.as_deref(), durations: durations.as_deref() };
        rows::of_catalogue(&answers, &known, now)
    };
    Shas { version: 1, now: now.to_string(), services, ltfs: blocking(rows).await }
}

/// Beside the requests that come meanwhile: a large catalogue takes a while. Nothing where the service ends.
async fn blocking<T: Default + Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_default()
}

async fn judged(shared: &Shared, answers: &Answers) -> Option<Arc<BTreeMap<String, Judged>>> {
    let gate = Arc::clone(shared.gate.as_ref()?);
    let names = answers.catalogue.image_names().to_vec();
    let digest = &answers.catalogue.digest;
    shared.kept.judged.get(digest, FRESH_DECISIONS, PATIENCE, move || judge(&gate, &names)).await
}

fn judge(gate: &Gate, names: &[String]) -> BTreeMap<String, Judged> {
    let images: Vec<ImageName> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let decided = gate.decide(&images, &Named::new(names)).into_iter();
    let judged = decided.map(|((image, decision), created)| {
        (image.to_string(), (created, decision.map_err(|error| error.to_string())))
    });
    judged.collect()
}

async fn durations(shared: &Shared, answers: &Answers) -> Option<Arc<BTreeMap<String, Durations>>> {
    let folder = shared.settings.shas.durations.clone()?;
    let names = answers.catalogue.image_names().to_vec();
    let read = move || {
        let each = names.iter().filter_map(|name| {
            let image: ImageName = name.parse().ok()?;
            Some((image.to_string(), durations::of(&folder, &image)?))
        });
        each.collect()
    };
    shared.kept.durations.get(&answers.catalogue.digest, FRESH, PATIENCE, read).await
}
