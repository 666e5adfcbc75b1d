//! Why something could not be done with an image, as data; the sentence is a rendering of it.

use std::io;

use start_points::shown::shown;
use start_points_io::ReplaceError;
use thiserror::Error;

use crate::digest::Digest;

/// Why something could not be done with an image.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Cause {
    /// A path that leads out of the image, or that no terminal or file system takes as it is.
    #[error("it holds a hostile path: `{0}`")]
    HostilePath(String),
    /// A path that is both a file and a folder.
    #[error("`{0}` is both a file and a folder")]
    FileAndFolder(String),
    /// More of something than is looked at.
    #[error("it has more than {limit} {what}")]
    TooMany {
        /// The plural of what there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// Something is larger than is taken.
    #[error("{what} is larger than {limit} bytes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit, in bytes.
        limit: u64,
    },
    /// It took too long.
    #[error("its time is up: more than {seconds} s")]
    TimeUp {
        /// The limit.
        seconds: u64,
    },
    /// A digest that is not `sha256:` and 64 lower case hex digits.
    #[error("`{0}` is not a digest that is read")]
    MalformedDigest(String),
    /// Content that is not what its name says.
    #[error("what is there has the digest `{found}`, not `{expected}`")]
    DigestMismatch {
        /// What was asked for.
        expected: Digest,
        /// What came.
        found: Digest,
    },
    /// Content that is longer or shorter than announced.
    #[error("`{digest}` is not {expected} bytes long, as announced")]
    SizeMismatch {
        /// What was asked for.
        digest: Digest,
        /// The size announced for it, in bytes.
        expected: u64,
    },
    /// A document or archive that cannot be read.
    #[error("{what} cannot be read: {why}")]
    Broken {
        /// What cannot be read.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// Something else than an image, or an image of a kind that is not read.
    #[error("it is of the type `{0}`, which is not read")]
    UnknownType(String),
    /// An index without an image in it.
    #[error("it lists no image")]
    NoImageInside,
    /// A folder that is there and is no image layout.
    #[error("the folder is there and is no image layout")]
    NotALayout,
    /// No image of that name is there, or none that may be seen.
    #[error("no such image is there")]
    NoImage,
    /// A part of the image is not there.
    #[error("its part `{0}` is not there")]
    NoBlob(Digest),
    /// The tag is there with other content; tags do not change what they mean.
    #[error("the tag is there, with other content: `{there}`, not `{ours}`")]
    TagTaken {
        /// What the registry has.
        there: Digest,
        /// What was to be pushed.
        ours: Digest,
    },
    /// The tag was pushed, and stands for something else now.
    #[error("the tag was pushed as `{ours}`, and stands for {} now", shown_digest(.there.as_ref()))]
    TagLost {
        /// What the registry has now; nothing where it has no such tag.
        there: Option<Digest>,
        /// What was pushed.
        ours: Digest,
    },
    /// A registry whose tokens come from somewhere that is not sent its log-in.
    #[error("`{registry}` wants its log-in sent to another host, `{realm}`")]
    TokenElsewhere {
        /// The registry's host.
        registry: String,
        /// Where its tokens come from.
        realm: String,
    },
    /// A name without the tag that is needed.
    #[error("the image name has no tag")]
    NoTag,
    /// The registry wants to know who asks, or knows and says no.
    #[error("access was denied: {0}")]
    Denied(String),
    /// The log-in that docker's configuration names cannot be had.
    #[error("the log-in for `{registry}` cannot be read: {why}")]
    Credentials {
        /// The registry.
        registry: String,
        /// Why, without secrets.
        why: &'static str,
    },
    /// Without encryption to a host that is not this machine.
    #[error("`{0}` is not on this machine, and a connection without encryption was not asked for")]
    PlainHttp(String),
    /// The registry leads to a place that is not followed.
    #[error("the registry redirects to where we do not follow: `{0}`")]
    Redirected(String),
    /// The registry is not who it should be, or cannot prove it.
    #[error("the registry's certificate was not accepted: {0}")]
    Certificate(String),
    /// The network, or a registry in a bad moment.
    #[error("the registry cannot be reached: {0}")]
    Network(String),
    /// The registry stopped sending.
    #[error("the registry stalls")]
    Stalled,
    /// An answer of the registry that fits nothing above.
    #[error("the registry answers {status}: {said}")]
    Registry {
        /// The HTTP status.
        status: u16,
        /// What the registry says.
        said: String,
    },
    /// What is there does not speak as registries do.
    #[error("what is there does not speak as a registry: {0}")]
    NotARegistry(String),
    /// Another run writes there, and does not end.
    #[error("another run writes there")]
    Busy,
    /// Somebody ended it.
    #[error("it was cancelled")]
    Cancelled,
    /// Offline, and not in the cache.
    #[error("it is not in the cache, and no connection may be made")]
    Offline,
    /// This machine's disk.
    #[error("this machine fails: {0}")]
    Io(String),
}

