//! `POST /v1/check`: a manifest in, the report of the engine out.

#![expect(unused_qualifications, reason = "what utoipa writes")]

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use http::{Response, StatusCode};
use serde::Deserialize;
use start_points::check::{CheckOptions, Checker};
use start_points::{DialectChoice, Kind, layout, render};
use utoipa::IntoParams;

use super::failure::Failure;
use super::shortened::shortened;
use crate::body::{self, Body, json};
use crate::serve::Shared;

/// How the manifest is judged.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Judged {
    /// `languages`, `exercises` or `custom`; without it, what the manifest's keys suggest
    #[param(value_type = Option<String>, pattern = "^(languages|exercises|custom)$")]
    kind: Option<String>,
    /// `auto`, `derived` or `pinned`; without it, `auto`
    #[param(value_type = Option<String>, pattern = "^(auto|derived|pinned)$")]
    dialect: Option<String>,
}

/// What the report calls the manifest.
const PATH: &str = layout::MANIFEST;

/// The report on a manifest, which is the whole body; of the files it names nothing is known
#[utoipa::path(
    post,
    path = "/v1/check",
    params(Judged),
    request_body(content = Option<serde_json::Value>, content_type = "application/json", description = "The manifest, byte for byte"),
    responses(
        (status = 200, description = "The report, version 1", body = serde_json::Map<String, serde_json::Value>),
        (status = 400, description = "A kind or dialect that is none", body = Failure),
        (status = 408, description = "The body came too slowly", body = Failure),
        (status = 413, description = "The body is too large", body = Failure),
        (status = 503, description = "Too much is in flight; `retry-after` says when to come again", body = Failure),
    ),
)]
pub(super) async fn check(
    State(shared): State<Shared>,
    judged: Result<Query<Judged>, QueryRejection>,
    request: Request,
) -> Result<Response<Body>, Failure> {
    let Query(judged) = judged.map_err(|error| Failure::new(StatusCode::BAD_REQUEST, error.body_text()))?;
    let wrong = |error| Failure::new(StatusCode::BAD_REQUEST, format!("{error}"));
    let kind: Option<Kind> = judged.kind.as_deref().map(str::parse).transpose().map_err(wrong)?;
    let dialect: Option<DialectChoice> =
        judged.dialect.as_deref().map(str::parse).transpose().map_err(wrong)?;
    let limits = &shared.settings.limits;
    let bytes = body::read(request, limits.manifest_bytes, limits).await?;
    let report = shared.work.run(move || report(&bytes, kind, dialect.unwrap_or_default())).await?;
    Ok(json(StatusCode::OK, report))
}

fn report(bytes: &[u8], kind: Option<Kind>, dialect: DialectChoice) -> String {
    let options = CheckOptions { kind, dialect, ..CheckOptions::default() };
    let mut checker = Checker::new();
    checker.text(None, PATH, bytes, &options);
    let output = checker.finish(&|_| None);
    render::json(&shortened(&output.report), &output.sources)
}
