//! The set-up page: static files from the binary, or from a folder.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::{fs, io};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use start_points::Kind;

use crate::error::StartError;
use crate::response::{entity_tag, json_with_etag, short_digest, uncharged};
use crate::state::Shared;
use crate::v1::error::{PathText, V1Error};

/// The page in the binary; empty if it was not built before.
const BUILT: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// The path of the page.
pub(crate) const PATH: &str = "/setup/";

/// The most bytes of all files of a folder.
const MAX_BYTES: u64 = 64 << 20;

/// The most files of a folder.
const MAX_FILES: usize = 1_000;

/// A header, because a `<meta>` cannot forbid frames:
/// <https://www.w3.org/TR/CSP3/#meta-element>.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self' https: http://localhost:* http://127.0.0.1:*; worker-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types service-worker; \
    frame-ancestors 'none'";

/// The files of the page, by path.
#[derive(Debug, Default)]
pub(crate) struct SetupPage {
    files: BTreeMap<Cow<'static, str>, PageFile>,
    /// The index for a service of each kind.
    indexes: Vec<PageFile>,
}

#[derive(Debug)]
struct PageFile {
    bytes: Bytes,
    /// Made on first use; most services never need most of them.
    etag: OnceLock<HeaderValue>,
}

impl From<Bytes> for PageFile {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, etag: OnceLock::new() }
    }
}

impl SetupPage {
    /// Loads the page from a folder, or else the one in the binary.
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
        if page.files.contains_key(INDEX) {
            Ok(page.with_indexes())
        } else {
            Err(failed(io::Error::new(io::ErrorKind::NotFound, "index.html is missing")))
        }
    }

    fn with_indexes(mut self) -> Self {
        if let Some(index) = self.files.get(INDEX) {
            self.indexes = Kind::ALL.map(|kind| index_for(&index.bytes, kind).into()).into();
        }
        self
    }

    /// Reads regular files only; links are skipped, wherever they lead.
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
                *left = left.checked_sub(size).ok_or_else(|| io::Error::other("it has more than 64 MiB"))?;
                let bytes = start_points_io::read_regular_file(&entry.path(), size)?;
                self.files.insert(name.into(), Bytes::from(bytes).into());
                if self.files.len() > MAX_FILES {
                    return Err(io::Error::other(format!("it has more than {MAX_FILES} files")));
                }
            }
        }
        Ok(())
    }

    fn respond(&self, path: &str, kind: Kind, method: &Method, headers: &HeaderMap) -> Response<Body> {
        let found = if path == INDEX { self.indexes.get(kind as usize) } else { self.files.get(path) };
        let Some(file) = found else { return self.missing(path) };
        let etag = file.etag.get_or_init(|| entity_tag(&short_digest(&file.bytes), ""));
        let mut response = json_with_etag(method, headers, etag.clone(), || file.bytes.clone());
        for (name, value) in headers_of(path) {
            response.headers_mut().insert(name, value);
        }
        uncharged(response)
    }

    fn missing(&self, path: &str) -> Response<Body> {
        let error = if self.files.is_empty() {
            V1Error::new(StatusCode::NOT_FOUND, "this service was built without the set-up page")
                .hint("build the page first (`cargo xtask test web`), or pass its folder: `--web web/dist`")
        } else {
            let path = start_points::shown::shown(path);
            V1Error::new(StatusCode::NOT_FOUND, format!("the set-up page has no file `{path}`"))
        };
        error.into_response()
    }
}

const INDEX: &str = "index.html";

/// The element of the index that states the kind of the service's start-points; empty as built.
const SERVICE_KIND: &str = r#"<meta name="start-points-service" content=""#;

/// The index for a service whose start-points have this kind: the page begins with them.
fn index_for(index: &Bytes, kind: Kind) -> Bytes {
    let at = index.windows(SERVICE_KIND.len()).position(|bytes| bytes == SERVICE_KIND.as_bytes());
    let Some(at) = at.map(|at| at + SERVICE_KIND.len()) else { return index.clone() };
    let (before, after) = index.split_at(at);
    [before, kind.as_str().as_bytes(), after].concat().into()
}

/// The headers of a file. Files in `assets/` have their digest in their name, and never change.
fn headers_of(path: &str) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let immutable = path.starts_with("assets/").then_some("public, max-age=31536000, immutable");
    let fixed = [
        (CONTENT_TYPE, media_type(path)),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    let immutable = immutable.map(|value| (CACHE_CONTROL, value));
    fixed.into_iter().chain(immutable).map(|(name, value)| (name, HeaderValue::from_static(value)))
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
pub(crate) fn routes(page: SetupPage) -> Router<Shared> {
    let page = Arc::new(page);
    let index = Arc::clone(&page);
    Router::new()
        .route("/setup", get(async || Redirect::permanent(PATH)))
        .route(
            PATH,
            get(async move |State(shared): State<Shared>, method: Method, headers: HeaderMap| {
                index.respond(INDEX, shared.kind(), &method, &headers)
            }),
        )
        .route(
            "/setup/{*path}",
            get(
                async move |State(shared): State<Shared>,
                            PathText(path): PathText,
                            method: Method,
                            headers: HeaderMap| {
                    page.respond(&path, shared.kind(), &method, &headers)
                },
            ),
        )
}
