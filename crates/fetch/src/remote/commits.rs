//! Questions about commits that a list of references does not answer: which objects are commits, and which commit some
//! digits begin.
//!
//! The objects are fetched, and nothing that they lead to: `--filter=tree:0` leaves out every tree and file that is
//! not asked for by its own name.
//!
//! A server hands out any object it has, those of forks and deleted branches too. Only what a branch or tag
//! leads to belongs to the repository, so the history is fetched, without trees, and the commit looked up there.

use std::collections::BTreeMap;
use std::path::Path;

use start_points::CommitSha;

use super::connection::{REMOTE, RemoteRepository, TempBareRepo};
use super::refs::RemoteRefs;
use crate::error::FetchErrorKind;
use crate::git::ServerRefusal;

impl RemoteRepository<'_> {
    /// The commit that these digits begin, found in the history of its branches and tags.
    pub(crate) fn in_history(
        self,
        digits: &str,
        scratch: &Path,
        refs: &RemoteRefs,
    ) -> Result<CommitSha, FetchErrorKind> {
        self.retry(|| search(self, digits, scratch, refs))
    }

    /// Which of these objects are commits: two or three round trips, however many there are.
    pub(crate) fn kinds(
        self,
        objects: &[TaggedObject],
        scratch: &Path,
    ) -> Result<ObjectKinds, FetchErrorKind> {
        self.retry(|| ask(self, objects, scratch))
    }
}

/// CatFile by name; whether each is a commit. One that is not there is left out.
pub(crate) type ObjectKinds = BTreeMap<CommitSha, bool>;

/// An object, and the git tag that names it.
pub(crate) type TaggedObject = (CommitSha, String);

/// The most bytes that `git cat-file --batch-check` says of an object.
const BYTES_AN_OBJECT: u64 = 128;

const MAX_ANSWER: u64 = 4096;

/// How often what a server left out is asked for.
const ROUNDS: usize = 4;

/// The ways to an object, the cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FetchWay {
    /// By its own name.
    Object,
    /// By the tag that names it: for servers that hand out nothing else.
    Tag,
    /// By the tag, with all that it leads to: for servers that cannot leave anything out.
    Whole,
}

pub(super) fn ask(
    remote: RemoteRepository<'_>,
    objects: &[TaggedObject],
    scratch: &Path,
) -> Result<ObjectKinds, FetchErrorKind> {
    let sha256 = objects.iter().any(|(object, _)| object.as_str().len() == 64);
    let scratch =
        TempBareRepo::new(scratch, sha256).map_err(|error| FetchErrorKind::Io(error.to_string()))?;
    let mut wanted = objects.to_vec();
    let mut kinds = ObjectKinds::new();
    for _ in 0..ROUNDS {
        let fetched = fetch(remote, &wanted, scratch.path());
        kinds.extend(check(remote, &wanted, scratch.path())?);
        let before = wanted.len();
        wanted.retain(|(object, _)| !kinds.contains_key(object));
        match fetched {
            Err(cause) if wanted.len() == before => return Err(cause),
            // Of a tree and a file in it, the filter leaves the file out, although it is asked for.
            Err(_) if !wanted.is_empty() => {}
            _ => break,
        }
    }
    Ok(kinds)
}

/// Fetches the objects in the cheapest way that the server knows.
fn fetch(
    remote: RemoteRepository<'_>,
    objects: &[TaggedObject],
    scratch: &Path,
) -> Result<(), FetchErrorKind> {
    let mut way = FetchWay::Object;
    loop {
        let mut arguments = vec!["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"];
        arguments.push("--no-auto-maintenance");
        if way != FetchWay::Whole {
            arguments.extend(["--depth=1", "--filter=tree:0"]);
        }
        arguments.extend(["--stdin", "--end-of-options", REMOTE]);
        let wanted: String = objects.iter().map(|object| way.asks(object)).collect();
        let fetched = remote
            .call(&arguments)
            // Old objects have old faults; nothing but their kind is looked at.
            .set("fetch.fsckObjects", "false")
            .git_dir(scratch)
            .input(wanted.into_bytes())
            .output(MAX_ANSWER)
            .map_err(|stop| stop.kind(remote.git.limits()))?;
        if fetched.success {
            return Ok(());
        }
        way = match (fetched.said.refused(), way) {
            (Some(ServerRefusal::Unadvertised), FetchWay::Object) => FetchWay::Tag,
            (Some(_), FetchWay::Object | FetchWay::Tag) => FetchWay::Whole,
            (_, _) => return Err(fetched.said.kind()),
        };
    }
}

