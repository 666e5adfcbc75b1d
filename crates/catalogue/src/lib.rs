//! From sources of one kind, fetched or pulled, to a catalogue, all or nothing.
//!
//! [`check`] takes what was [gathered](Gathered) and answers one report over every repository, and the [`Catalogue`] where that
//! has no error. A catalogue is data: [`Catalogue::files`] lists what is in it, byte for byte, for whatever
//! [`Output`] it goes to. [`write`](folder::write) makes a folder of it,
//! [`image`](Catalogue::image) an image, [`read`](read::read) reads one back. [`cdsp`] is about the images of one
//! start-point, which are sources as repositories are.

mod catalogue;
pub mod cdsp;
mod check;
pub mod folder;
mod gathered;
mod image_name;
pub mod layout;
mod output;
mod packed;
pub mod read;
mod revision;
mod rules;
mod source;

pub use catalogue::{Catalogue, Repository, StartPoint};
pub use check::{Checked, Options, check};
pub use gathered::Gathered;
pub use layout::File;
pub use output::{Output, OutputError};
pub use packed::FOLDER;
pub use revision::{Revision, RevisionError};
pub use source::{Source, SourceError};
