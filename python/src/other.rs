//! What stands under a name and is no regular file.

use pyo3::prelude::*;
use start_points::files;

/// What stands under a file name and is no regular file inside the start-point.
///
/// A value in the `files` of `check` and `check_tree`.
///
/// >>> from start_points import Other, check_tree
/// >>> text = '{"display_name": "x", "visible_filenames": ["readme.txt"]}'
/// >>> tree = {"start-points/X/manifest.json": text, "start-points/X/readme.txt": Other.FOLDER}
/// >>> [found.message for found in check_tree(tree)]
/// ['`readme.txt` is a folder, not a regular file']
#[pyclass(frozen, eq, hash, module = "start_points")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Other {
    /// A folder.
    #[pyo3(name = "FOLDER")]
    Folder,
    /// A symbolic link that leads out of the start-point, or nowhere.
    #[pyo3(name = "ESCAPING_LINK")]
    EscapingLink,
    /// A named pipe, a socket or a device.
    #[pyo3(name = "SPECIAL")]
    Special,
    /// A file that the user may not read.
    #[pyo3(name = "UNREADABLE")]
    Unreadable,
    /// A git submodule.
    #[pyo3(name = "SUBMODULE")]
    Submodule,
}

impl From<Other> for files::Other {
    fn from(other: Other) -> Self {
        match other {
            Other::Folder => Self::Folder,
            Other::EscapingLink => Self::EscapingLink,
            Other::Special => Self::Special,
            Other::Unreadable => Self::Unreadable,
            Other::Submodule => Self::Submodule,
        }
    }
}
