//! Sources of one kind, fetched or pulled, become a catalogue, all or nothing.
//!
//! [`check`] takes the [results](SourceResult) of fetching and returns one report over all sources, and the
//! [`Catalogue`] if it has no error. A catalogue is data: [`Catalogue::files`] lists its content, byte for byte, for
//! any [`CatalogueOutput`]. [`write`](folder::write) makes a folder of it, [`image`](Catalogue::image) an image, and
//! [`read`](read::read) reads one back. A source is a repository or a [start-point image](start_point_image), which a
//! [`StartPointPuller`] pulls.

mod catalogue;
mod check;
pub mod folder;
pub mod format;
mod locations;
pub mod read;
mod rules;
mod source_result;
pub mod start_point_image;
mod start_point_puller;

pub use catalogue::{Catalogue, CatalogueRepository, CatalogueStartPoint, Revision, RevisionError};
pub use check::{CatalogueOptions, CheckedCatalogue, check};
pub use format::{CatalogueFile, FOLDER};
pub use locations::{CatalogueOutput, CatalogueOutputError, CatalogueSource, SourceError};
pub use source_result::SourceResult;
pub use start_point_puller::{PulledStartPoint, StartPointPuller, limits as start_point_limits};
