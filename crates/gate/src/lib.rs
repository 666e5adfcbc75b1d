//! What the gate decides from: policies and lists of risks in files, and facts of images in registries.
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

mod answer;
mod document;
mod error;
mod lookup;
mod policy;
mod record;
mod signature;

pub use answer::{Decided, answer_json, verdict};
pub use error::{FileError, FileFault};
pub use lookup::{Lookup, LookupOptions};
pub use policy::{read_policy, read_risks};
pub use signature::SIGNATURE;
