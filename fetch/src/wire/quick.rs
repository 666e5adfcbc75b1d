//! The first fetch of a repository: its references, and the commit that is meant, in one connection.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use start_points::{CommitSha, Tag};

use super::exchange::{Exchange, Trouble};
use crate::cache::{Cache, Lock};
use crate::cause::Cause;
use crate::git::{Git, Stop};
use crate::limits::Deadline;
use crate::remote::{Found, HTTP_HELPER, REMOTE, Remote, Scratch, Tips, find};
use crate::retry::retry;
use crate::source::{self, Content, Place};

/// The most bytes of what `git index-pack` prints.
const MAX_ANSWER: u64 = 4096;

/// Asks for the references and, where they tell which commit is meant and the cache lacks it, puts it there.
///
/// `None` where the server does not speak so, or something unexpected happens: then the other way decides.
///
/// `scratch` is shared by many: the objects of each are apart.
pub(crate) fn quick(
    remote: Remote<'_>,
    cache: &Arc<Cache>,
    scratch: &Scratch,
) -> Result<Option<Tips>, Cause> {
    if !remote.git.has_helper(HTTP_HELPER) {
        return Ok(None);
    }
    match retry(remote, || attempt(remote, cache, scratch)) {
        // The helper takes a URL that the user's `insteadOf` leads to ssh for one that was redirected.
        Err(Cause::Redirected(_) | Cause::Other(_) | Cause::BadObjects(_) | Cause::NotGit(_)) => Ok(None),
        result => result,
    }
}

fn attempt(remote: Remote<'_>, cache: &Arc<Cache>, scratch: &Scratch) -> Result<Option<Tips>, Cause> {
    let io = |error: std::io::Error| Cause::Io(error.to_string());
    let objects = scratch.objects().map_err(io)?;
    let asking = Asking {
        git: remote.git.clone(),
        cache: Arc::clone(cache),
        tag: remote.url.tag().clone(),
        deadline: remote.deadline,
        pack: objects.pack(),
    };
    let answered = remote
        .helper(HTTP_HELPER, &[REMOTE])
        .talk(move |stdin, stdout| asking.ask(Exchange::open(stdin, stdout)?))
        .map_err(|stop| stop.cause(remote.git.limits()))?;
    let (tips, fetched) = match answered.result {
        Ok(result) => result,
        Err(Trouble::Unsupported) => return Ok(None),
        Err(Trouble::Broken) => return Err(answered.said.cause()),
        Err(Trouble::Cause(cause)) => return Err(cause),
    };
    if let Some((commit, _lock)) = fetched {
        let place = Place { git_dir: scratch.path(), objects: Some(objects.path()) };
        let Some(content) = take(remote, place, &objects.pack(), &commit)? else { return Ok(None) };
        cache.keep_content(&commit, &content).map_err(io)?;
    }
    Ok(Some(tips))
}

/// What the conversation needs; it has a thread of its own.
struct Asking {
    git: Git,
    cache: Arc<Cache>,
    tag: Tag,
    deadline: Deadline,
    pack: PathBuf,
}

type Asked = (Tips, Option<(CommitSha, Lock)>);

impl Asking {
    fn ask<W: std::io::Write, R: std::io::Read>(
        self,
        mut exchange: Exchange<W, R>,
    ) -> Result<Asked, Trouble> {
        let io = |error: std::io::Error| Trouble::Cause(Cause::Io(error.to_string()));
        let limits = self.git.limits();
        let tips = exchange.tips(limits.references)?;
        // What is not found here is told, or looked for, by whoever gets the references.
        let Ok(Found::Yes(commit, _)) = find(&tips, &self.tag) else { return Ok((tips, None)) };
        let is_kept = || Ok::<_, Trouble>(self.cache.content(&commit).map_err(io)?.is_some());
        if is_kept()? {
            return Ok((tips, None));
        }
        let lock = self.cache.lock_commit(&commit, self.deadline, self.git.cancel()).map_err(io)?;
        let lock = lock.ok_or(Trouble::Cause(Stop::Time.cause(limits)))?;
        if is_kept()? {
            return Ok((tips, None));
        }
        let mut pack = File::create(&self.pack).map_err(io)?;
        exchange.commit(commit.as_str(), &mut pack, limits.transfer_bytes)?;
        Ok((tips, Some((commit, lock))))
    }
}

/// Takes what is wanted out of the pack; `None` where it does not hold the commit.
fn take(
    remote: Remote<'_>,
    place: Place<'_>,
    pack: &Path,
    commit: &CommitSha,
) -> Result<Option<Content>, Cause> {
    let pack = pack.to_string_lossy();
    let indexed = place
        .within(remote.git.call(&["index-pack", "--fsck-objects", &pack]))
        .until(remote.deadline)
        .output(MAX_ANSWER)
        .map_err(|stop| stop.cause(remote.git.limits()))?;
    if !indexed.success {
        return Err(indexed.said.cause());
    }
    source::take(remote, place, commit.as_str())
}
