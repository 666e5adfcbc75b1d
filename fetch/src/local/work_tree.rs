//! The work tree of a repository of the user's own: what changed in it, and its files as they are.

use std::fs;
use std::path::PathBuf;

use start_points::CommitSha;
use start_points::shown::shown;

use super::{Local, MAX_ANSWER};
use crate::cause::Cause;
use crate::source::{Content, committed};

/// The most changed paths that are named.
const MOST_NAMED: usize = 20;

/// The most bytes of a list of changes.
pub(super) const MAX_CHANGES: u64 = 16 << 20;

/// What differs from the commit; what git ignores does not.
pub(super) const STATUS: [&str; 6] = [
    "status",
    "--porcelain=v1",
    "-z",
    "--no-renames",
    "--untracked-files=normal",
    "--ignore-submodules=dirty",
];

/// A work tree beside the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkTree {
    /// The first of the paths that differ from the commit, as a message may show them; ignored files do not.
    pub changed: Vec<String>,
    /// How many paths differ.
    pub changes: usize,
    /// Whether the files were taken from here, and not from the commit.
    pub taken: bool,
}

impl WorkTree {
    /// Whether the files that were taken are those of no commit.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.taken && self.changes > 0
    }

    /// Whether there are changes that were not taken.
    #[must_use]
    pub fn is_passed_over(&self) -> bool {
        !self.taken && self.changes > 0
    }
}

impl Local<'_> {
    /// What differs from the commit that is checked out.
    pub(crate) fn changes(&self, taken: bool) -> Result<WorkTree, Cause> {
        let answered = self.done(self.call(&STATUS).output(MAX_CHANGES))?;
        if !answered.success {
            return Err(answered.said.cause());
        }
        let paths = answered.result.split(|byte| *byte == 0).filter_map(|line| line.get(3..));
        let changes = paths.clone().count();
        let named = paths.take(MOST_NAMED).map(|path| shown(&String::from_utf8_lossy(path)).into_owned());
        Ok(WorkTree { changed: named.collect(), changes, taken })
    }

    /// The wanted files as they are on disk; what git ignores is left out.
    ///
    /// They go into an index and objects of our own: the repository's stay untouched.
    pub(crate) fn work_tree_content(&self, commit: &CommitSha) -> Result<Content, Cause> {
        let io = |error: std::io::Error| Cause::Io(error.to_string());
        let own = tempfile::tempdir().map_err(io)?;
        let objects = own.path().join("objects");
        fs::create_dir(&objects).map_err(io)?;
        let index = own.path().join("index");
        let (their_index, their_objects) = self.paths()?;
        if their_index.exists() {
            fs::copy(&their_index, &index).map_err(io)?;
            // From its time git tells which files may have changed after it was written, in the same second.
            let written = fs::metadata(&their_index).and_then(|metadata| metadata.modified()).map_err(io)?;
            fs::File::options()
                .write(true)
                .open(&index)
                .and_then(|index| index.set_modified(written))
                .map_err(io)?;
        }
        let call = |arguments: &[&str]| {
            self.call(arguments)
                .variable("GIT_INDEX_FILE", &index)
                .variable("GIT_OBJECT_DIRECTORY", &objects)
                .variable("GIT_ALTERNATE_OBJECT_DIRECTORIES", &their_objects)
        };
        self.said(call(&["add", "--all", "--", "."]))?;
        let tree = self.said(call(&["write-tree"]))?;
        let content = self.collect(call(&["cat-file", "--batch"]), &format!("{}^{{tree}}", tree.trim()))?;
        let commit = self.said(self.call(&["cat-file", "commit", commit.as_str()]))?;
        Ok(Content { committed: committed(&commit), ..content })
    }

    fn paths(&self) -> Result<(PathBuf, PathBuf), Cause> {
        let call = self.call(&["rev-parse", "--git-path", "index", "--git-path", "objects"]);
        let answered = self.done(call.output(MAX_ANSWER))?;
        let said = String::from_utf8_lossy(&answered.result).into_owned();
        let mut lines = said.lines().map(|line| self.folder.join(line));
        match (lines.next(), lines.next()) {
            (Some(index), Some(objects)) => Ok((index, objects)),
            _ => Err(answered.said.cause()),
        }
    }
}
