//! A repository on this machine: read where it is, nothing copied; and its work tree, where that is asked for.
//!
//! Git itself refuses repositories that belong to another user.

mod around;
mod changes;
mod embedded;
mod view;
mod work_tree;

pub use around::{Head, commit, head, ignores, remote_url};
pub use work_tree::WorkTree;

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use start_points::{CommitSha, RepoUrl, Scheme};
use start_points_io::Deadline;

use crate::cause::Cause;
use crate::git::{Answered, Call, Git};
use crate::remote::{CHECK, Kinds, Tagged, Tips, asked, read_kinds};
use crate::source::{Collected, Content, collect_from};

/// The most bytes that git says about a repository.
const MAX_ANSWER: u64 = 64 * 1024;

/// The most bytes of a list of references, each.
const BYTES_A_REFERENCE: u64 = 300;

/// A repository on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Local<'a> {
    git: &'a Git,
    folder: PathBuf,
    deadline: Deadline,
    has_work_tree: bool,
    /// Whether the folder that was named is a git folder itself, from which objects alone are read.
    is_git_folder: bool,
}

impl<'a> Local<'a> {
    /// Opens the repository that a local path or `file://` URL leads to: its top, or its git folder.
    pub(crate) fn open(git: &'a Git, url: &RepoUrl) -> Result<Self, Cause> {
        let folder = folder(url)?;
        if !folder.exists() {
            return Err(Cause::NoRepository("no such folder".to_owned()));
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
        // A git folder may claim that any folder is its work tree.
        local.has_work_tree = lines.next() == Some("true") && !is_git_folder;
        let git_dir = PathBuf::from(lines.next().unwrap_or_default());
        let is_top = match (local.has_work_tree, lines.next()) {
            (true, prefix) => prefix.unwrap_or_default().is_empty(),
            (false, _) => local.folder.canonicalize().ok() == git_dir.canonicalize().ok(),
        };
        if !is_top {
            let top = match local.has_work_tree {
                true => local.said(local.call(&["rev-parse", "--show-toplevel"]))?.trim().to_owned(),
                false => git_dir.display().to_string(),
            };
            return Err(Cause::NotTheTop { top });
        }
        Ok(local)
    }

    /// Whether files are checked out of it.
    pub(crate) fn has_work_tree(&self) -> bool {
        self.has_work_tree
    }

    /// What its references name; its default branch is the one that is checked out.
    pub(crate) fn tips(&self) -> Result<Tips, Cause> {
        let limit = self.git.limits().references;
        let call = self.call(&["show-ref", "--head", "--dereference"]);
        let listed = self.done(call.output(limit as u64 * BYTES_A_REFERENCE))?;
        // It ends with 1 where there is nothing to list, and says nothing.
        let mut tips = Tips::read(&listed.result[..], limit)?;
        let branch =
            self.done(self.call(&["symbolic-ref", "--quiet", "--short", "HEAD"]).output(MAX_ANSWER))?;
        let branch = String::from_utf8_lossy(&branch.result).trim().to_owned();
        tips.default_branch = (!branch.is_empty()).then_some(branch);
        Ok(tips)
    }

    /// The commit that these digits begin.
    pub(crate) fn commit(&self, digits: &str) -> Result<CommitSha, Cause> {
        let name = format!("{digits}^{{commit}}");
        let answered =
            self.done(self.call(&["rev-parse", "--verify", "--end-of-options", &name]).output(MAX_ANSWER))?;
        if answered.said.is_ambiguous() {
            return Err(Cause::AmbiguousCommit(digits.to_owned()));
        }
        let text = String::from_utf8_lossy(&answered.result);
        text.trim().parse().map_err(|_| Cause::NoCommit(digits.to_owned()))
    }

    /// Which of these objects are commits.
    pub(crate) fn kinds(&self, objects: &[Tagged]) -> Result<Kinds, Cause> {
        let call = self.call(&CHECK).input(asked(objects.iter().map(|(object, _)| object)));
        let answered = self.done(call.output(MAX_ANSWER))?;
        if !answered.success {
            return Err(answered.said.cause());
        }
        Ok(read_kinds(&answered.result))
    }

    /// What is wanted of a commit.
    pub(crate) fn content(&self, commit: &CommitSha) -> Result<Content, Cause> {
        self.collect(self.call(&["cat-file", "--batch"]), commit.as_str())
    }

    fn collect(&self, call: Call<'_>, name: &str) -> Result<Content, Cause> {
        match collect_from(call, name, self.git.limits())? {
            Collected::All { content, .. } => Ok(content),
            Collected::Missing(_) => {
                Err(Cause::BrokenObject("a file is missing: it is a partial clone".to_owned()))
            }
        }
    }

    fn call(&self, arguments: &[&str]) -> Call<'a> {
        let call = self.git.call(arguments).inside(&self.folder).until(self.deadline);
        // Found rather than named by `GIT_DIR`: then git looks at whom it belongs to.
        if self.is_git_folder { call.set(embedded::LET_IN.0, embedded::LET_IN.1) } else { call }
    }

    fn said(&self, call: Call<'_>) -> Result<String, Cause> {
        let answered = self.done(call.output(MAX_ANSWER))?;
        if !answered.success {
            return Err(answered.said.cause());
        }
        Ok(String::from_utf8_lossy(&answered.result).into_owned())
    }

    fn done(&self, answered: Result<Answered, crate::git::Stop>) -> Result<Answered, Cause> {
        answered.map_err(|stop| stop.cause(self.git.limits()))
    }
}

/// Where the repository lies, as an absolute path.
pub(crate) fn folder(url: &RepoUrl) -> Result<PathBuf, Cause> {
    let text = url.repo();
    let path = match url.scheme() {
        Scheme::File => {
            let encoded = text.split_once("://").map_or(text, |(_, path)| path);
            percent_decode_str(encoded)
                .decode_utf8()
                .map_err(|_| Cause::NoRepository("its path is not UTF-8".to_owned()))?
                .into_owned()
        }
        _ => text.to_owned(),
    };
    std::path::absolute(Path::new(&path)).map_err(|error| Cause::Io(error.to_string()))
}
