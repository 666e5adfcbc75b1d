//! The engine for JavaScript: every export reads its input, calls the engine and returns JSON text.
//!
//! Structured input comes as a `request`; `npm/src/` writes it, parses the results, and is the public API.

#![warn(clippy::disallowed_types, clippy::disallowed_methods)]

mod answer;
mod check;
mod failure;
mod request;
mod resolve;
mod utf16;

use start_points::nearest::nearest;
use start_points::rule::Rule;
use start_points::{ImageName, RULES, RepoUrl};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::JsFailure;
use crate::request::Request;

/// A fifth of the code of std's allocator, and as fast: <https://docs.rs/rlsf>.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// The version of the engine.
#[must_use]
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Every rule, in order, without its page.
#[must_use]
#[wasm_bindgen]
pub fn rules() -> String {
    answer::rules(RULES)
}

/// A rule. Its page is not in the module: the package loads it on demand.
///
/// # Errors
/// There is no such rule.
#[wasm_bindgen]
pub fn rule(id: &str) -> Result<String, JsFailure> {
    let rule: &Rule = start_points::rule(id).ok_or_else(|| {
        let near = nearest(id, RULES.iter().map(|rule| rule.id));
        JsFailure::new("unknown-rule", format!("unknown rule `{}`", start_points::shown::shown(id)))
            .hint(near.map(|near| format!("did you mean `{near}`?")))
    })?;
    Ok(answer::rule(rule))
}

/// Reads a source URL.
///
/// # Errors
/// The first fault of the URL.
#[wasm_bindgen]
pub fn parse_url(text: &str) -> Result<String, JsFailure> {
    let url = RepoUrl::parse(text).map_err(|error| {
        JsFailure::of(error.kind(), &error).at(text.as_bytes(), error.span()).hint(error.hint())
    })?;
    Ok(answer::url(&url))
}

/// A text with the secrets of a source URL replaced.
#[must_use]
#[wasm_bindgen]
pub fn redact_url(text: &str) -> String {
    RepoUrl::redact(text)
}

/// Reads an image name.
///
/// # Errors
/// The first fault of the name.
#[wasm_bindgen]
pub fn parse_image_name(text: &str) -> Result<String, JsFailure> {
    let name = ImageName::parse(text).map_err(|error| {
        JsFailure::of(error.kind(), &error).at(text.as_bytes(), error.span()).hint(error.hint())
    })?;
    Ok(answer::image_name(&name))
}

/// Checks one manifest; with `positions` the report comes with UTF-16 positions, see `utf16`.
///
/// # Errors
/// The request is malformed; faults of the manifest are in the report.
#[wasm_bindgen]
pub fn check(request: &[u8], positions: bool) -> Result<String, JsFailure> {
    check::manifest(&mut Request::new(request), positions)
}

/// Checks a tree of files.
///
/// # Errors
/// The request is malformed.
#[wasm_bindgen]
pub fn check_tree(request: &[u8], positions: bool) -> Result<String, JsFailure> {
    check::tree(&mut Request::new(request), positions)
}

/// Checks the display names of start-points that are offered together.
///
/// # Errors
/// The request is malformed.
#[wasm_bindgen]
pub fn check_catalogue(request: &[u8], positions: bool) -> Result<String, JsFailure> {
    check::catalogue(&mut Request::new(request), positions)
}

/// The names under which a catalogue offers its start-points.
///
/// # Errors
/// Two display names are equal, or a manifest is not JSON.
#[wasm_bindgen]
pub fn catalogue_names(request: &[u8]) -> Result<String, JsFailure> {
    resolve::names(&mut Request::new(request))
}

/// The resolved manifest, as a service returns it.
///
/// # Errors
/// The manifest is not JSON, or has no image name.
#[wasm_bindgen]
pub fn resolve(request: &[u8]) -> Result<String, JsFailure> {
    resolve::resolve(&mut Request::new(request))
}

/// The practice session of a languages start-point with an exercise.
///
/// # Errors
/// A manifest is not JSON, or not resolved.
#[wasm_bindgen]
pub fn mix(request: &[u8]) -> Result<String, JsFailure> {
    resolve::mix(&mut Request::new(request))
}

/// The bytes of a file after fixes; one that touches bytes that an earlier one changes is left out.
///
/// # Errors
/// An edit is outside of the text.
#[wasm_bindgen]
pub fn apply_fixes(request: &[u8]) -> Result<Vec<u8>, JsFailure> {
    check::apply_fixes(&mut Request::new(request))
}
