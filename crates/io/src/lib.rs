//! Files and folders are put into their place whole, or not at all.
//!
//! What is written lies beside its place, under a name of its own, until a rename puts it there. Whenever a run is cut
//! off there is the old one or the new one, and what it leaves behind the next run removes.
//!
//! ```no_run
//! use start_points_io::{Cancel, Replacement};
//!
//! let new = Replacement::begin("catalogue".as_ref(), &Cancel::default())?;
//! std::fs::write(new.path().join("shas.txt"), "…")?;
//! new.commit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cancel;
mod checked;
mod error;
mod file;
mod left_over;
mod lock;
pub mod parallel;
mod place;
mod replacement;
mod swap;
mod sync;
mod written;

pub use cancel::Cancel;
pub use checked::{Outcome, Turn};
pub use error::ReplaceError;
pub use file::{file, quick_file};
pub use place::Place;
pub use replacement::Replacement;
pub use written::Written;
