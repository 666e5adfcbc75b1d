//! A work tree, compared through a git folder of our own, so that no program that a repository names can run.
//!
//! Git always reads the configuration of the repository that it works in, and attributes may name any filter in it. So
//! it works in another one: an empty git folder with a copy of the index, the repository's objects as alternates
//! (<https://git-scm.com/docs/gitrepository-layout>), its attributes and ignore patterns, and the settings that decide
//! how files are compared. No filter is among them: git converts line endings and encodings, and runs nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::TempDir;

use start_points_io::Deadline;

use crate::error::FetchErrorKind;
use crate::git::{Git, GitCall};

/// The most bytes of settings and of paths.
const MAX_ANSWER: u64 = 1 << 20;

/// The settings that decide how files are compared, and the names of filters.
const SETTINGS: &str = concat!(
    r"^(core\.(autocrlf|eol|filemode|symlinks|ignorecase|precomposeunicode|trustctime|checkstat|longpaths",
    r"|checkroundtripencoding|excludesfile|attributesfile|sparsecheckout|sparsecheckoutcone)",
    r"|filter\..*\.(clean|process))$"
);

/// The paths that the repository itself is asked for.
const PLACES: [&str; 5] = ["index", "objects", "info/exclude", "info/attributes", "info/sparse-checkout"];

/// A work tree with an index of our own.
#[derive(Debug)]
pub(super) struct WorkTreeView<'a> {
    git: &'a Git,
    own: TempDir,
    top: PathBuf,
    settings: Vec<(String, String)>,
    /// When the repository's index was written.
    written: Option<SystemTime>,
    /// The filters in the configuration of the user or the repository.
    pub(super) filters: BTreeSet<String>,
    deadline: Deadline,
}

impl<'a> WorkTreeView<'a> {
    /// Opens the work tree that contains a folder.
    pub(super) fn open(git: &'a Git, folder: &Path, deadline: Deadline) -> Result<Self, FetchErrorKind> {
        let ask = |arguments: &[&str]| {
            let call = git.call(arguments).inside(folder).until(deadline);
            call.output(MAX_ANSWER).map_err(|stop| stop.kind(git.limits()))
        };
        let mut arguments = vec!["rev-parse", "--show-toplevel"];
        arguments.extend(PLACES.iter().flat_map(|place| ["--git-path", *place]));
        let answered = ask(&arguments)?;
        if !answered.success {
            return Err(answered.stderr.kind());
        }
        let lines = answered.result.strip_suffix(b"\n").unwrap_or_default().split(|byte| *byte == b'\n');
        let mut lines = lines.filter_map(native).map(|line| folder.join(line));
        let top = lines.next().ok_or_else(odd_path)?;
        let [index, objects, exclude, attributes, sparse] =
            <[PathBuf; PLACES.len()]>::try_from(lines.collect::<Vec<_>>()).map_err(|_| odd_path())?;
        let configured = ask(&["config", "-z", "--get-regexp", SETTINGS])?.result;
        if configured.len() as u64 > MAX_ANSWER {
            return Err(FetchErrorKind::TooMany { what: "bytes of settings", limit: MAX_ANSWER });
        }
        let head = ask(&["rev-parse", "--quiet", "--verify", "HEAD^{commit}"])?;
        let head = if head.success { head.result } else { b"ref: refs/heads/unborn\n".to_vec() };
        let io = |error: std::io::Error| FetchErrorKind::Io(error.to_string());
        let own = tempfile::tempdir().map_err(io)?;
        for place in ["refs", "objects/info", "info"] {
            fs::create_dir_all(own.path().join(place)).map_err(io)?;
        }
        fs::write(own.path().join("HEAD"), head).map_err(io)?;
        let objects = std::path::absolute(objects).map_err(io)?;
        fs::write(own.path().join("objects/info/alternates"), alternate(&objects)?).map_err(io)?;
        let most = git.limits().transfer_bytes;
        for (theirs, ours) in
            [(exclude, "info/exclude"), (attributes, "info/attributes"), (sparse, "info/sparse-checkout")]
        {
            copy(&theirs, &own.path().join(ours), most)?;
        }
        let written = copy(&index, &own.path().join("index"), most)?;
        if let Some(beside) = index.parent() {
            copy_shared(beside, own.path(), most)?;
        }
        let (settings, filters) = split_configuration(&configured);
        let view = Self { git, own, top, settings, written, filters, deadline };
        view.set_index_time(view.written)?;
        Ok(view)
    }

