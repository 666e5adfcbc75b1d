//! From a checked manifest to what is served: tagged image name, file contents, mix, and catalogue names.
//!
//! Everything here takes input that [`check`](crate::check) passes; on other input it answers an error or
//! leaves a value as it is, and never panics.

mod image;
mod manifest;
mod mix;
mod names;

pub use image::{ImageNameSource, ResolveError, resolve_image_name};
pub use manifest::{Provenance, Resolved, resolve};
pub use mix::mix;
pub use names::{Named, Names, NamesError, catalogue_names};
