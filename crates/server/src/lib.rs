//! A catalogue over HTTP: today's API answer for answer, `/v1/`, readiness, and reload between two requests.
//!
//! [`Server::start`] reads a catalogue, checks it and listens; [`Server::run_until_stopped`] serves it. What a
//! catalogue answers is made once, when it is read: a request finds bytes.

mod answers;
mod body;
mod budget;
mod deployed;
mod digest;
mod error;
mod gate;
mod limits;
mod load;
mod log;
mod metrics;
mod openapi;
mod page;
mod path;
mod permits;
mod prepared;
mod pulling;
mod readiness;
mod refreshed;
mod serve;
mod settings;
mod shas;
mod signals;
mod state;
mod v1;
mod work;

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub use deployed::fuzzing;
pub use error::{Faults, LoadError, StartError};
pub use limits::{Limits, MEMORY};
pub use log::{LogFormat, LogLevel, UnknownLog, log};
pub use pulling::Pulling;
pub use readiness::Readiness;
pub use serve::{Handle, Server};
pub use settings::{GateMode, GateSettings, Settings, Tls};
pub use shas::{Service, ServicesError, ShasSettings, read_services};
pub use signals::{Hangups, stop_signal};
pub use start_points_catalogue::{Source, SourceError};
pub use state::{Offer, ReloadError};
