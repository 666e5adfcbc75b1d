//! Commits that no reference names, found in the history of those that are named.
//!
//! A server hands out any object it has, those of forks and deleted branches too. Only what a branch or tag
//! leads to belongs to the repository, so the history is fetched, without trees, and the commit looked up there.

use std::path::Path;

use start_points::CommitSha;

use super::{REMOTE, Remote, Scratch, Tips, resolve};
use crate::cause::Cause;

/// The most bytes of git's answer that hold a commit's name.
const MAX_ANSWER: u64 = 4096;

pub(super) fn search(
    remote: Remote<'_>,
    digits: &str,
    scratch: &Path,
    tips: &Tips,
) -> Result<CommitSha, Cause> {
    let scratch = Scratch::new(scratch, tips.is_sha256()).map_err(|error| Cause::Io(error.to_string()))?;
    let fetch = remote
        .call(&[
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--filter=tree:0",
            "--end-of-options",
            REMOTE,
            "+refs/heads/*:refs/start-points/heads/*",
            "+refs/tags/*:refs/start-points/tags/*",
        ])
        // Old commits have old faults; nothing but their names is looked at.
        .set("fetch.fsckObjects", "false")
        .git_dir(scratch.path());
    let fetched = fetch.output(MAX_ANSWER).map_err(|stop| stop.cause(remote.git.limits()))?;
    if !fetched.success {
        return Err(fetched.said.cause());
    }
    let name = format!("{digits}^{{commit}}");
    let parsed = remote
        .git
        .call(&["rev-parse", "--verify", "--end-of-options", &name])
        .git_dir(scratch.path())
        .until(remote.deadline)
        .output(MAX_ANSWER)
        .map_err(|stop| stop.cause(remote.git.limits()))?;
    if !parsed.success {
        return Err(if parsed.said.is_ambiguous() {
            Cause::AmbiguousCommit(digits.to_owned())
        } else {
            missing(tips, digits)
        });
    }
    let text = String::from_utf8_lossy(&parsed.result);
    text.trim().parse().map_err(|_| missing(tips, digits))
}

/// Few digits may as well have been meant for a tag.
fn missing(tips: &Tips, digits: &str) -> Cause {
    match resolve::no_tag(tips, digits) {
        Cause::NoTag { nearest, .. } if nearest.is_empty() => Cause::NoCommit(digits.to_owned()),
        no_tag => no_tag,
    }
}
