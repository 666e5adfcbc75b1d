//! The gate for JavaScript, in a module of its own: who decides about images need not load the checks, nor the other
//! way round.

#![warn(clippy::disallowed_types, clippy::disallowed_methods)]

use start_points::gate::decide_json;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// A fifth of the code of the allocator that comes with std, and as quick.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Decides about one image; all three and the answer are JSON, but the time, which is as RFC 3339 has it.
///
/// # Errors
/// The first fault of facts, policy or time, as JSON text of which the package makes a `StartPointsError`.
#[wasm_bindgen]
pub fn decide(facts: &[u8], policy: &[u8], now: &str) -> Result<String, JsValue> {
    decide_json(facts, policy, now).map_err(|error| JsValue::from_str(&error.to_json()))
}
