//! Start-points on disk: discovery, settings, checks and fixes. The command and the Python package share it.

mod checker;
mod disk_files;
mod error;
pub mod find;
pub mod fix;
pub mod path;
pub mod settings;
mod settings_file;

pub use checker::{DiskChecker, DiskOutput, GivenText, manifest_at};
pub use disk_files::DiskFiles;
pub use error::WorkspaceError;
pub use settings_file::{SETTINGS_FILE, SettingsFolders, settings_folder};
