//! The references of a repository, as `git ls-remote` lists them: <https://git-scm.com/docs/git-ls-remote>.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};

use start_points::{CommitSha, Scheme};

use super::connection::{HTTP_HELPER, REMOTE, RemoteRepository};
use crate::error::FetchErrorKind;

/// The most bytes of a line.
const MAX_LINE: u64 = 128 * 1024;

/// The average bytes of a line that the limit of references allows.
const BYTES_A_REFERENCE: usize = 300;

/// Counts references and their bytes.
#[derive(Debug)]
pub(crate) struct ReferenceCounter {
    limit: usize,
    left: usize,
    bytes_left: usize,
}

impl ReferenceCounter {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, left: limit, bytes_left: limit.saturating_mul(BYTES_A_REFERENCE) }
    }

    /// Adds a line.
    pub(crate) fn count(&mut self, line: &[u8]) -> Result<(), FetchErrorKind> {
        let rest = self.left.checked_sub(1).zip(self.bytes_left.checked_sub(line.len()));
        let (left, bytes_left) =
            rest.ok_or(FetchErrorKind::TooMany { what: "references", limit: self.limit as u64 })?;
        (self.left, self.bytes_left) = (left, bytes_left);
        Ok(())
    }
}

/// The default branch, the branches and the tags of a repository, each with the commit that it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemoteRefs {
    /// The tip of the default branch; `None` if that branch has no commit.
    pub head: Option<CommitSha>,
    /// The name of the default branch, if the server sends it.
    pub default_branch: Option<String>,
    /// Branches by name.
    pub branches: BTreeMap<String, CommitSha>,
    /// Tags by name; annotated tags are peeled. A tag may also name a tree or a file: the list does not show which.
    pub tags: BTreeMap<String, CommitSha>,
}

impl RemoteRepository<'_> {
    /// Requests the references, in one round trip.
    pub(crate) fn refs(self) -> Result<RemoteRefs, FetchErrorKind> {
        self.retry(|| list(self))
    }
}

/// Requests the references once.
pub(super) fn list(remote: RemoteRepository<'_>) -> Result<RemoteRefs, FetchErrorKind> {
    let is_http = matches!(remote.url.scheme(), Scheme::Http | Scheme::Https);
    if is_http && remote.git.has_helper(HTTP_HELPER) {
        match list_with_helper(remote) {
            // If the user's `insteadOf` leads elsewhere, git itself knows the way.
            Err(
                FetchErrorKind::Redirected(_)
                | FetchErrorKind::TransportNotAllowed(_)
                | FetchErrorKind::Other(_),
            ) => {}
            result => return result,
        }
    }
    list_with_git(remote)
}

/// Requests them from the helper directly, as `git ls-remote` does: half the processes. See
/// <https://git-scm.com/docs/gitremote-helpers>.
fn list_with_helper(remote: RemoteRepository<'_>) -> Result<RemoteRefs, FetchErrorKind> {
    let limit = remote.git.limits().references;
    let answered = remote
        .helper(HTTP_HELPER, &[REMOTE])
        .set("protocol.version", "0")
        .talk(move |mut stdin, stdout| {
            // The blank line ends the conversation.
            let written = stdin.write_all(b"list\n\n");
            drop(stdin);
            written.map_err(|error| FetchErrorKind::Io(error.to_string()))?;
            RemoteRefs::read(BufReader::new(stdout), limit)
        })
        .map_err(|stop| stop.kind(remote.git.limits()))?;
    match answered.result {
        Err(cause @ FetchErrorKind::TooMany { .. }) => Err(cause),
        _ if !answered.success => Err(answered.stderr.kind()),
        result => result,
    }
}

fn list_with_git(remote: RemoteRepository<'_>) -> Result<RemoteRefs, FetchErrorKind> {
    let limit = remote.git.limits().references;
    let mut call = remote.call(&["ls-remote", "--quiet", "--symref", "--end-of-options", REMOTE]);
    if remote.url.scheme() != Scheme::File {
        // Version 0 lists references at once; version 2 requests capabilities first:
        // https://git-scm.com/docs/protocol-v2
        call = call.set("protocol.version", "0");
    }
    let answered = call
        .talk(move |stdin, stdout| {
            drop(stdin);
            RemoteRefs::read(BufReader::new(stdout), limit)
        })
        .map_err(|stop| stop.kind(remote.git.limits()))?;
    match answered.result {
        Err(cause) => Err(cause),
        Ok(_) if !answered.success => Err(answered.stderr.kind()),
        Ok(refs) => Ok(refs),
    }
}

