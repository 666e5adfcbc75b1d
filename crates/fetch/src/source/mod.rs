//! Fetching one commit, and reading the files that a catalogue needs: every manifest, the files that manifests name, and
//! docker folders. History and large blobs are omitted if the server supports that.

pub(crate) mod collect;
mod content;
pub(crate) mod listing;
pub(crate) mod objects;

use std::path::Path;

use self::collect::{CollectOutcome, collect_from};
use crate::error::FetchErrorKind;
use crate::git::{GitCall, GitOutput, ProcessError, ServerRefusal};
use crate::remote::{REMOTE, RemoteRepository, ResolvedUrl, TempBareRepo};

pub use self::content::{FetchedContent, FetchedFile, OmitReason, OmittedPath};

/// The reference of the fetched commit.
const FETCHED: &str = "refs/start-points/fetched";

/// All branches and tags.
const EVERYTHING: [&str; 2] =
    ["+refs/heads/*:refs/start-points/heads/*", "+refs/tags/*:refs/start-points/tags/*"];

/// Larger blobs are fetched only if they are needed:
/// <https://git-scm.com/docs/git-rev-list#Documentation/git-rev-list.txt---filterfilter-spec>.
const FILTER: &str = "--filter=blob:limit=256k";

/// How often omitted blobs are requested: a large manifest may name another large file.
const ROUNDS: usize = 3;

/// The most bytes of the output of a fetch.
const MAX_ANSWER: u64 = 4096;

/// The ways to fetch a commit, the cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CommitRequest {
    /// The commit alone, by its hash.
    Commit,
    /// The reference that names it: for servers that send nothing else.
    Reference,
    /// Every branch and tag with all history: for servers that support nothing else.
    Everything,
}

/// Fetches a commit, and reads the files that are needed.
pub(crate) fn download(
    remote: RemoteRepository<'_>,
    resolved: &ResolvedUrl,
    scratch: &Path,
) -> Result<FetchedContent, FetchErrorKind> {
    remote.retry(|| {
        let download = Download { remote, resolved };
        download.run(scratch, true)
    })
}

#[derive(Clone, Copy)]
struct Download<'a> {
    remote: RemoteRepository<'a>,
    resolved: &'a ResolvedUrl,
}

impl<'a> Download<'a> {
    fn run(self, folder: &Path, filter: bool) -> Result<FetchedContent, FetchErrorKind> {
        let sha256 = self.resolved.commit.as_str().len() == 64;
        let scratch =
            TempBareRepo::new(folder, sha256).map_err(|error| FetchErrorKind::Io(error.to_string()))?;
        let way = self.fetch(scratch.path(), filter)?;
        let name = match way {
            CommitRequest::Commit | CommitRequest::Everything => self.resolved.commit.to_string(),
            CommitRequest::Reference => format!("{FETCHED}^{{}}"),
        };
        let place = ObjectStore { git_dir: scratch.path(), objects: None };
        match collect_all(self.remote, place, &name)? {
            Some((commit, _)) if commit != self.resolved.commit.as_str() => {
                Err(FetchErrorKind::MovedMeanwhile(self.resolved.url.tag().to_string()))
            }
            Some((_, content)) => Ok(content),
            None if filter => self.run(folder, false),
            None => Err(FetchErrorKind::BrokenObject("a file is missing".to_owned())),
        }
    }

    fn fetch(self, folder: &Path, filter: bool) -> Result<CommitRequest, FetchErrorKind> {
        let mut way = CommitRequest::Commit;
        loop {
            let answered = stop(self.remote, self.fetch_call(folder, way, filter).output(MAX_ANSWER))?;
            if answered.success {
                return Ok(way);
            }
            way = match (answered.stderr.refusal(), way) {
                (Some(ServerRefusal::Unadvertised), CommitRequest::Commit)
                    if self.resolved.named.reference().is_some() =>
                {
                    CommitRequest::Reference
                }
                (Some(_), CommitRequest::Commit | CommitRequest::Reference) => CommitRequest::Everything,
                (_, _) => return Err(answered.stderr.kind()),
            };
        }
    }

