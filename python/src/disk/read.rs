//! Reading files: bounded, and never through a pipe or device.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

use start_points::check::{Docker, Manifest, SourceFile};
use start_points::files::{Entry, Files, Other, normal};
use start_points::json::MAX_BYTES;
use start_points::layout;

/// The most bytes of a manifest; the engine says so of a longer one.
pub(super) const MAX_MANIFEST: u64 = MAX_BYTES as u64;

/// The most bytes of a Dockerfile.
const MAX_DOCKERFILE: u64 = 1 << 20;

/// The most bytes of a file beside a manifest that are read; of larger ones only the size is known.
const MAX_FILE_BYTES: u64 = 25 * 1024;

/// The most files of a folder that are looked at.
const MAX_FOLDER_ENTRIES: usize = 10_000;

/// A path as reports show it: forward slashes, no leading `./`.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    match text.strip_prefix("./") {
        Some("") => ".".to_owned(),
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// A path as told from the top of the git repository that it is in; as it is where it is in none.
pub(crate) fn from_repository_top(path: &str) -> String {
    let relative = || {
        let absolute = std::path::absolute(path).ok()?;
        let top = absolute.ancestors().skip(1).find(|folder| folder.join(".git").exists())?;
        Some(shown(absolute.strip_prefix(top).ok()?))
    };
    relative().unwrap_or_else(|| path.to_owned())
}

/// The folder of a file; `.` for a bare name.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The first `limit + 1` bytes of a regular file: one more than allowed shows that it is too large.
pub(super) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let (file, size) = open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or_default() + 1);
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a regular file for reading; a pipe neither blocks nor passes.
fn open(path: &Path) -> io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NONBLOCK);
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("is a pipe, socket or device"));
    }
    Ok((file, metadata.len()))
}

/// The docker folder of a repository, also where it is not there.
pub(super) fn docker(folder: &Path) -> Docker {
    Docker {
        path: shown(folder).into(),
        image_name: source_file(&folder.join("image_name.json"), MAX_MANIFEST),
        dockerfile: source_file(&folder.join("Dockerfile"), MAX_DOCKERFILE),
        dockerfile_base: source_file(&folder.join("Dockerfile.base"), MAX_DOCKERFILE),
    }
}

/// A file that may be missing; one that is there and cannot be read says why.
fn source_file(path: &Path, limit: u64) -> Option<SourceFile> {
    let content = match read(path, limit) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return None,
        content => content.map_err(|error| error.to_string()),
    };
    Some(SourceFile { path: shown(path).into(), content })
}

/// The docker folder of the repository that a manifest at `…/start_point/manifest.json` belongs to.
pub(super) fn docker_of(manifest: &Path) -> Option<Docker> {
    let text = manifest.to_str()?;
    if let Some(folder) = layout::docker_folder(&text.replace('\\', "/")) {
        return Some(docker(Path::new(&folder)));
    }
    // `manifest.json` given from inside start_point/.
    let folder = fs::canonicalize(parent(manifest)).ok()?;
    (folder.file_name()? == "start_point").then(|| docker(&parent(manifest).join("../docker")))
}

/// What a manifest sees: the files it names, and what else lies beside it.
///
/// At the top of a git repository the neighbours are the repository's own, and are left out.
pub(super) fn beside(path: &Path, manifest: &Manifest<'_>) -> Files {
    let folder = parent(path);
    let mut files = Files::new();
    if !folder.join(".git").exists() {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MAX_FOLDER_ENTRIES);
        for entry in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())) {
            if let Some(name) = entry.file_name().to_str() {
                files.insert(name, Entry::Size(0));
            }
        }
    }
    for name in manifest.named_files() {
        // Names that lead out are faults of their own; nothing outside the folder is ever touched.
        if name.starts_with('/') || name.contains('\0') || name.split('/').any(|segment| segment == "..") {
            continue;
        }
        if let Some(entry) = entry(folder, &normal(name)) {
            files.insert(name, entry);
        }
    }
    files
}

/// What stands under a name below `folder`; `None` where nothing does.
fn entry(folder: &Path, name: &str) -> Option<Entry> {
    let path = folder.join(name);
    let metadata = match fs::symlink_metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return Some(Entry::Other(Other::Unreadable));
        }
        Err(_) => return None,
    };
    if (metadata.is_symlink() || name.contains('/')) && !is_inside(folder, &path) {
        return Some(Entry::Other(Other::EscapingLink));
    }
    let kind = fs::metadata(&path).ok()?;
    if kind.is_dir() {
        return Some(Entry::Other(Other::Folder));
    }
    if !kind.is_file() {
        return Some(Entry::Other(Other::Special));
    }
    if kind.len() > MAX_FILE_BYTES {
        return Some(Entry::Size(kind.len()));
    }
    match read(&path, MAX_FILE_BYTES) {
        Ok(bytes) => Some(Entry::Content(bytes)),
        Err(_) => Some(Entry::Other(Other::Unreadable)),
    }
}

/// Whether a path, with every link followed, is below `folder`.
fn is_inside(folder: &Path, path: &Path) -> bool {
    match (fs::canonicalize(folder), fs::canonicalize(path)) {
        (Ok(folder), Ok(path)) => path.starts_with(folder),
        _ => false,
    }
}
