//! The files of a commit that a catalogue needs: every manifest, the files those name, and docker folders.

mod collect;
mod content;
mod download;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod listing;
mod name;
mod objects;

pub use content::{Content, File, LeftOut, Reason};

pub(crate) use collect::{Collected, collect_from, committed};
pub(crate) use download::{Place, download, take};