    /// A run of git on the work tree.
    pub(super) fn call(&self, arguments: &[&str]) -> GitCall<'a> {
        let mut call = self
            .git
            .call(arguments)
            .inside(&self.top)
            .git_dir(self.own.path())
            .variable("GIT_WORK_TREE", &self.top)
            .variable("GIT_CONFIG_NOSYSTEM", "1")
            .variable("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
            .until(self.deadline)
            .set("core.safecrlf", "false");
        for (key, value) in &self.settings {
            call = call.set(key, value);
        }
        call
    }

    /// Git's output, up to `most` bytes.
    pub(super) fn done(&self, call: GitCall<'_>, most: u64) -> Result<Vec<u8>, FetchErrorKind> {
        let answered = call.output(most).map_err(|stop| stop.kind(self.git.limits()))?;
        if answered.success { Ok(answered.result) } else { Err(answered.stderr.kind()) }
    }

    /// The top of the work tree.
    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// Runs `work` while git trusts the times in the index, and does not read files as young as the index.
    pub(super) fn trusting_times<T>(
        &self,
        work: impl FnOnce() -> Result<T, FetchErrorKind>,
    ) -> Result<T, FetchErrorKind> {
        const A_DAY: std::time::Duration = std::time::Duration::from_secs(86_400);
        self.set_index_time(Some(SystemTime::now() + A_DAY))?;
        let result = work();
        self.set_index_time(self.written)?;
        result
    }

    /// Sets the time of the index. From it git decides which files may have changed in the second of its writing:
    /// <https://github.com/git/git/blob/master/Documentation/technical/racy-git.adoc>.
    fn set_index_time(&self, time: Option<SystemTime>) -> Result<(), FetchErrorKind> {
        let Some(time) = time.filter(|_| self.written.is_some()) else { return Ok(()) };
        let index = fs::File::options().write(true).open(self.own.path().join("index"));
        index
            .and_then(|index| index.set_modified(time))
            .map_err(|error| FetchErrorKind::Io(error.to_string()))
    }
}

/// Splits the configuration into settings with values, and the names of filters.
fn split_configuration(configured: &[u8]) -> (Vec<(String, String)>, BTreeSet<String>) {
    let mut settings = Vec::new();
    let mut filters = BTreeSet::new();
    for one in configured.split(|byte| *byte == 0) {
        let Ok(one) = str::from_utf8(one) else { continue };
        // A key without a value is true.
        let (key, value) = one.split_once('\n').unwrap_or((one, "true"));
        match key.strip_prefix("filter.").and_then(|key| key.rsplit_once('.')) {
            Some((name, _)) => drop(filters.insert(name.to_owned())),
            None if key.starts_with("core.") => settings.push((key.to_owned(), value.to_owned())),
            None => {}
        }
    }
    (settings, filters)
}

/// Copies a regular file, and returns its modification time.
fn copy(from: &Path, to: &Path, most: u64) -> Result<Option<SystemTime>, FetchErrorKind> {
    let io = |error: std::io::Error| FetchErrorKind::Io(format!("`{}`: {error}", from.display()));
    let metadata = match fs::metadata(from) {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(io(error)),
    };
    if metadata.len() > most {
        return Err(FetchErrorKind::TransferTooLarge);
    }
    fs::write(to, fs::read(from).map_err(io)?).map_err(io)?;
    metadata.modified().map(Some).map_err(io)
}

/// Copies the shared part of a split index: <https://git-scm.com/docs/git-update-index#_split_index>.
fn copy_shared(from: &Path, to: &Path, most: u64) -> Result<(), FetchErrorKind> {
    let Ok(listed) = fs::read_dir(from) else { return Ok(()) };
    for entry in listed.flatten() {
        if entry.file_name().to_string_lossy().starts_with("sharedindex.") {
            copy(&entry.path(), &to.join(entry.file_name()), most)?;
        }
    }
    Ok(())
}

/// The line of `alternates` for a folder.
fn alternate(objects: &Path) -> Result<Vec<u8>, FetchErrorKind> {
    let line = objects.as_os_str().as_encoded_bytes();
    if line.contains(&b'\n') {
        return Err(odd_path());
    }
    Ok([line, b"\n"].concat())
}

/// A path as git writes it.
pub(super) fn native(path: &[u8]) -> Option<PathBuf> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        Some(std::ffi::OsStr::from_bytes(path).into())
    }
    #[cfg(not(unix))]
    {
        str::from_utf8(path).ok().map(PathBuf::from)
    }
}

fn odd_path() -> FetchErrorKind {
    FetchErrorKind::NoRepository("the path contains a line break".to_owned())
}
