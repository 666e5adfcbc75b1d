//! The images that a catalogue names, pulled once through a container engine's socket.
//!
//! Docker's API is spoken, over whatever socket answers it: Podman's does. Whoever asks how far it is gets an
//! answer at once and starts nothing; a marker file makes a restart with the same catalogue ready at once.
//!
//! ```no_run
//! use start_points_oci::Digest;
//! use start_points_container::{Options, Pulls};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let options = Options { marker: Some("/var/lib/start-points/pulled.json".into()), ..Options::default() };
//! let images = ["cyberdojofoundation/gcc_assert:4edf92a".to_owned()];
//! let pulls = Pulls::start(images, Digest::of(b"the catalogue"), options).await;
//! let mut progress = pulls.watch();
//! progress.wait_for(|progress| progress.is_ready()).await?;
//! # Ok(())
//! # }
//! ```

mod answer;
mod cause;
mod engine;
mod keeper;
mod limits;
mod logins;
mod marker;
mod options;
mod plan;
mod progress;
mod pulls;
mod remember;
mod said;
mod socket;

pub use cause::Cause;
pub use limits::{Limits, Retry};
pub use marker::MarkerError;
pub use options::{Missing, Options, OptionsError, ReadyWhen};
pub use progress::{Failure, ImageState, Progress};
pub use pulls::Pulls;
pub use socket::{Socket, SocketError};
