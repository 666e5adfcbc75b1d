//! Asking the `git` program about a local repository, with nothing of the caller's `GIT_*` in its environment.
//!
//! Inside a hook those variables name another repository than the one that is asked about.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use start_points::CommitSha;

/// A repository's commit, and whether the work tree differs from it.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// The commit that is checked out.
    pub commit: CommitSha,
    /// Whether files were changed, added or removed since; ignored files do not count.
    pub dirty: bool,
}

/// The commit of the repository that `folder` is in.
pub(crate) fn head(folder: &Path) -> Result<Head> {
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

fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
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
