//! Questions about commits that a list of references does not answer: which objects are commits, and which commit some
//! digits begin.
//!
//! Objects are fetched without what they lead to: `--filter=tree:0` omits every tree and file that is not requested by
//! its own hash (<https://git-scm.com/docs/git-rev-list#Documentation/git-rev-list.txt---filterfilter-spec>).
//!
//! A server may send any object it has, even of forks and deleted branches. Only what a branch or tag leads to belongs
//! to the repository, so the history is fetched without trees, and the commit is looked up in it.

use std::collections::BTreeMap;
use std::path::Path;

use start_points::CommitSha;

use super::connection::{REMOTE, RemoteRepository, TempBareRepo};
use super::refs::RemoteRefs;
use crate::error::FetchErrorKind;
use crate::git::ServerRefusal;

impl RemoteRepository<'_> {
    /// The commit that begins with these digits, from the history of all branches and tags.
    pub(crate) fn in_history(
        self,
        digits: &str,
        scratch: &Path,
        refs: &RemoteRefs,
    ) -> Result<CommitSha, FetchErrorKind> {
        self.retry(|| search(self, digits, scratch, refs))
    }

    /// Which of these objects are commits, in two or three round trips for any number of objects.
    pub(crate) fn kinds(
        self,
        objects: &[TaggedObject],
        scratch: &Path,
    ) -> Result<ObjectKinds, FetchErrorKind> {
        self.retry(|| request_kinds(self, objects, scratch))
    }
}

/// Objects, and whether each is a commit. Missing objects are left out.
pub(crate) type ObjectKinds = BTreeMap<CommitSha, bool>;

/// An object, and the git tag that names it.
pub(crate) type TaggedObject = (CommitSha, String);

/// The most bytes that `git cat-file --batch-check` prints for an object.
const BYTES_AN_OBJECT: u64 = 128;

const MAX_ANSWER: u64 = 4096;

/// How often omitted objects are requested.
const ROUNDS: usize = 4;

/// The ways to request an object, the cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ObjectRequest {
    /// By its hash.
    Object,
    /// By the tag that names it: for servers that send nothing else.
    Tag,
    /// By the tag, with everything that it leads to: for servers that cannot omit objects.
    Whole,
}

pub(super) fn request_kinds(
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
            // Of a tree and a file in it, the filter omits the file, although it is requested.
            Err(_) if !wanted.is_empty() => {}
            _ => break,
        }
    }
    Ok(kinds)
}

/// Fetches the objects in the cheapest way that the server supports.
fn fetch(
    remote: RemoteRepository<'_>,
    objects: &[TaggedObject],
    scratch: &Path,
) -> Result<(), FetchErrorKind> {
    let mut way = ObjectRequest::Object;
    loop {
        let mut arguments = vec!["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"];
        arguments.push("--no-auto-maintenance");
        if way != ObjectRequest::Whole {
            arguments.extend(["--depth=1", "--filter=tree:0"]);
        }
        arguments.extend(["--stdin", "--end-of-options", REMOTE]);
        let wanted: String = objects.iter().map(|object| way.refspec(object)).collect();
        let fetched = remote
            .call(&arguments)
            // Old objects have old defects; only their kind matters here.
            .set("fetch.fsckObjects", "false")
            .git_dir(scratch)
            .input(wanted.into_bytes())
            .output(MAX_ANSWER)
            .map_err(|stop| stop.kind(remote.git.limits()))?;
        if fetched.success {
            return Ok(());
        }
        way = match (fetched.stderr.refusal(), way) {
            (Some(ServerRefusal::Unadvertised), ObjectRequest::Object) => ObjectRequest::Tag,
            (Some(_), ObjectRequest::Object | ObjectRequest::Tag) => ObjectRequest::Whole,
            (_, _) => return Err(fetched.stderr.kind()),
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
        .call(&KINDS_COMMAND)
        .git_dir(scratch)
        .until(remote.deadline)
        .input(kinds_input(objects.iter().map(|(object, _)| object)))
        .output(BYTES_AN_OBJECT * (objects.len() as u64 + 1))
        .map_err(|stop| stop.kind(remote.git.limits()))?;
    if !answered.success {
        return Err(answered.stderr.kind());
    }
    Ok(parse_kinds(&answered.result))
}

impl ObjectRequest {
    fn refspec(self, (object, tag): &TaggedObject) -> String {
        match self {
            Self::Object => format!("{object}\n"),
            Self::Tag | Self::Whole => format!("+refs/tags/{tag}:refs/start-points/tags/{tag}\n"),
        }
    }
}

/// The arguments for git to print the kinds of objects: <https://git-scm.com/docs/git-cat-file#_batch_output>.
pub(crate) const KINDS_COMMAND: [&str; 2] = ["cat-file", "--batch-check"];

/// Its input.
pub(crate) fn kinds_input<'a>(objects: impl Iterator<Item = &'a CommitSha>) -> Vec<u8> {
    objects.map(|object| format!("{object}\n")).collect::<String>().into_bytes()
}

/// Parses its output: `HASH KIND SIZE`, or `HASH missing`.
pub(crate) fn parse_kinds(output: &[u8]) -> ObjectKinds {
    let output = String::from_utf8_lossy(output);
    let line = |line: &str| {
        let mut words = line.split(' ');
        let object = words.next()?.parse().ok()?;
        let kind = words.next()?;
        words.next().map(|_| (object, kind == "commit"))
    };
    output.lines().filter_map(line).collect()
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
        // Old commits have old defects; only their hashes matter here.
        .set("fetch.fsckObjects", "false")
        .git_dir(scratch.path());
    let fetched = fetch.output(MAX_ANSWER).map_err(|stop| stop.kind(remote.git.limits()))?;
    if !fetched.success {
        return Err(fetched.stderr.kind());
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
        return Err(if parsed.stderr.is_ambiguous() {
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
    fn commits_are_distinguished_from_other_objects() {
        let sha = |digit: &str| digit.repeat(40);
        let (a, b, c, d) = (sha("a"), sha("b"), sha("c"), sha("d"));
        let output = format!("{a} commit 200\n{b} tree 30\n{c} missing\n{d} blob 3\nodd\n");
        let kinds = parse_kinds(output.as_bytes());
        let expected = [(a, true), (b, false), (d, false)];
        assert_eq!(kinds, expected.map(|(sha, is)| (sha.parse().unwrap(), is)).into());
    }
}
