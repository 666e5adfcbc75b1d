//! The first fetch of a repository: its references and one commit, over one connection and in one process.
//!
//! Git's protocol version 2 (<https://git-scm.com/docs/protocol-v2>) is spoken through git's own HTTP helper, with its
//! `stateless-connect` (<https://git-scm.com/docs/gitremote-helpers>). `git ls-remote` and `git fetch` need two
//! connections and twice the processes. They are used for other transports, and whenever a server responds
//! unexpectedly. They use the same helper, so the user's proxies, certificates and credentials apply here too.

pub(crate) mod session;

use self::session::{ProtocolError, V2Session};
use crate::cache::CommitCache;
use crate::error::FetchErrorKind;
use crate::git::Git;
use crate::remote::{HTTP_HELPER, REMOTE, RefLookup, RemoteRefs, RemoteRepository, TempBareRepo, find};
use crate::source::{self, FetchedContent, ObjectStore};
use start_points::{CommitSha, Tag};
use start_points_io::{CacheLock, Deadline};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The pack of the history, in the folder of objects.
const HISTORY: &str = "pack/pack-history.pack";

/// The most commits whose history is requested.
const MAX_WANTED: usize = 10_000;

/// The most bytes of git's output.
const MAX_ANSWER: u64 = 4096;

/// The result of a first fetch.
pub(crate) struct FirstFetch {
    pub(crate) refs: RemoteRefs,
    /// The commit that the URL names, if it was found in the history and not among the references.
    pub(crate) found: Option<CommitSha>,
}

/// Requests the references and, if the cache lacks the commit that the URL names, fetches it into the cache.
///
/// `None` if the server does not support this, or responds unexpectedly: then `git ls-remote` and `git fetch` decide.
///
/// Many fetches share `scratch`; each has a folder of its own for objects.
pub(crate) fn first_fetch(
    remote: RemoteRepository<'_>,
    cache: &CommitCache,
    scratch: &TempBareRepo,
) -> Result<Option<FirstFetch>, FetchErrorKind> {
    if !remote.git.has_helper(HTTP_HELPER) {
        return Ok(None);
    }
    match remote.retry(|| attempt(remote, cache, scratch)) {
        // The helper reports a URL that the user's `insteadOf` changes to ssh as a redirect.
        Err(
            FetchErrorKind::Redirected(_)
            | FetchErrorKind::Other(_)
            | FetchErrorKind::BadObjects(_)
            | FetchErrorKind::NotGit(_),
        ) => Ok(None),
        result => result,
    }
}

