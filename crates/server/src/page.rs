//! The set-up page: static files from the binary, or from a folder.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::{fs, io};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use start_points::Kind;

use crate::body::{self, Body};
use crate::digest;
use crate::error::StartError;
use crate::path::PathText;
use crate::prepared;
use crate::serve::Shared;
use crate::v1::Failure;

/// The page as it was built when this was; empty where it was not.
const BUILT: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Where it is served.
pub(crate) const AT: &str = "/setup/";

/// The most bytes of all files of a folder.
const MAX_BYTES: u64 = 64 << 20;

/// The most files of a folder.
const MAX_FILES: usize = 1_000;

/// Only a header can forbid frames.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self' https: http://localhost:* http://127.0.0.1:*; worker-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types service-worker; \
    frame-ancestors 'none'";

/// The files of the page, by path.
#[derive(Debug, Default)]
pub(crate) struct Page {
    files: BTreeMap<Cow<'static, str>, File>,
    /// Its index, as it is for a service of each kind.
    indexes: Vec<File>,
}

#[derive(Debug)]
struct File {
    bytes: Bytes,
    /// Made when it is first asked for: most files of most services never are.
    etag: OnceLock<HeaderValue>,
}

impl From<Bytes> for File {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, etag: OnceLock::new() }
    }
}

impl Page {
    /// The page from a folder, or the one in the binary.
    pub(crate) fn load(folder: Option<&Path>) -> Result<Self, StartError> {
        let mut page = Self::default();
        let Some(folder) = folder else {
            page.files = BUILT
                .iter()
                .map(|(name, bytes)| (Cow::Borrowed(*name), Bytes::from_static(bytes).into()))
                .collect();
            return Ok(page.with_indexes());
        };
        let failed = |error: io::Error| StartError::Page { path: folder.to_owned(), error };
        let mut left = MAX_BYTES;
        page.read(folder, "", &mut left).map_err(failed)?;
        match page.files.contains_key(INDEX) {
            true => Ok(page.with_indexes()),
            false => Err(failed(io::Error::new(io::ErrorKind::NotFound, "it has no index.html"))),
        }
    }

    fn with_indexes(mut self) -> Self {
        if let Some(index) = self.files.get(INDEX) {
            self.indexes = Kind::ALL.map(|kind| of_service(&index.bytes, kind).into()).into();
        }
        self
    }

    /// Regular files alone; links are left out, wherever they lead.
    fn read(&mut self, folder: &Path, prefix: &str, left: &mut u64) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let name = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                self.read(&entry.path(), &format!("{name}/"), left)?;
            } else if kind.is_file() {
                let size = entry.metadata()?.len();
                *left =
                    left.checked_sub(size).ok_or_else(|| io::Error::other("it holds more than 64 MiB"))?;
                let bytes = start_points_workspace::read::read(&entry.path(), size)?;
                self.files.insert(name.into(), Bytes::from(bytes).into());
                if self.files.len() > MAX_FILES {
                    return Err(io::Error::other(format!("it holds more than {MAX_FILES} files")));
                }
            }
        }
        Ok(())
    }

    fn answer(&self, path: &str, kind: Kind, method: &Method, headers: &HeaderMap) -> Response<Body> {
        let found = if path == INDEX { self.indexes.get(kind as usize) } else { self.files.get(path) };
        let Some(file) = found else { return self.missing(path) };
        let etag = file.etag.get_or_init(|| prepared::tag(&digest::short(&file.bytes), ""));
        let mut response = prepared::made_now(method, headers, etag.clone(), || file.bytes.clone());
        for (name, value) in header(path) {
            response.headers_mut().insert(name, value);
        }
        body::kept(response)
    }

    fn missing(&self, path: &str) -> Response<Body> {
        let failure = match self.files.is_empty() {
            true => Failure::new(StatusCode::NOT_FOUND, "this service was built without the set-up page")
                .hint(
                    "build the page first (`cargo xtask test web`), or name its folder with `--web web/dist`",
                ),
            false => Failure::new(
                StatusCode::NOT_FOUND,
                format!("the set-up page has no `{}`", start_points::shown::shown(path)),
            ),
        };
        failure.into_response()
    }
}

const INDEX: &str = "index.html";

/// Where the index says what the service offers that it comes from; as it is built, nothing.
const OFFERS: &str = r#"<meta name="start-points-service" content=""#;

/// The index that says that the service it comes from offers start-points of a kind: they are what it begins with.
fn of_service(index: &Bytes, kind: Kind) -> Bytes {
    let at = index.windows(OFFERS.len()).position(|bytes| bytes == OFFERS.as_bytes());
    let Some(at) = at.map(|at| at + OFFERS.len()) else { return index.clone() };
    let (before, after) = index.split_at(at);
    [before, kind.as_str().as_bytes(), after].concat().into()
}

/// Files whose names hold their digest are kept for ever.
fn header(path: &str) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let kept = path.starts_with("assets/").then_some("public, max-age=31536000, immutable");
    let fixed = [
        (CONTENT_TYPE, media_type(path)),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    let kept = kept.map(|value| (CACHE_CONTROL, value));
    fixed.into_iter().chain(kept).map(|(name, value)| (name, HeaderValue::from_static(value)))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The routes of the page.
pub(crate) fn routes(page: Page) -> Router<Shared> {
    let page = Arc::new(page);
    let index = Arc::clone(&page);
    Router::new()
        .route("/setup", get(async || Redirect::permanent(AT)))
        .route(
            AT,
            get(async move |State(shared): State<Shared>, method: Method, headers: HeaderMap| {
                index.answer(INDEX, shared.kind(), &method, &headers)
            }),
        )
        .route(
            "/setup/{*path}",
            get(
                async move |State(shared): State<Shared>,
                            PathText(path): PathText,
                            method: Method,
                            headers: HeaderMap| {
                    page.answer(&path, shared.kind(), &method, &headers)
                },
            ),
        )
}
