//! Reproducible OCI images: files become an image, and an image becomes files, in layouts on disk and in registries.
//!
//! It needs no container engine and knows nothing of git. The same input has the same digest on any machine at any
//! time. Foreign content is bounded and verified by digest.
//!
//! ```no_run
//! use start_points::Kind;
//! use start_points_oci::registry::{RegistryOptions, Registry};
//! use start_points_oci::{Created, ImageConfig, Image, Layer, LayerFile, LayerFiles};
//!
//! let files = LayerFiles::from([("app/repos/shas.txt".to_owned(), LayerFile::plain("…"))]);
//! let config = ImageConfig::catalogue(Kind::Languages, Created::from_unix(1_700_000_000));
//! let image = Image::new(&[Layer::pack(&files)?], &config)?;
//! let registry = Registry::new(RegistryOptions::default());
//! let pushed = registry.push(&"ghcr.io/me/start-points:abc1234".parse()?, &image, None)?;
//! println!("{} {} blobs sent", pushed.digest, pushed.sent);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod config;
mod digest;
mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod image;
mod image_reader;
mod layer;
mod layer_stack;
pub mod layout;
mod limits;
mod manifest;
mod path;
pub mod registry;
mod tar_reader;
mod verify;

pub use config::{
    CREATED_LABEL, Healthcheck, ImageConfig, KIND_LABEL, REVISION_LABEL, RunConfig, SOURCE_LABEL,
    TITLE_LABEL, default_port,
};
pub use digest::{Digest, MalformedDigest};
pub use error::{OciError, OciErrorKind};
pub use image::Image;
pub use image_reader::{ImageInspection, ImageReader};
pub use layer::{Layer, LayerFile, LayerFiles};
pub use layer_stack::ImageContents;
pub use limits::OciLimits;
pub use manifest::{Descriptor, MediaType, Platform};
pub use registry::Registry;
/// The time at which an image was made.
pub use start_points::Time as Created;
pub use start_points_io::Cancel;
