//! Why a repository cannot be fetched, as data. Messages and hints are made from it.

use start_points::RepoUrl;
use thiserror::Error;

/// A repository that could not be had.
///
/// The URL is shown without its secrets, and whatever a server said is on one line and without control
/// characters.
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

    /// Why.
    #[must_use]
    pub fn kind(&self) -> &FetchErrorKind {
        &self.kind
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.kind.hint()
    }
}

/// Why a repository could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FetchErrorKind {
    /// The network, or a server in a bad moment: the one cause for which another attempt is made.
    #[error("{fault}: {said}")]
    Network {
        /// What kind of fault.
        fault: NetworkFault,
        /// What git says.
        said: String,
    },
    /// There is no repository there, or none that may be seen.
    #[error("no repository is there: {0}")]
    NoRepository(String),
    /// What is there does not speak git.
    #[error("what is there is no git repository: {0}")]
    NotGit(String),
    /// The server wants to know who asks, or knows and says no.
    #[error("access was denied: {0}")]
    Denied(String),
    /// The server is not who it should be, or cannot prove it.
    #[error("the server's certificate was not accepted: {0}")]
    Certificate(String),
    /// The server leads to a place or scheme that is not followed.
    #[error("the server redirects to where we do not follow: {0}")]
    Redirected(String),
    /// The URL leads to a transport that is closed, by the user's `insteadOf` perhaps.
    #[error("a closed transport is asked for: {0}")]
    TransportNotAllowed(String),
    /// A repository on this machine that belongs to somebody else.
    #[error("the repository belongs to another user, and git does not read it")]
    DubiousOwnership,
    /// CatFile that git does not accept.
    #[error("the repository holds objects that git does not accept: {0}")]
    BadObjects(String),
    /// No tag, and no commit, has that name.
    #[error("it has no tag `{tag}`")]
    NoTag {
        /// What was asked for.
        tag: String,
        /// The tags that are nearest to it, best first.
        nearest: Vec<String>,
    },
    /// No branch or tag leads to that commit.
    #[error("no branch or tag leads to the commit `{0}`")]
    NoCommit(String),
    /// Several commits begin with these digits.
    #[error("several commits begin with `{0}`")]
    AmbiguousCommit(String),
    /// What the tag names is a tree or a file, not a commit.
    #[error("`{0}` names a tree or a file, not a commit")]
    NotACommit(String),
    /// A repository without a commit, or whose default branch is not there.
    #[error("its default branch has no commit")]
    NoTip {
        /// Branches that do have one.
        branches: Vec<String>,
    },
    /// The tag names one commit in the list of references and another one when it was fetched.
    #[error("`{0}` moved while it was fetched")]
    MovedMeanwhile(String),
    /// Offline, and not in the cache.
    #[error("it is not in the cache, and no connection may be made")]
    Offline,
    /// It took too long.
    #[error("its time is up: more than {seconds} s")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// Somebody ended it.
    #[error("it was cancelled")]
    Cancelled,
    /// More than may be transferred.
    #[error("it sends more than may be transferred")]
    TransferTooLarge,
    /// More memory than git may use.
    #[error("it makes git use more memory than it may")]
    TooMuchMemory,
    /// More of something than is looked at.
    #[error("it has more than {limit} {what}")]
    TooMany {
        /// The plural of what there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A name in a tree that leads out of it, or that no terminal or file system takes as it is.
    #[error("it holds a hostile name: `{0}`")]
    HostileName(String),
    /// A tree or commit that cannot be read.
    #[error("it holds a broken object: {0}")]
    BrokenObject(String),
    /// A path on this machine inside a repository, not at its top.
    #[error("it is inside the repository `{top}`, not its top")]
    NotTheTop {
        /// The top.
        top: String,
    },
    /// A folder that git takes for a repository of its own, in or above the one that was asked about.
    #[error(
        "`{place}` is laid out as a bare git repository, such as anybody can commit into another one, and its configuration may run programs: it is not used"
    )]
    Embedded {
        /// Where it lies.
        place: String,
    },
    /// A work tree was asked for where there is none.
    #[error("it has no work tree")]
    NoWorkTree,
    /// This machine's disk or pipes.
    #[error("this machine fails: {0}")]
    Io(String),
    /// What git says, which fits nothing above.
    #[error("git fails: {0}")]
    Other(String),
}

/// The kinds of network fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NetworkFault {
    /// The host has no address.
    #[error("the host's address is not found")]
    Name,
    /// Nothing listens there.
    #[error("the server cannot be reached")]
    Refused,
    /// Nothing came any more.
    #[error("the server stalls")]
    Stalled,
    /// The connection broke.
    #[error("the connection broke")]
    Broken,
    /// The server says that it cannot now.
    #[error("the server cannot answer now")]
    Server,
}

impl FetchErrorKind {
    /// Whether another attempt may fare better.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Network { .. })
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let advice = match self {
            Self::Network { fault: NetworkFault::Name, .. } => "check the host's name and your connection",
            Self::Network { .. } => {
                "try again later; behind a proxy, set `http.proxy` in your git configuration"
            }
            Self::NoRepository(_) => "check the URL; a private repository may also say that it is not there",
            Self::NotGit(_) => "use the URL that you would give to `git clone`",
            Self::Denied(_) => {
                "see that `git ls-remote` with this URL works without a prompt: a credential helper, or an ssh key in the agent"
            }
            Self::Certificate(_) => {
                "set `http.sslCAInfo` in your git configuration to the authority's certificate"
            }
            Self::Redirected(_) => "use the URL that it redirects to, if you trust that",
            Self::TransportNotAllowed(_) => "look at `url.*.insteadOf` in your git configuration",
            Self::DubiousOwnership => "if you trust it: `git config --global --add safe.directory PATH`",
            Self::BadObjects(_) => {
                "`git fsck` in the repository says which; a commit without them can be used"
            }
            Self::NoTag { nearest, .. } if nearest.is_empty() => {
                "leave `?tag=` out for the tip of the default branch"
            }
            Self::NoTag { nearest, .. } => return Some(format!("did you mean {}?", listed(nearest))),
            Self::NoCommit(_) => {
                "push it to a branch or tag of this repository; a fork's commit needs the fork's URL"
            }
            Self::AmbiguousCommit(_) => "write more of its digits",
            Self::NotACommit(_) => {
                "name a tag of a commit, or a commit; `git cat-file -t TAG^{}` says what a tag names"
            }
            Self::NoTip { branches } if branches.is_empty() => "push a commit",
            Self::NoTip { branches } => {
                return Some(format!("name a tag or commit; its branches are {}", listed(branches)));
            }
            Self::MovedMeanwhile(_) => "try again",
            Self::Offline => "fetch it once without `--offline`",
            Self::TimedOut { .. } => "try again, or allow more time",
            Self::TransferTooLarge | Self::TooMuchMemory | Self::TooMany { .. } => {
                "make a repository that holds start-points alone"
            }
            Self::HostileName(_) => "rename it in the repository",
            Self::NotTheTop { top } => return Some(format!("write `{top}`")),
            Self::Embedded { .. } => {
                "if it is yours, name that folder itself as the source; if it came with a clone, remove its `HEAD` file"
            }
            Self::NoWorkTree => "leave `--work-tree` out",
            Self::Cancelled | Self::BrokenObject(_) | Self::Io(_) | Self::Other(_) => return None,
        };
        Some(advice.to_owned())
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