fn shown_digest(digest: Option<&Digest>) -> String {
    digest.map_or_else(|| "nothing".to_owned(), |digest| format!("`{digest}`"))
}

impl Cause {
    /// Whether another attempt may fare better.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Network(_) | Self::Stalled => true,
            Self::Registry { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::HostilePath(_) => "rename it where the image is made",
            Self::TooMany { .. } | Self::TooLarge { .. } => "make an image that holds start-points alone",
            Self::TimeUp { .. } | Self::Stalled => "try again, or allow more time",
            Self::MalformedDigest(_) => "write `sha256:` and 64 hex digits",
            Self::DigestMismatch { .. } | Self::SizeMismatch { .. } => {
                "something on the way changed it, or the registry is broken: push the image again"
            }
            Self::UnknownType(_) => "name a container image, with layers of tar or tar+gzip",
            Self::NotALayout => "name another folder, or remove this one",
            Self::NoImage => "check the name; a private image may also say that it is not there",
            Self::NoBlob(_) => "push the image again",
            Self::TagTaken { .. } => {
                "tags are immutable: push under another tag, or pull the one that is there"
            }
            Self::TagLost { .. } => {
                "somebody else pushed the same tag at the same time: push under another tag, and see which of the two is wanted"
            }
            Self::TokenElsewhere { .. } => {
                "if the log-in is meant for that host too, allow it: `--token-host HOST`; else `docker logout` from the registry"
            }
            Self::NoTag => "write `:TAG` after the name",
            Self::Denied(_) => "`docker login` to the registry; to push, the account must be allowed to",
            Self::Credentials { .. } => {
                "see that the credential helper in docker's `config.json` runs, or `docker login` again"
            }
            Self::PlainHttp(_) => {
                "use TLS on the registry, or ask for plain HTTP where the network is trusted"
            }
            Self::Redirected(_) => "name the registry that it redirects to, if you trust that",
            Self::Certificate(_) => "add the authority's certificate to those that the system trusts",
            Self::Network(_) => {
                "check the registry's name and your connection; behind a proxy, set `HTTPS_PROXY`"
            }
            Self::NotARegistry(_) => "use the name that you would give to `docker pull`",
            Self::Offline => "pull it once without `--offline`",
            Self::Busy => "try again when it has ended",
            Self::FileAndFolder(_)
            | Self::Broken { .. }
            | Self::NoImageInside
            | Self::Cancelled
            | Self::Registry { .. }
            | Self::Io(_) => return None,
        })
    }

    /// A document or archive that cannot be read, in the words of whoever read it.
    pub(crate) fn broken(what: &'static str, why: impl ToString) -> Self {
        Self::Broken { what, why: shown(&why.to_string()).into_owned() }
    }

    /// So that it gets through readers, to be taken out again by [`From<io::Error>`].
    pub(crate) fn into_io(self) -> io::Error {
        io::Error::other(self)
    }
}

impl From<ReplaceError> for Cause {
    fn from(error: ReplaceError) -> Self {
        match error {
            ReplaceError::NotAFolder(_) | ReplaceError::NoParent(_) => Self::NotALayout,
            ReplaceError::Busy(_) => Self::Busy,
            ReplaceError::Cancelled => Self::Cancelled,
            error => Self::Io(shown(&error.to_string()).into_owned()),
        }
    }
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(cause) => cause,
            Err(error) => Self::Io(shown(&error.to_string()).into_owned()),
        }
    }
}