impl RemoteRefs {
    /// Reads what `git ls-remote --symref`, its helper or `git show-ref` prints. Names that are not UTF-8 are left out.
    pub(crate) fn read(mut from: impl BufRead, limit: usize) -> Result<Self, FetchErrorKind> {
        let mut refs = Self::default();
        let mut line = Vec::new();
        let mut count = ReferenceCounter::new(limit);
        loop {
            line.clear();
            let read = (&mut from).take(MAX_LINE).read_until(b'\n', &mut line);
            if read.map_err(|error| FetchErrorKind::Io(error.to_string()))? == 0 {
                break;
            }
            count.count(&line)?;
            if let Some((object, name)) = str::from_utf8(&line)
                .ok()
                .and_then(|line| line.trim_end_matches(['\r', '\n']).rsplit_once(['\t', ' ']))
            {
                refs.add(object, name);
            }
        }
        if refs.head.is_none() {
            // The helper prints where HEAD leads, but not its commit.
            refs.head = refs.default_branch.as_ref().and_then(|branch| refs.branches.get(branch)).cloned();
        }
        Ok(refs)
    }

    /// Adds a reference in the format of `git ls-remote --symref`.
    pub(crate) fn add(&mut self, object: &str, name: &str) {
        if name.contains(char::is_control) {
            return;
        }
        if let Some(target) = object.strip_prefix("ref: ").or_else(|| object.strip_prefix('@')) {
            if name == "HEAD" {
                self.default_branch = target.strip_prefix("refs/heads/").map(str::to_owned);
            }
            return;
        }
        let Ok(commit) = object.parse::<CommitSha>() else { return };
        if name == "HEAD" {
            self.head = Some(commit);
        } else if let Some(branch) = name.strip_prefix("refs/heads/") {
            self.branches.insert(branch.to_owned(), commit);
        } else if let Some(tag) = name.strip_prefix("refs/tags/") {
            // The peeled line follows the line of the tag itself.
            self.tags.insert(tag.strip_suffix("^{}").unwrap_or(tag).to_owned(), commit);
        }
    }

    /// A git tag that names this object, unless a branch does too: git allows branches to name only commits.
    pub(crate) fn only_tag(&self, object: &CommitSha) -> Option<&str> {
        if self.head.iter().chain(self.branches.values()).any(|commit| commit == object) {
            return None;
        }
        self.tags.iter().find(|(_, tagged)| *tagged == object).map(|(tag, _)| tag.as_str())
    }

    /// Every commit that a reference names.
    pub(crate) fn commits(&self) -> impl Iterator<Item = &CommitSha> {
        self.head.iter().chain(self.branches.values()).chain(self.tags.values())
    }

    /// Whether objects are named by sha256.
    pub(crate) fn is_sha256(&self) -> bool {
        self.commits().next().is_some_and(|commit| commit.as_str().len() == 64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha(digit: &str) -> String {
        digit.repeat(40)
    }

    #[test]
    fn tags_are_peeled_and_the_default_branch_is_known() {
        let (a, b, c) = (sha("a"), sha("b"), sha("c"));
        let text = format!(
            "ref: refs/heads/trunk\tHEAD\n{a}\tHEAD\n{a}\trefs/heads/trunk\n{b}\trefs/tags/1.0\n{c}\trefs/tags/1.0^{{}}\n{b}\trefs/pull/1/head\nodd\n"
        );
        let refs = RemoteRefs::read(text.as_bytes(), 99).unwrap();
        assert_eq!(refs.default_branch.as_deref(), Some("trunk"));
        assert_eq!(refs.head.unwrap().as_str(), a);
        assert_eq!(refs.tags["1.0"].as_str(), c);
        assert_eq!(refs.branches.len(), 1);
    }

    #[test]
    fn references_are_counted() {
        let text = format!("{}\trefs/heads/x\n", sha("a")).repeat(10);
        let error = RemoteRefs::read(text.as_bytes(), 9).unwrap_err();
        assert_eq!(error, FetchErrorKind::TooMany { what: "references", limit: 9 });
    }

    #[test]
    fn long_names_count_by_their_bytes() {
        let text = format!("{}\trefs/heads/{}\n", sha("a"), "x".repeat(1000));
        assert!(RemoteRefs::read(text.as_bytes(), 4).is_ok());
        assert!(RemoteRefs::read(text.as_bytes(), 3).is_err());
    }

    #[test]
    fn a_name_keeps_white_space_that_git_allows_in_it() {
        let text = format!("{}\trefs/tags/v1\n{}\trefs/tags/v1\u{3000}\r\n", sha("a"), sha("b"));
        let refs = RemoteRefs::read(text.as_bytes(), 99).unwrap();
        assert_eq!(refs.tags.keys().collect::<Vec<_>>(), ["v1", "v1\u{3000}"]);
        assert_eq!(refs.tags["v1"].as_str(), sha("a"));
    }

    #[test]
    fn names_with_control_characters_are_omitted() {
        let text = format!("{}\trefs/tags/\u{1b}[31m\n{}\trefs/tags/ok\n", sha("a"), sha("a"));
        let refs = RemoteRefs::read(text.as_bytes(), 99).unwrap();
        assert_eq!(refs.tags.keys().collect::<Vec<_>>(), ["ok"]);
    }
}
