//! The work tree of a repository of the user's own: what changed in it, and its files as they are.

use start_points::CommitSha;
use start_points::shown::shown;

use super::changes::changes;
use super::view::View;
use super::{Local, MAX_ANSWER};
use crate::cause::Cause;
use crate::source::{Content, committed};

/// The most changed paths that are named.
const MOST_NAMED: usize = 20;

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
        let changes = changes(&self.view()?, false)?;
        let named = changes.iter().take(MOST_NAMED);
        let named = named.map(|change| shown(&String::from_utf8_lossy(&change.path)).into_owned());
        Ok(WorkTree { changed: named.collect(), changes: changes.len(), taken })
    }

    /// The wanted files as they are on disk; what git ignores is left out.
    ///
    /// They go into an index and objects of our own: the repository's stay untouched.
    pub(crate) fn work_tree_content(&self, commit: &CommitSha) -> Result<Content, Cause> {
        let view = self.view()?;
        let mut changed = Vec::new();
        // What ends in `/` is another repository inside this one.
        for change in changes(&view, true)?.iter().filter(|change| !change.path.ends_with(b"/")) {
            changed.extend_from_slice(&change.path);
            changed.push(0);
        }
        // Not `git add`, which runs `git status` inside of submodules, under their own configuration.
        let update = ["update-index", "-z", "--add", "--remove", "--replace", "--stdin"];
        view.done(view.call(&update).input(changed), MAX_ANSWER)?;
        let tree = view.done(view.call(&["write-tree"]), MAX_ANSWER)?;
        let tree = String::from_utf8_lossy(&tree);
        let content =
            self.collect(view.call(&["cat-file", "--batch"]), &format!("{}^{{tree}}", tree.trim()))?;
        let commit = self.said(self.call(&["cat-file", "commit", commit.as_str()]))?;
        Ok(Content { committed: committed(&commit), ..content })
    }

    fn view(&self) -> Result<View<'_>, Cause> {
        View::open(self.git, &self.folder, self.deadline)
    }
}
