//! `cache`: what was fetched, kept for all runs of a user.

use std::fs;
use std::path::Path;

use clap::Subcommand;
use start_points_io::{BlobCache, CacheError};

use crate::error::{CliError, CommandOutcome};
use crate::fetching::cache_folder;
use crate::output::{eprint_line, print};

/// Subcommands of `cache`.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum CacheCommand {
    /// Print the cache folder
    Dir,
    /// Print its size in bytes
    Size,
    /// Empty the cache
    Clean,
}

pub(crate) fn run(command: CacheCommand) -> Result<CommandOutcome, CliError> {
    let folder = cache_folder()?;
    match command {
        CacheCommand::Dir => print(&format!("{}\n", folder.display()))?,
        CacheCommand::Size => print(&format!("{}\n", bytes(&folder)))?,
        CacheCommand::Clean => {
            let freed = BlobCache::clean(&folder).map_err(|error| {
                let in_use = matches!(error, CacheError::InUse(_));
                CliError::hinted(error, in_use.then_some("wait for the other runs to end"))
            })?;
            eprint_line(&format!("removed {} files, {} bytes", freed.files, freed.bytes))?;
        }
    }
    Ok(CommandOutcome::Clean)
}

/// The bytes of all files below a folder; what cannot be read, or is not there, holds none.
fn bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let each = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    each.sum()
}