    fn fetch_call(self, folder: &Path, way: CommitRequest, filter: bool) -> GitCall<'a> {
        let mut arguments =
            vec!["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"];
        if way != CommitRequest::Everything {
            arguments.push("--depth=1");
            arguments.extend(filter.then_some(FILTER));
        }
        arguments.extend(["--end-of-options", REMOTE]);
        let from = match way {
            CommitRequest::Commit => Some(self.resolved.commit.to_string()),
            CommitRequest::Reference => self.resolved.named.reference(),
            CommitRequest::Everything => None,
        };
        let Some(from) = from else {
            arguments.extend(EVERYTHING);
            // Old commits have old defects; names in trees are checked when they are read.
            return self.remote.call(&arguments).set("fetch.fsckObjects", "false").git_dir(folder);
        };
        let one = format!("+{from}:{FETCHED}");
        arguments.push(&one);
        self.remote.call(&arguments).git_dir(folder)
    }
}

/// Where the fetched objects are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ObjectStore<'a> {
    /// The repository.
    pub(crate) git_dir: &'a Path,
    /// The folder of its objects, if it is not the usual one.
    pub(crate) objects: Option<&'a Path>,
}

impl ObjectStore<'_> {
    /// Makes a run of git use these objects.
    pub(crate) fn within<'b>(self, call: GitCall<'b>) -> GitCall<'b> {
        let call = call.git_dir(self.git_dir);
        match self.objects {
            Some(objects) => call.variable("GIT_OBJECT_DIRECTORY", objects),
            None => call,
        }
    }
}

/// Reads the files that are needed of a fetched commit; `None` if the server sends no single blobs.
pub(crate) fn take(
    remote: RemoteRepository<'_>,
    place: ObjectStore<'_>,
    commit: &str,
) -> Result<Option<FetchedContent>, FetchErrorKind> {
    Ok(collect_all(remote, place, commit)?.map(|(_, content)| content))
}

/// Collects files, and fetches omitted blobs that are needed. Returns the commit with its content.
fn collect_all(
    remote: RemoteRepository<'_>,
    place: ObjectStore<'_>,
    name: &str,
) -> Result<Option<(String, FetchedContent)>, FetchErrorKind> {
    for _ in 0..ROUNDS {
        let call = place.within(remote.git.call(&["cat-file", "--batch"])).until(remote.deadline);
        match collect_from(call, name, remote.git.limits())? {
            CollectOutcome::All { commit, content } => return Ok(Some((commit, content))),
            CollectOutcome::Missing(ids) => {
                if !fetch_blobs(remote, place, &ids)? {
                    return Ok(None);
                }
            }
        }
    }
    Ok(None)
}

/// Requests blobs by their hash; `false` if the server sends none.
fn fetch_blobs(
    remote: RemoteRepository<'_>,
    place: ObjectStore<'_>,
    ids: &[String],
) -> Result<bool, FetchErrorKind> {
    let mut input = ids.join("\n").into_bytes();
    input.push(b'\n');
    let call = place
        .within(remote.call(&[
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--filter=blob:none",
            "--stdin",
            "--end-of-options",
            REMOTE,
        ]))
        .writing_at_most(remote.git.limits().total_bytes)
        .input(input);
    let answered = stop(remote, call.output(MAX_ANSWER))?;
    match answered.stderr.refusal() {
        _ if answered.success => Ok(true),
        Some(_) => Ok(false),
        None => Err(answered.stderr.kind()),
    }
}

fn stop(
    remote: RemoteRepository<'_>,
    answered: Result<GitOutput, ProcessError>,
) -> Result<GitOutput, FetchErrorKind> {
    answered.map_err(|stop| stop.kind(remote.git.limits()))
}
