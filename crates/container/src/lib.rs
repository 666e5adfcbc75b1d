//! A client for a container engine's socket: whether the engine has an image, and pulling one.
//!
//! It speaks Docker's API, which Podman serves too. Every request is bounded in time and bytes.
//!
//! ```no_run
//! use start_points::ImageName;
//! use start_points_container::{Engine, EngineLimits, Socket};
//! use start_points_oci::registry::CredentialSource;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::new(Socket::from_environment()?, CredentialSource::default(), EngineLimits::default());
//! let image = ImageName::parse("cyberdojofoundation/gcc_assert:4edf92a")?;
//! if !engine.has(&image).await? {
//!     engine.pull(&image, |received, expected| println!("{received} of {expected} bytes")).await?;
//! }
//! # Ok(())
//! # }
//! ```

mod engine;
mod error;
mod pull_event;
mod registry_auth;
mod response;
mod socket;

pub use engine::Engine;
pub use error::PullError;
pub use response::EngineLimits;
pub use socket::{Socket, SocketError};
