//! A local repository, read in place, and its work tree if that is requested.
//!
//! Git refuses repositories that belong to another user:
//! <https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory>.

mod changes;
mod embedded;
mod head;
mod view;

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use start_points::shown::shown;
use start_points::{CommitSha, RepoUrl, Scheme};
use start_points_io::Deadline;

use self::changes::changes;
use self::view::WorkTreeView;
use crate::error::FetchErrorKind;
use crate::git::{Git, GitCall, GitOutput};
use crate::remote::{KINDS_COMMAND, ObjectKinds, RemoteRefs, TaggedObject, kinds_input, parse_kinds};
use crate::source::FetchedContent;
use crate::source::collect::{CollectOutcome, collect_from, committed};

pub use self::head::{CheckedOutCommit, commit, head, ignores, remote_url};

/// The most bytes of git's output about a repository.
const MAX_ANSWER: u64 = 64 * 1024;

/// The average bytes of a line that the limit of references allows.
const BYTES_A_REFERENCE: u64 = 300;

/// A local repository.
#[derive(Debug, Clone)]
pub(crate) struct LocalRepository<'a> {
    git: &'a Git,
    folder: PathBuf,
    deadline: Deadline,
    has_work_tree: bool,
    /// Whether the given folder is a git folder itself, of which only objects are read.
    is_git_folder: bool,
}

impl<'a> LocalRepository<'a> {
    /// Opens the repository that a local path or `file://` URL leads to: its top, or its git folder.
    pub(crate) fn open(git: &'a Git, url: &RepoUrl) -> Result<Self, FetchErrorKind> {
        let folder = folder(url)?;
        if !folder.exists() {
            return Err(FetchErrorKind::NoRepository("no such folder".to_owned()));
        }
        let is_git_folder = embedded::is_named(&folder);
        if !is_git_folder {
            embedded::refuse(&folder)?;
        }
        let deadline = Deadline::after(git.limits().retry.time);
        let mut local = Self { git, folder, deadline, has_work_tree: false, is_git_folder };
        let asked = ["rev-parse", "--is-inside-work-tree", "--absolute-git-dir", "--show-prefix"];
        let said = local.said(local.call(&asked))?;
        let mut lines = said.lines();
        // The configuration of a git folder may claim any folder as its work tree (`core.worktree`).
        local.has_work_tree = lines.next() == Some("true") && !is_git_folder;
        let git_dir = PathBuf::from(lines.next().unwrap_or_default());
        let is_top = match (local.has_work_tree, lines.next()) {
            (true, prefix) => prefix.unwrap_or_default().is_empty(),
            (false, _) => local.folder.canonicalize().ok() == git_dir.canonicalize().ok(),
        };
        if !is_top {
            let top = if local.has_work_tree {
                local.said(local.call(&["rev-parse", "--show-toplevel"]))?.trim().to_owned()
            } else {
                git_dir.display().to_string()
            };
            return Err(FetchErrorKind::NotTheTop { top });
        }
        Ok(local)
    }

    /// Whether it has a work tree.
    pub(crate) fn has_work_tree(&self) -> bool {
        self.has_work_tree
    }

    /// Lists the references; the default branch is the one that is checked out.
    pub(crate) fn refs(&self) -> Result<RemoteRefs, FetchErrorKind> {
        let limit = self.git.limits().references;
        let call = self.call(&["show-ref", "--head", "--dereference"]);
        let listed = self.done(call.output(limit as u64 * BYTES_A_REFERENCE))?;
        // The exit code is 1 if there are no references: https://git-scm.com/docs/git-show-ref
        let mut refs = RemoteRefs::read(&listed.result[..], limit)?;
        let branch =
            self.done(self.call(&["symbolic-ref", "--quiet", "--short", "HEAD"]).output(MAX_ANSWER))?;
        let branch = String::from_utf8_lossy(&branch.result).trim().to_owned();
        refs.default_branch = (!branch.is_empty()).then_some(branch);
        Ok(refs)
    }

    /// The commit that begins with these digits.
    pub(crate) fn commit(&self, digits: &str) -> Result<CommitSha, FetchErrorKind> {
        let name = format!("{digits}^{{commit}}");
        let answered =
            self.done(self.call(&["rev-parse", "--verify", "--end-of-options", &name]).output(MAX_ANSWER))?;
        if answered.stderr.is_ambiguous() {
            return Err(FetchErrorKind::AmbiguousCommit(digits.to_owned()));
        }
        let text = String::from_utf8_lossy(&answered.result);
        text.trim().parse().map_err(|_| FetchErrorKind::NoCommit(digits.to_owned()))
    }

    /// Which of these objects are commits.
    pub(crate) fn kinds(&self, objects: &[TaggedObject]) -> Result<ObjectKinds, FetchErrorKind> {
        let call = self.call(&KINDS_COMMAND).input(kinds_input(objects.iter().map(|(object, _)| object)));
        let answered = self.done(call.output(MAX_ANSWER))?;
        if !answered.success {
            return Err(answered.stderr.kind());
        }
        Ok(parse_kinds(&answered.result))
    }

