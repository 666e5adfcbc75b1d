//! Files become an image, an image becomes files: reproducible OCI images, layouts on disk and registries.
//!
//! No container engine is needed, and nothing here knows of git. The same input makes the same digest on any
//! day and any machine; whatever comes from elsewhere is bounded, and held against its digest.
//!
//! ```no_run
//! use start_points::Kind;
//! use start_points_oci::registry::{Options, Registry};
//! use start_points_oci::{Created, Facts, File, Files, Image, Layer};
//!
//! let files = Files::from([("app/repos/shas.txt".to_owned(), File::plain("…"))]);
//! let facts = Facts::catalogue(Kind::Languages, Created::from_unix(1_700_000_000));
//! let image = Image::new(&[Layer::pack(&files)?], &facts)?;
//! let registry = Registry::new(Options::default());
//! let pushed = registry.push(&"ghcr.io/me/start-points:abc1234".parse()?, &image, None)?;
//! println!("{} {} blobs sent", pushed.digest, pushed.sent);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod base;
mod cause;
mod config;
mod copy;
mod descriptor;
mod digest;
mod error;
mod facts;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod image;
mod layer;
pub mod layout;
mod limits;
mod manifest;
mod path;
mod read;
pub mod registry;
mod stored;
mod verify;

pub use cause::Cause;
pub use descriptor::{Descriptor, MediaType, Platform};
pub use digest::Digest;
pub use error::ImageError;
pub use facts::{
    CREATED_LABEL, Facts, KIND_LABEL, Probe, REVISION_LABEL, Run, SOURCE_LABEL, TITLE_LABEL, port,
};
pub use image::Image;
pub use layer::{File, Files, Layer};
pub use limits::Limits;
pub use read::Contents;
pub use registry::Registry;
/// When an image says that it was made.
pub use start_points::Time as Created;
pub use start_points_io::Cancel;
pub use stored::{Inspection, StoredImage};
