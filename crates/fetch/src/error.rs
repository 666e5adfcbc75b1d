//! Why a repository cannot be fetched, as data. Messages and hints are made from it.

use start_points::RepoUrl;
use thiserror::Error;

/// A repository that cannot be fetched.
///
/// The message shows the URL without its secrets, and what git or a server said on one line without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{url}`: {kind}")]
pub struct FetchError {
    url: String,
    kind: Box<FetchErrorKind>,
}

impl FetchError {
    pub(crate) fn new(url: &RepoUrl, kind: FetchErrorKind) -> Self {
        Self { url: url.to_string(), kind: Box::new(kind) }
    }

    /// The source URL, without its secrets.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The reason.
    #[must_use]
    pub fn kind(&self) -> &FetchErrorKind {
        &self.kind
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.kind.hint()
    }
}

/// Why a repository cannot be fetched. The message is made from it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FetchErrorKind {
    /// The network or the server failed in a way that may pass: the one reason for another attempt.
    #[error("{fault}: {said}")]
    Network {
        /// The kind of fault.
        fault: NetworkFault,
        /// Git's words.
        said: String,
    },
    /// No repository exists at the URL, or it is private.
    #[error("repository not found: {0}")]
    NoRepository(String),
    /// The URL does not lead to a git repository.
    #[error("not a git repository: {0}")]
    NotGit(String),
    /// The server asks for credentials, or rejects them.
    #[error("access denied: {0}")]
    Denied(String),
    /// The server's certificate is invalid or not trusted.
    #[error("the server's certificate is not trusted: {0}")]
    Certificate(String),
    /// The server redirects to a URL that is not followed.
    #[error("redirect not allowed: {0}")]
    Redirected(String),
    /// The URL leads to a transport that is not allowed, perhaps by the user's `insteadOf`.
    #[error("transport not allowed: {0}")]
    TransportNotAllowed(String),
    /// A local repository that belongs to another user.
    #[error("the repository belongs to another user, so git refuses to read it")]
    DubiousOwnership,
    /// Git rejects objects of the repository.
    #[error("git rejects an object of the repository: {0}")]
    BadObjects(String),
    /// Neither a tag nor a commit has that name.
    #[error("no tag `{tag}` in the repository")]
    NoTag {
        /// The requested tag.
        tag: String,
        /// Similar tags, best first.
        nearest: Vec<String>,
    },
    /// No branch or tag leads to that commit.
    #[error("no branch or tag leads to the commit `{0}`")]
    NoCommit(String),
    /// Several commits begin with these digits.
    #[error("several commits begin with `{0}`")]
    AmbiguousCommit(String),
    /// The tag names a tree or a file.
    #[error("`{0}` names a tree or a file, not a commit")]
    NotACommit(String),
    /// The repository is empty, or its default branch does not exist.
    #[error("the default branch has no commit")]
    NoTip {
        /// Branches that have commits.
        branches: Vec<String>,
    },
    /// The tag named another commit when it was fetched than in the list of references.
    #[error("`{0}` moved during the fetch")]
    MovedMeanwhile(String),
    /// Offline, and not in the cache.
    #[error("not in the cache, and `--offline` allows no connection")]
    Offline,
    /// The fetch took too long.
    #[error("timed out after {seconds} s")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// The fetch was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The transfer is larger than the limit.
    #[error("the transfer is larger than the limit")]
    TransferTooLarge,
    /// Git needs more memory than the limit.
    #[error("git needs more memory than the limit")]
    TooMuchMemory,
    /// More of something than the limit.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there are too many of, in the plural.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A name in a tree that leads out of it, or that is unsafe on a terminal or a file system.
    #[error("unsafe file name: `{0}`")]
    HostileName(String),
    /// A tree or commit that cannot be read.
    #[error("broken object: {0}")]
    BrokenObject(String),
    /// A local path inside a repository, not at its top.
    #[error("inside the repository `{top}`, not at its top")]
    NotTheTop {
        /// The top.
        top: String,
    },
    /// A folder that git treats as a repository of its own, at or above the requested one.
    #[error(
        "`{place}` looks like a bare git repository; anybody can commit one into another repository, and its configuration may run programs, so it is not used"
    )]
    Embedded {
        /// Its path.
        place: String,
    },
    /// A work tree was requested of a bare repository.
    #[error("the repository has no work tree")]
    NoWorkTree,
    /// The disk or a pipe of this machine failed.
    #[error("local I/O error: {0}")]
    Io(String),
    /// Any other failure of git.
    #[error("git failed: {0}")]
    Other(String),
}

/// The kinds of network fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NetworkFault {
    /// The host name has no address.
    #[error("host not found")]
    Name,
    /// Nothing listens at the address.
    #[error("cannot reach the server")]
    Refused,
    /// The server stopped sending.
    #[error("the server stopped responding")]
    Stalled,
    /// The connection broke.
    #[error("the connection broke")]
    Broken,
    /// The server reports a temporary error.
    #[error("the server reports an error")]
    Server,
}

impl FetchErrorKind {
    /// Whether another attempt may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Network { .. })
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let advice = match self {
            Self::Network { fault: NetworkFault::Name, .. } => "check the host name and your connection",
            Self::Network { .. } => {
                "try again later; behind a proxy, set `http.proxy` in your git configuration"
            }
            Self::NoRepository(_) => "check the URL; servers also say this about private repositories",
            Self::NotGit(_) => "use the URL that you would pass to `git clone`",
            Self::Denied(_) => {
                "make `git ls-remote URL` work without a prompt: with a credential helper, or an ssh key in the agent"
            }
            Self::Certificate(_) => {
                "set `http.sslCAInfo` in your git configuration to the certificate of its CA"
            }
            Self::Redirected(_) => "if you trust the URL that it redirects to, use that one",
            Self::TransportNotAllowed(_) => "check `url.*.insteadOf` in your git configuration",
            Self::DubiousOwnership => "if you trust it, run `git config --global --add safe.directory PATH`",
            Self::BadObjects(_) => {
                "run `git fsck` in the repository to find it; a commit without it can be used"
            }
            Self::NoTag { nearest, .. } if nearest.is_empty() => {
                "omit `?tag=` for the tip of the default branch"
            }
            Self::NoTag { nearest, .. } => return Some(format!("did you mean {}?", listed(nearest))),
            Self::NoCommit(_) => {
                "push it to a branch or tag of this repository; a fork's commit needs the fork's URL"
            }
            Self::AmbiguousCommit(_) => "write more of its digits",
            Self::NotACommit(_) => {
                "name a commit, or the tag of one; `git cat-file -t TAG^{}` says what a tag names"
            }
            Self::NoTip { branches } if branches.is_empty() => "push a commit",
            Self::NoTip { branches } => {
                return Some(format!("name a tag or commit; the branches are {}", listed(branches)));
            }
            Self::MovedMeanwhile(_) => "try again",
            Self::Offline => "fetch it once without `--offline`",
            Self::TimedOut { .. } => "try again, or allow more time with `--timeout`",
            Self::TransferTooLarge | Self::TooMuchMemory | Self::TooMany { .. } => {
                "use a repository that holds only start-points"
            }
            Self::HostileName(_) => "rename the file in the repository",
            Self::NotTheTop { top } => return Some(format!("use `{top}`")),
            Self::Embedded { .. } => {
                "if it is yours, use that folder itself as the source; if it came with a clone, remove its `HEAD` file"
            }
            Self::NoWorkTree => "omit `--work-tree`",
            Self::Cancelled | Self::BrokenObject(_) | Self::Io(_) | Self::Other(_) => return None,
        };
        Some(advice.to_owned())
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
