//! Git repositories made for tests, and a smart HTTP server on loopback that serves them.

mod cgi;
mod http;
mod proxy;
mod repository;
mod server;

pub use http::Request;
pub use proxy::DelayProxy;
pub use repository::{Change, GitRepository};
pub use server::{GitServer, Reply, Serves};

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The git program, by its whole path: a bare name with a `PATH` of its own is started by forking this process.
fn program() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let mut found = std::env::split_paths(&folders).map(|folder| folder.join("git"));
        found.find(|path| path.is_file()).unwrap_or_else(|| PathBuf::from("git"))
    });
    &PROGRAM
}
