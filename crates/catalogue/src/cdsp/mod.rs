//! Images that hold only `start_point/`: made of a repository, pulled, and taken as sources.

mod kept;
mod manifest;
mod pack;
mod pull;
mod take;

pub use pack::{NAMESPACE, PackError, Packed, pack};
pub use pull::{Pulled, Puller, limits};

/// The folder in the image.
const FOLDER: &str = "start_point";