fn attempt(
    remote: RemoteRepository<'_>,
    cache: &CommitCache,
    scratch: &TempBareRepo,
) -> Result<Option<FirstFetch>, FetchErrorKind> {
    let io = |error: std::io::Error| FetchErrorKind::Io(error.to_string());
    let objects = scratch.objects().map_err(io)?;
    let task = FirstFetchTask {
        git: remote.git.clone(),
        cache: cache.clone(),
        tag: remote.url.tag().clone(),
        deadline: remote.deadline,
        git_dir: scratch.path().to_owned(),
        objects: objects.path().to_owned(),
    };
    let answered = remote
        .helper(HTTP_HELPER, &[REMOTE])
        .talk(move |stdin, stdout| task.run(V2Session::open(stdin, stdout)?))
        .map_err(|stop| stop.kind(remote.git.limits()))?;
    let FirstFetchResult { quick, fetched } = match answered.result {
        Ok(result) => result,
        Err(ProtocolError::Unsupported) => return Ok(None),
        Err(ProtocolError::Broken) => return Err(answered.stderr.kind()),
        Err(ProtocolError::Cause(cause)) => return Err(cause),
    };
    if let Some((commit, _lock)) = fetched {
        let place = ObjectStore { git_dir: scratch.path(), objects: Some(objects.path()) };
        match take(remote, place, &commit) {
            Ok(Some(content)) => cache.put_content(&commit, &content)?,
            // One bad commit does not affect the repository: the fetch of this URL alone reports it.
            Ok(None) | Err(FetchErrorKind::NotACommit(_)) => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(Some(quick))
}

/// The work on the helper's pipes, which has a thread of its own.
struct FirstFetchTask {
    git: Git,
    cache: CommitCache,
    tag: Tag,
    deadline: Deadline,
    git_dir: PathBuf,
    objects: PathBuf,
}

struct FirstFetchResult {
    quick: FirstFetch,
    /// The commit whose pack was fetched, and its lock.
    fetched: Option<(CommitSha, CacheLock)>,
}

impl FirstFetchTask {
    fn run<W: Write, R: Read>(
        self,
        mut exchange: V2Session<W, R>,
    ) -> Result<FirstFetchResult, ProtocolError> {
        let limits = self.git.limits();
        let mut quick = FirstFetch { refs: exchange.refs(limits.references)?, found: None };
        let commit = match find(&quick.refs, &self.tag) {
            Ok(RefLookup::Yes(commit, _)) => Some(commit),
            Ok(RefLookup::Perhaps(digits)) => {
                quick.found = self.search(&mut exchange, &digits, &quick.refs)?;
                quick.found.clone()
            }
            Err(_) => None,
        };
        // The caller that gets the references reports what is missing.
        let Some(commit) = commit else { return Ok(FirstFetchResult { quick, fetched: None }) };
        let is_kept =
            || Ok::<_, ProtocolError>(self.cache.content(&commit).map_err(ProtocolError::Cause)?.is_some());
        if is_kept()? {
            return Ok(FirstFetchResult { quick, fetched: None });
        }
        let lock = self.cache.lock(&commit, self.deadline, &self.git).map_err(ProtocolError::Cause)?;
        if is_kept()? {
            return Ok(FirstFetchResult { quick, fetched: None });
        }
        let mut pack = File::create(pack_of(&self.objects)).map_err(io)?;
        exchange.commit(commit.as_str(), &mut pack, limits.transfer_bytes)?;
        Ok(FirstFetchResult { quick, fetched: Some((commit, lock)) })
    }

    /// Looks a commit up by its digits in the history of all branches and tags.
    fn search<W: Write, R: Read>(
        &self,
        exchange: &mut V2Session<W, R>,
        digits: &str,
        refs: &RemoteRefs,
    ) -> Result<Option<CommitSha>, ProtocolError> {
        let commits: BTreeSet<&str> = refs.commits().map(CommitSha::as_str).collect();
        let path = self.objects.join(HISTORY);
        let mut pack = File::create(&path).map_err(io)?;
        let is_odd = commits.is_empty() || commits.len() > MAX_WANTED;
        if is_odd || !exchange.history(commits.into_iter(), &mut pack, self.git.limits().transfer_bytes)? {
            return Ok(None);
        }
        let place = ObjectStore { git_dir: &self.git_dir, objects: Some(&self.objects) };
        let name = format!("{digits}^{{commit}}");
        let run = |arguments: &[&str]| {
            let call = place.within(self.git.call(arguments)).until(self.deadline);
            call.output(MAX_ANSWER).map_err(|stop| ProtocolError::Cause(stop.kind(self.git.limits())))
        };
        if !run(&["index-pack", &path.to_string_lossy()])?.success {
            return Err(ProtocolError::Unsupported);
        }
        let parsed = run(&["rev-parse", "--verify", "--end-of-options", &name])?;
        Ok(String::from_utf8_lossy(&parsed.result).trim().parse().ok().filter(|_| parsed.success))
    }
}

fn io(error: std::io::Error) -> ProtocolError {
    ProtocolError::Cause(FetchErrorKind::Io(error.to_string()))
}

/// Indexes the pack and reads the files that are needed; `None` if the server sends no single blobs.
fn take(
    remote: RemoteRepository<'_>,
    place: ObjectStore<'_>,
    commit: &CommitSha,
) -> Result<Option<FetchedContent>, FetchErrorKind> {
    let pack = pack_of(place.objects.unwrap_or(place.git_dir));
    let pack = pack.to_string_lossy();
    let indexed = place
        .within(remote.git.call(&["index-pack", "--fsck-objects", &pack]))
        .until(remote.deadline)
        .output(MAX_ANSWER)
        .map_err(|stop| stop.kind(remote.git.limits()))?;
    if !indexed.success {
        return Err(indexed.stderr.kind());
    }
    source::take(remote, place, commit.as_str())
}

fn pack_of(objects: &Path) -> PathBuf {
    objects.join("pack/pack-commit.pack")
}
