//! Git repositories made for tests, and a smart HTTP server on loopback that serves them.

mod cgi;
mod http;
mod proxy;
mod repository;
mod server;

pub use http::Request;
pub use proxy::DelayProxy;
pub use repository::{Change, Repository};
pub use server::{Reply, Server, Serves};
