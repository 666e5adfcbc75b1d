//! Serves a catalogue over HTTP: the API of the deployed service answer for answer, `/v1/`, readiness, and reloads
//! that take effect between two requests.
//!
//! [`Server::start`] reads and checks a catalogue and listens; [`Server::run_until_stopped`] serves it. Responses are
//! built when the catalogue is read, so that a request only looks up bytes.

mod body;
mod budget;
mod error;
mod gate;
mod legacy_api;
mod limits;
mod load;
mod log;
mod metrics;
pub mod prepull;
mod response;
mod router;
mod serve;
mod settings;
mod setup_page;
mod shas;
mod snapshot;
mod state;
mod v1;
mod work;

pub use error::{CatalogueFaults, LoadError, ReloadError, StartError};
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub use legacy_api::fuzzing;
pub use limits::{MEMORY, ServerLimits};
pub use log::{LogFormat, LogLevel, UnknownLogOption, log};
pub use serve::{Hangups, Server, ServerHandle, stop_signal};
pub use settings::{GateMode, GateSettings, Readiness, ServerSettings, ShasSettings, TlsFiles};
pub use shas::services::{ServicesError, ShasService, read_services};
pub use start_points_catalogue::{CatalogueSource, SourceError};
pub use state::CatalogueInfo;
pub use work::runtime;
