//! The first fetch of a repository: its references, and the commit that is meant, in one connection.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use start_points::{CommitSha, Tag};
use start_points_io::{CacheLock, Deadline};

use super::exchange::{Exchange, Trouble};
use crate::cache::CommitCache;
use crate::cause::Cause;
use crate::git::Git;
use crate::remote::{Found, HTTP_HELPER, REMOTE, Remote, Scratch, Tips, find};
use crate::source::{self, Content, Place};

/// The pack of the history, among the objects.
const HISTORY: &str = "pack/pack-history.pack";

/// The most commits whose history is asked for.
const MOST_WANTED: usize = 10_000;

/// The most bytes of what git prints here.
const MAX_ANSWER: u64 = 4096;

/// What was learned on the way.
pub(crate) struct Quick {
    pub(crate) tips: Tips,
    /// The commit that is meant and that no reference names: it was looked up in the history.
    pub(crate) found: Option<CommitSha>,
}

/// Asks for the references and, where they tell which commit is meant and the cache lacks it, puts it there.
///
/// `None` where the server does not speak so, or something unexpected happens: then the other way decides.
///
/// `scratch` is shared by many: the objects of each are apart.
pub(crate) fn quick(
    remote: Remote<'_>,
    cache: &CommitCache,
    scratch: &Scratch,
) -> Result<Option<Quick>, Cause> {
    if !remote.git.has_helper(HTTP_HELPER) {
        return Ok(None);
    }
    match remote.retry(|| attempt(remote, cache, scratch)) {
        // The helper takes a URL that the user's `insteadOf` leads to ssh for one that was redirected.
        Err(Cause::Redirected(_) | Cause::Other(_) | Cause::BadObjects(_) | Cause::NotGit(_)) => Ok(None),
        result => result,
    }
}

fn attempt(remote: Remote<'_>, cache: &CommitCache, scratch: &Scratch) -> Result<Option<Quick>, Cause> {
    let io = |error: std::io::Error| Cause::Io(error.to_string());
    let objects = scratch.objects().map_err(io)?;
    let asking = Asking {
        git: remote.git.clone(),
        cache: cache.clone(),
        tag: remote.url.tag().clone(),
        deadline: remote.deadline,
        git_dir: scratch.path().to_owned(),
        objects: objects.path().to_owned(),
    };
    let answered = remote
        .helper(HTTP_HELPER, &[REMOTE])
        .talk(move |stdin, stdout| asking.ask(Exchange::open(stdin, stdout)?))
        .map_err(|stop| stop.cause(remote.git.limits()))?;
    let Asked { quick, fetched } = match answered.result {
        Ok(result) => result,
        Err(Trouble::Unsupported) => return Ok(None),
        Err(Trouble::Broken) => return Err(answered.said.cause()),
        Err(Trouble::Cause(cause)) => return Err(cause),
    };
    if let Some((commit, _lock)) = fetched {
        let place = Place { git_dir: scratch.path(), objects: Some(objects.path()) };
        match take(remote, place, &commit) {
            Ok(Some(content)) => cache.put_content(&commit, &content)?,
            // What is wrong with one commit is not so of the repository: the other way tells it of this URL alone.
            Ok(None) | Err(Cause::NotACommit(_)) => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(Some(quick))
}

/// What the conversation needs; it has a thread of its own.
struct Asking {
    git: Git,
    cache: CommitCache,
    tag: Tag,
    deadline: Deadline,
    git_dir: PathBuf,
    objects: PathBuf,
}

struct Asked {
    quick: Quick,
    /// The commit whose pack is there, and the word that nobody else fetches it.
    fetched: Option<(CommitSha, CacheLock)>,
}

impl Asking {
    fn ask<W: Write, R: Read>(self, mut exchange: Exchange<W, R>) -> Result<Asked, Trouble> {
        let limits = self.git.limits();
        let mut quick = Quick { tips: exchange.tips(limits.references)?, found: None };
        let commit = match find(&quick.tips, &self.tag) {
            Ok(Found::Yes(commit, _)) => Some(commit),
            Ok(Found::Perhaps(digits)) => {
                quick.found = self.search(&mut exchange, &digits, &quick.tips)?;
                quick.found.clone()
            }
            Err(_) => None,
        };
        // What is not found is told by whoever gets the references.
        let Some(commit) = commit else { return Ok(Asked { quick, fetched: None }) };
        let is_kept = || Ok::<_, Trouble>(self.cache.content(&commit).map_err(Trouble::Cause)?.is_some());
        if is_kept()? {
            return Ok(Asked { quick, fetched: None });
        }
        let lock = self.cache.lock(&commit, self.deadline, &self.git).map_err(Trouble::Cause)?;
        if is_kept()? {
            return Ok(Asked { quick, fetched: None });
        }
        let mut pack = File::create(pack_of(&self.objects)).map_err(io)?;
        exchange.commit(commit.as_str(), &mut pack, limits.transfer_bytes)?;
        Ok(Asked { quick, fetched: Some((commit, lock)) })
    }

    /// Looks digits up in the history of all branches and tags.
    fn search<W: Write, R: Read>(
        &self,
        exchange: &mut Exchange<W, R>,
        digits: &str,
        tips: &Tips,
    ) -> Result<Option<CommitSha>, Trouble> {
        let commits: BTreeSet<&str> = tips.commits().map(CommitSha::as_str).collect();
        let path = self.objects.join(HISTORY);
        let mut pack = File::create(&path).map_err(io)?;
        let is_odd = commits.is_empty() || commits.len() > MOST_WANTED;
        if is_odd || !exchange.history(commits.into_iter(), &mut pack, self.git.limits().transfer_bytes)? {
            return Ok(None);
        }
        let place = Place { git_dir: &self.git_dir, objects: Some(&self.objects) };
        let name = format!("{digits}^{{commit}}");
        let run = |arguments: &[&str]| {
            let call = place.within(self.git.call(arguments)).until(self.deadline);
            call.output(MAX_ANSWER).map_err(|stop| Trouble::Cause(stop.cause(self.git.limits())))
        };
        if !run(&["index-pack", &path.to_string_lossy()])?.success {
            return Err(Trouble::Unsupported);
        }
        let parsed = run(&["rev-parse", "--verify", "--end-of-options", &name])?;
        Ok(String::from_utf8_lossy(&parsed.result).trim().parse().ok().filter(|_| parsed.success))
    }
}

fn io(error: std::io::Error) -> Trouble {
    Trouble::Cause(Cause::Io(error.to_string()))
}

/// Takes what is wanted out of the pack; `None` where the server hands out no blobs by themselves.
fn take(remote: Remote<'_>, place: Place<'_>, commit: &CommitSha) -> Result<Option<Content>, Cause> {
    let pack = pack_of(place.objects.unwrap_or(place.git_dir));
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

fn pack_of(objects: &Path) -> PathBuf {
    objects.join("pack/pack-commit.pack")
}
