//! Which of the objects that tags name are commits: a list of references does not say.
//!
//! The objects are fetched, and nothing that they lead to: `--filter=tree:0` leaves out every tree and file that is
//! not asked for by its own name.

use std::collections::BTreeMap;
use std::path::Path;

use start_points::CommitSha;

use super::{REMOTE, Remote, Scratch};
use crate::cause::Cause;
use crate::git::Refused;

/// Objects by name; whether each is a commit. One that is not there is left out.
pub(crate) type Kinds = BTreeMap<CommitSha, bool>;

/// An object, and the git tag that names it.
pub(crate) type Tagged = (CommitSha, String);

/// The most bytes that `git cat-file --batch-check` says of an object.
const BYTES_AN_OBJECT: u64 = 128;

const MAX_ANSWER: u64 = 4096;

/// How often what a server left out is asked for.
const ROUNDS: usize = 4;

/// The ways to an object, the cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By its own name.
    Object,
    /// By the tag that names it: for servers that hand out nothing else.
    Tag,
    /// By the tag, with all that it leads to: for servers that cannot leave anything out.
    Whole,
}

pub(super) fn ask(remote: Remote<'_>, objects: &[Tagged], scratch: &Path) -> Result<Kinds, Cause> {
    let sha256 = objects.iter().any(|(object, _)| object.as_str().len() == 64);
    let scratch = Scratch::new(scratch, sha256).map_err(|error| Cause::Io(error.to_string()))?;
    let mut wanted = objects.to_vec();
    let mut kinds = Kinds::new();
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
fn fetch(remote: Remote<'_>, objects: &[Tagged], scratch: &Path) -> Result<(), Cause> {
    let mut way = Way::Object;
    loop {
        let mut arguments = vec!["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"];
        arguments.push("--no-auto-maintenance");
        if way != Way::Whole {
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
            .map_err(|stop| stop.cause(remote.git.limits()))?;
        if fetched.success {
            return Ok(());
        }
        way = match (fetched.said.refused(), way) {
            (Some(Refused::Unadvertised), Way::Object) => Way::Tag,
            (Some(_), Way::Object | Way::Tag) => Way::Whole,
            (_, _) => return Err(fetched.said.cause()),
        };
    }
}

fn check(remote: Remote<'_>, objects: &[Tagged], scratch: &Path) -> Result<Kinds, Cause> {
    let answered = remote
        .git
        .call(&CHECK)
        .git_dir(scratch)
        .until(remote.deadline)
        .input(asked(objects.iter().map(|(object, _)| object)))
        .output(BYTES_AN_OBJECT * (objects.len() as u64 + 1))
        .map_err(|stop| stop.cause(remote.git.limits()))?;
    if !answered.success {
        return Err(answered.said.cause());
    }
    Ok(read(&answered.result))
}

impl Way {
    fn asks(self, (object, tag): &Tagged) -> String {
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
pub(crate) fn read(said: &[u8]) -> Kinds {
    let said = String::from_utf8_lossy(said);
    let line = |line: &str| {
        let mut words = line.split(' ');
        let object = words.next()?.parse().ok()?;
        let kind = words.next()?;
        words.next().map(|_| (object, kind == "commit"))
    };
    said.lines().filter_map(line).collect()
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