fn check(
    remote: RemoteRepository<'_>,
    objects: &[TaggedObject],
    scratch: &Path,
) -> Result<ObjectKinds, FetchErrorKind> {
    let answered = remote
        .git
        .call(&CHECK)
        .git_dir(scratch)
        .until(remote.deadline)
        .input(asked(objects.iter().map(|(object, _)| object)))
        .output(BYTES_AN_OBJECT * (objects.len() as u64 + 1))
        .map_err(|stop| stop.kind(remote.git.limits()))?;
    if !answered.success {
        return Err(answered.said.kind());
    }
    Ok(read(&answered.result))
}

impl FetchWay {
    fn asks(self, (object, tag): &TaggedObject) -> String {
        match self {
            Self::Object => format!("{object}\n"),
            Self::Tag | Self::Whole => format!("+refs/tags/{tag}:refs/start-points/tags/{tag}\n"),
        }
    }
}

/// What git is called with to tell the kinds of objects.
pub(crate) const CHECK: [&str; 2] = ["cat-file", "--batch-check"];

/// What it is given.
pub(crate) fn asked<'a>(objects: impl Iterator<Item = &'a CommitSha>) -> Vec<u8> {
    objects.map(|object| format!("{object}\n")).collect::<String>().into_bytes()
}

/// Reads what it says: `ID KIND SIZE`, or `ID missing`.
pub(crate) fn read(said: &[u8]) -> ObjectKinds {
    let said = String::from_utf8_lossy(said);
    let line = |line: &str| {
        let mut words = line.split(' ');
        let object = words.next()?.parse().ok()?;
        let kind = words.next()?;
        words.next().map(|_| (object, kind == "commit"))
    };
    said.lines().filter_map(line).collect()
}

pub(super) fn search(
    remote: RemoteRepository<'_>,
    digits: &str,
    scratch: &Path,
    refs: &RemoteRefs,
) -> Result<CommitSha, FetchErrorKind> {
    let scratch = TempBareRepo::new(scratch, refs.is_sha256())
        .map_err(|error| FetchErrorKind::Io(error.to_string()))?;
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
    let fetched = fetch.output(MAX_ANSWER).map_err(|stop| stop.kind(remote.git.limits()))?;
    if !fetched.success {
        return Err(fetched.said.kind());
    }
    let name = format!("{digits}^{{commit}}");
    let parsed = remote
        .git
        .call(&["rev-parse", "--verify", "--end-of-options", &name])
        .git_dir(scratch.path())
        .until(remote.deadline)
        .output(MAX_ANSWER)
        .map_err(|stop| stop.kind(remote.git.limits()))?;
    if !parsed.success {
        return Err(if parsed.said.is_ambiguous() {
            FetchErrorKind::AmbiguousCommit(digits.to_owned())
        } else {
            FetchErrorKind::NoCommit(digits.to_owned())
        });
    }
    let text = String::from_utf8_lossy(&parsed.result);
    text.trim().parse().map_err(|_| FetchErrorKind::NoCommit(digits.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_told_from_everything_else() {
        let sha = |digit: &str| digit.repeat(40);
        let (a, b, c, d) = (sha("a"), sha("b"), sha("c"), sha("d"));
        let said = format!("{a} commit 200\n{b} tree 30\n{c} missing\n{d} blob 3\nodd\n");
        let kinds = read(said.as_bytes());
        let expected = [(a, true), (b, false), (d, false)];
        assert_eq!(kinds, expected.map(|(sha, is)| (sha.parse().unwrap(), is)).into());
    }
}