    /// The files of a commit that are needed.
    pub(crate) fn content(&self, commit: &CommitSha) -> Result<FetchedContent, FetchErrorKind> {
        self.collect(self.call(&["cat-file", "--batch"]), commit.as_str())
    }

    fn collect(&self, call: GitCall<'_>, name: &str) -> Result<FetchedContent, FetchErrorKind> {
        match collect_from(call, name, self.git.limits())? {
            CollectOutcome::All { content, .. } => Ok(content),
            CollectOutcome::Missing(_) => {
                Err(FetchErrorKind::BrokenObject("a file is missing: it is a partial clone".to_owned()))
            }
        }
    }

    fn call(&self, arguments: &[&str]) -> GitCall<'a> {
        let call = self.git.call(arguments).inside(&self.folder).until(self.deadline);
        // Git checks the owner of a repository that it finds, but not of one that `GIT_DIR` names.
        if self.is_git_folder { call.set(embedded::LET_IN.0, embedded::LET_IN.1) } else { call }
    }

    fn said(&self, call: GitCall<'_>) -> Result<String, FetchErrorKind> {
        let answered = self.done(call.output(MAX_ANSWER))?;
        if !answered.success {
            return Err(answered.stderr.kind());
        }
        Ok(String::from_utf8_lossy(&answered.result).into_owned())
    }

    fn done(
        &self,
        answered: Result<GitOutput, crate::git::ProcessError>,
    ) -> Result<GitOutput, FetchErrorKind> {
        answered.map_err(|stop| stop.kind(self.git.limits()))
    }
}

/// The absolute path of the repository.
pub(crate) fn folder(url: &RepoUrl) -> Result<PathBuf, FetchErrorKind> {
    let text = url.repo();
    let path = match url.scheme() {
        Scheme::File => {
            let encoded = text.split_once("://").map_or(text, |(_, path)| path);
            percent_decode_str(encoded)
                .decode_utf8()
                .map_err(|_| FetchErrorKind::NoRepository("its path is not UTF-8".to_owned()))?
                .into_owned()
        }
        _ => text.to_owned(),
    };
    std::path::absolute(Path::new(&path)).map_err(|error| FetchErrorKind::Io(error.to_string()))
}

/// The most changed paths that are listed.
const MOST_NAMED: usize = 20;

/// How a work tree differs from its commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkTreeState {
    /// The first paths that differ from the commit, escaped for messages. Ignored files do not count.
    pub changed: Vec<String>,
    /// The number of paths that differ.
    pub changes: usize,
    /// Whether the files were read from the work tree, not from the commit.
    pub taken: bool,
}

impl WorkTreeState {
    /// Whether the files that were read differ from every commit.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.taken && self.changes > 0
    }

    /// Whether there are changes that were not read.
    #[must_use]
    pub fn is_passed_over(&self) -> bool {
        !self.taken && self.changes > 0
    }
}

impl LocalRepository<'_> {
    /// How the work tree differs from the commit that is checked out.
    pub(crate) fn changes(&self, taken: bool) -> Result<WorkTreeState, FetchErrorKind> {
        let changes = changes(&self.view()?, false)?;
        let named = changes.iter().take(MOST_NAMED);
        let named = named.map(|change| shown(&String::from_utf8_lossy(&change.path)).into_owned());
        Ok(WorkTreeState { changed: named.collect(), changes: changes.len(), taken })
    }

    /// The needed files as they are on disk, without those that git ignores.
    ///
    /// They are added to an index and objects of our own; the repository is not changed.
    pub(crate) fn work_tree_content(&self, commit: &CommitSha) -> Result<FetchedContent, FetchErrorKind> {
        let view = self.view()?;
        let mut changed = Vec::new();
        // A path that ends in `/` is another repository inside this one.
        for change in changes(&view, true)?.iter().filter(|change| !change.path.ends_with(b"/")) {
            changed.extend_from_slice(&change.path);
            changed.push(0);
        }
        // Not `git add`: it runs `git status` in submodules, under their own configuration.
        let update = ["update-index", "-z", "--add", "--remove", "--replace", "--stdin"];
        view.done(view.call(&update).input(changed), MAX_ANSWER)?;
        let tree = view.done(view.call(&["write-tree"]), MAX_ANSWER)?;
        let tree = String::from_utf8_lossy(&tree);
        let content =
            self.collect(view.call(&["cat-file", "--batch"]), &format!("{}^{{tree}}", tree.trim()))?;
        let commit = self.said(self.call(&["cat-file", "commit", commit.as_str()]))?;
        Ok(FetchedContent { committed: committed(&commit), ..content })
    }

    fn view(&self) -> Result<WorkTreeView<'_>, FetchErrorKind> {
        WorkTreeView::open(self.git, &self.folder, self.deadline)
    }
}
