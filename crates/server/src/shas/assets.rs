//! What the page loads, out of the binary: the set-up page's styles and a few of its own, and one small script.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Response};

use crate::body::{self, Body};

const STYLE: &str = concat!(
    include_str!("../../../../web/src/styles/tokens.css"),
    include_str!("../../../../web/src/styles/base.css"),
    include_str!("../../../../web/src/styles/frame.css"),
    include_str!("../../../../web/src/styles/parts.css"),
    include_str!("shas.css"),
);
const ICON: &str = include_str!("../../../../web/public/icon.svg");
const SCRIPT: &str = include_str!("shas.js");

/// Nothing runs or loads but the page's own files, and nobody frames it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
);

/// What browsers are told to hold back from pages.
pub(super) fn guard(headers: &mut HeaderMap) {
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, const { HeaderValue::from_static("nosniff") });
    headers.insert(REFERRER_POLICY, const { HeaderValue::from_static("no-referrer") });
}

pub(super) async fn style() -> Response<Body> {
    file(STYLE, const { HeaderValue::from_static("text/css; charset=utf-8") })
}

pub(super) async fn icon() -> Response<Body> {
    file(ICON, const { HeaderValue::from_static("image/svg+xml") })
}

pub(super) async fn script() -> Response<Body> {
    file(SCRIPT, const { HeaderValue::from_static("text/javascript; charset=utf-8") })
}

fn file(text: &'static str, content_type: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("max-age=300") });
    guard(headers);
    body::kept(response)
}
