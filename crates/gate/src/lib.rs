//! What the gate decides from: policies and lists of advisories in files, and facts of images in registries.
//!
//! The decision itself is the engine's, [`start_points::gate::decide`]; this crate brings what it needs.
//!
//! ```no_run
//! use start_points::Time;
//! use start_points::gate::{Policy, decide};
//! use start_points_gate::{Lookup, LookupOptions};
//!
//! let now = "2026-11-21T12:00:00Z".parse::<Time>()?;
//! let images = ["cyberdojofoundation/python_pytest:4edf92a".parse()?];
//! let lookup = Lookup::new(LookupOptions::default());
//! for facts in lookup.facts(&images, now, &|_| {}) {
//!     println!("{}", decide(&facts?, &Policy::default(), now).to_json());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

/// Compiles the Rust examples of the guide.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/gate.md")]
mod guide {}

mod error;
mod facts;
mod memory;
mod policy_file;

pub use error::{FileError, FileFault};
pub use facts::{Lookup, LookupOptions};
pub use policy_file::{SIGNATURE, read_advisories, read_policy, read_policy_with};

use start_points::ImageName;
use start_points::gate::{Decision, Verdict};
use start_points::json::Writer;
use start_points_oci::OciError;

/// An image, and the decision, or why it could not be made.
pub type Decided = (ImageName, Result<Decision, OciError>);

/// What is known of one image: a registry that does not answer makes it [`Verdict::Unknown`].
#[must_use]
pub fn verdict((_, found): &Decided) -> Verdict {
    found.as_ref().map_or(Verdict::Unknown, |decision| decision.verdict)
}

/// `{"version":1,"verdict":…,"decisions":[…],"failures":[…]}`: the strictest verdict, failures among them, and each
/// decision on a line of its own, the same bytes as from every front.
#[must_use]
pub fn answer_json(decided: &[Decided]) -> String {
    let verdict = decided.iter().map(verdict).max().unwrap_or_default();
    let decisions: Vec<_> =
        decided.iter().filter_map(|(_, found)| found.as_ref().ok()).map(Decision::to_json).collect();
    let failures: Vec<_> = decided.iter().filter_map(failure).collect();
    let list = |entries: &[String]| match entries {
        [] => "[]".to_owned(),
        entries => format!("[\n{}\n]", entries.join(",\n")),
    };
    format!(
        "{{\"version\":1,\"verdict\":\"{}\",\"decisions\":{},\"failures\":{}}}",
        verdict.as_str(),
        list(&decisions),
        list(&failures)
    )
}

fn failure((image, found): &Decided) -> Option<String> {
    let error = found.as_ref().err()?;
    let mut json = Writer::new();
    json.open('{');
    json.key("image").string(&image.to_string());
    json.key("message").string(&error.to_string());
    json.key("hint").optional(error.hint());
    json.close('}');
    Some(json.finish())
}
