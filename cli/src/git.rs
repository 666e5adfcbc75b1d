//! Asking the `git` program about a local repository, with nothing of the caller's `GIT_*` in its environment.
//!
//! Inside a hook those variables name another repository than the one that is asked about.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use start_points::CommitSha;
use start_points_catalogue::Revision;

use crate::error::{Failure, Outcome};
use crate::output::talk;

/// A repository's commit, and whether the work tree differs from it.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// The commit that is checked out.
    pub commit: CommitSha,
    /// Whether files were changed, added or removed since; ignored files do not count.
    pub dirty: bool,
}

impl Head {
    /// What files of the work tree come from.
    pub(crate) fn revision(&self) -> Revision {
        Revision { commit: self.commit.clone(), dirty: self.dirty }
    }
}

/// What is told where a clean work tree is required and it is not.
pub(crate) fn tell_dirty() -> Result<Outcome, Failure> {
    talk("\u{1b}[1;31merror\u{1b}[0m: the work tree differs from the commit")?;
    talk("\u{1b}[1;36mhint\u{1b}[0m: `git status` shows where; commit, or leave --require-clean out")?;
    Ok(Outcome::Faults)
}

/// The URL that a repository calls another one by.
pub(crate) fn remote(folder: &Path, name: &str) -> Option<String> {
    let url = git(folder, &["remote", "get-url", name]).ok()?;
    Some(url.trim().to_owned()).filter(|url| !url.is_empty())
}

/// The commit of the repository that `folder` is in.
pub(crate) fn head(folder: &Path) -> anyhow::Result<Head> {
    let sha = git(folder, &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
        .with_context(|| format!("`{}` is in no git repository with a commit", folder.display()))?;
    let commit = sha.trim().parse::<CommitSha>()?;
    let changes =
        git(folder, &["status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=none"])?;
    Ok(Head { commit, dirty: !changes.is_empty() })
}

/// Whether git ignores a path inside the repository in `folder`, or it is in none.
pub(crate) fn ignores(folder: &Path, path: &Path) -> bool {
    match path.to_str() {
        Some(path) => git(folder, &["ls-files", "--others", "--exclude-standard", "--", path])
            .map_or(true, |listed| listed.is_empty()),
        None => true,
    }
}

fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut command = Command::new("git");
    command
        .env_clear()
        .envs(
            ["PATH", "HOME", "XDG_CONFIG_HOME", "SystemRoot"]
                .iter()
                .filter_map(|name| Some((name, env::var_os(name)?))),
        )
        .envs([("LC_ALL", "C"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0")])
        .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C"])
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null());
    let output = command.output().context("cannot run `git`: is it installed?")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("git {}: {}", arguments.first().unwrap_or(&""), said.trim().lines().next().unwrap_or("failed"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
