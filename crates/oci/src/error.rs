//! What went wrong with an image, as data; the sentence is a rendering of it.

use std::io;

use start_points::shown::shown;
use start_points_io::ReplaceError;
use thiserror::Error;

use crate::digest::{Digest, MalformedDigest};

/// An error, with the image, registry or layout that it is about.
///
/// Foreign text is on one line, with control characters escaped; secrets are never shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{subject}`: {kind}")]
pub struct OciError {
    subject: String,
    kind: Box<OciErrorKind>,
}

impl OciError {
    /// An error about an image, registry or layout.
    #[must_use]
    pub fn new(subject: &str, kind: OciErrorKind) -> Self {
        Self { subject: shown(subject).into_owned(), kind: Box::new(kind) }
    }

    /// The image, registry or layout.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Why.
    #[must_use]
    pub fn kind(&self) -> &OciErrorKind {
        &self.kind
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        self.kind.hint()
    }
}

/// What went wrong with an image.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OciErrorKind {
    /// A path that leads out of the image, or is unsafe for terminals or file systems.
    #[error("hostile path in the image: `{0}`")]
    HostilePath(String),
    /// A path that is both a file and a folder.
    #[error("`{0}` is both a file and a folder")]
    FileAndFolder(String),
    /// A count is above its limit.
    #[error("more than {limit} {what}")]
    TooMany {
        /// The counted items, in the plural.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// Something is larger than its limit.
    #[error("{what} is larger than {limit} bytes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit, in bytes.
        limit: u64,
    },
    /// It took too long.
    #[error("timed out after {seconds} s")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// A digest that is not `sha256:` and 64 lower-case hex digits.
    #[error("`{0}` is not a valid digest")]
    MalformedDigest(String),
    /// Content with another digest than announced.
    #[error("the content has the digest `{found}`, not `{expected}`")]
    DigestMismatch {
        /// The announced digest.
        expected: Digest,
        /// The digest of the content.
        found: Digest,
    },
    /// Content that is longer or shorter than announced.
    #[error("`{digest}` does not have the announced size of {expected} bytes")]
    SizeMismatch {
        /// The digest of the content.
        digest: Digest,
        /// The announced size, in bytes.
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
    /// Not an image, or an image with parts of an unknown type.
    #[error("unsupported media type `{0}`")]
    UnknownType(String),
    /// An index without an image.
    #[error("the index lists no image")]
    NoImageInside,
    /// A folder that is not an image layout.
    #[error("the folder exists but is not an OCI image layout")]
    NotALayout,
    /// The image does not exist, or its registry does not tell us.
    #[error("no such image")]
    NoImage,
    /// A part of the image is missing.
    #[error("the blob `{0}` is missing")]
    NoBlob(Digest),
    /// The tag exists with other content; tags are never moved.
    #[error("the tag already exists with other content: `{existing}`, not `{ours}`")]
    TagTaken {
        /// The digest in the registry.
        existing: Digest,
        /// The digest that was to be pushed.
        ours: Digest,
    },
    /// The tag was pushed, but now has other content.
    #[error("the tag was pushed as `{ours}` but now points to {}", shown_digest(.existing.as_ref()))]
    TagLost {
        /// The digest in the registry now; `None` if it has no such tag.
        existing: Option<Digest>,
        /// The digest that was pushed.
        ours: Digest,
    },
    /// A registry whose tokens come from a host that must not get its credential.
    #[error("`{registry}` wants its credential sent to another host, `{realm}`")]
    TokenElsewhere {
        /// The registry's host.
        registry: String,
        /// The host that its tokens come from.
        realm: String,
    },
    /// A name without a required tag.
    #[error("the image name has no tag")]
    NoTag,
    /// The registry requires a credential, or denies access to ours.
    #[error("access denied: {0}")]
    Denied(String),
    /// The credential of Docker's configuration cannot be read.
    #[error("cannot read the credential for `{registry}`: {why}")]
    Credentials {
        /// The registry.
        registry: String,
        /// Why, without secrets.
        why: &'static str,
    },
    /// Plain HTTP to a registry on another machine.
    #[error("plain HTTP to `{0}` is not allowed: it is not on this machine")]
    PlainHttp(String),
    /// The registry redirects to a refused URL.
    #[error("refused a redirect of the registry to `{0}`")]
    Redirected(String),
    /// The registry's certificate is not trusted.
    #[error("the registry's certificate was not accepted: {0}")]
    Certificate(String),
    /// The network, or a registry that is down.
    #[error("cannot reach the registry: {0}")]
    Network(String),
    /// The registry stopped sending.
    #[error("the registry stopped sending")]
    Stalled,
    /// Any other error status of the registry.
    #[error("the registry returned status {status}: {message}")]
    Registry {
        /// The HTTP status.
        status: u16,
        /// The registry's message.
        message: String,
    },
    /// The responses are not a registry's.
    #[error("not an OCI registry: {0}")]
    NotARegistry(String),
    /// Another run holds the lock on the folder.
    #[error("another run is writing to this folder")]
    Busy,
    /// The user cancelled it.
    #[error("cancelled")]
    Cancelled,
    /// Offline, and not in the cache.
    #[error("not in the cache, and connections are not allowed (offline)")]
    Offline,
    /// A local I/O error.
    #[error("local I/O error: {0}")]
    Io(String),
}

fn shown_digest(digest: Option<&Digest>) -> String {
    digest.map_or_else(|| "nothing".to_owned(), |digest| format!("`{digest}`"))
}

impl OciErrorKind {
    /// Whether a retry can succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
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
            Self::HostilePath(_) => "rename the file in the image's source",
            Self::TooMany { .. } | Self::TooLarge { .. } => "make an image that holds only start-points",
            Self::TimedOut { .. } | Self::Stalled => "try again, or allow more time",
            Self::MalformedDigest(_) => "write `sha256:` and 64 hex digits",
            Self::DigestMismatch { .. } | Self::SizeMismatch { .. } => {
                "it was changed in transit, or the registry is broken: push the image again"
            }
            Self::UnknownType(_) => "use a container image with layers of type tar or tar+gzip",
            Self::NotALayout => "use another folder, or remove this one",
            Self::NoImage => "check the name; registries may also say this of private images",
            Self::NoBlob(_) => "push the image again",
            Self::TagTaken { .. } => {
                "tags are never moved: push under another tag, or use the existing image"
            }
            Self::TagLost { .. } => {
                "somebody else pushed the same tag at the same time: push under another tag, then decide which image to keep"
            }
            Self::TokenElsewhere { .. } => {
                "if that host may have the credential, allow it with `--token-host HOST`; otherwise run `docker logout` for the registry"
            }
            Self::NoTag => "write `:TAG` after the name",
            Self::Denied(_) => "run `docker login` for the registry; to push, the account needs write access",
            Self::Credentials { .. } => {
                "check that the credential helper in Docker's `config.json` works, or run `docker login` again"
            }
            Self::PlainHttp(_) => "use TLS on the registry, or allow plain HTTP on a trusted network",
            Self::Redirected(_) => "if you trust the target, use its registry by name",
            Self::Certificate(_) => "add the authority's certificate to the system's trusted roots",
            Self::Network(_) => {
                "check the registry's name and your connection; behind a proxy, set `HTTPS_PROXY`"
            }
            Self::NotARegistry(_) => "use the name that works with `docker pull`",
            Self::Offline => "run once without `--offline`",
            Self::Busy => "try again when the other run has ended",
            Self::FileAndFolder(_)
            | Self::Broken { .. }
            | Self::NoImageInside
            | Self::Cancelled
            | Self::Registry { .. }
            | Self::Io(_) => return None,
        })
    }

    /// A document or archive that cannot be read, with the parser's message.
    pub(crate) fn broken(what: &'static str, why: impl ToString) -> Self {
        Self::Broken { what, why: shown(&why.to_string()).into_owned() }
    }

    /// Wraps the error to pass it through readers; [`From<io::Error>`] unwraps it.
    pub(crate) fn into_io(self) -> io::Error {
        io::Error::other(self)
    }
}

impl From<ReplaceError> for OciErrorKind {
    fn from(error: ReplaceError) -> Self {
        match error {
            ReplaceError::NotAFolder(_) | ReplaceError::NoParent(_) => Self::NotALayout,
            ReplaceError::Busy(_) => Self::Busy,
            ReplaceError::Cancelled => Self::Cancelled,
            error => Self::Io(shown(&error.to_string()).into_owned()),
        }
    }
}

impl From<io::Error> for OciErrorKind {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(kind) => kind,
            Err(error) => Self::Io(shown(&error.to_string()).into_owned()),
        }
    }
}

impl From<MalformedDigest> for OciErrorKind {
    fn from(error: MalformedDigest) -> Self {
        Self::MalformedDigest(error.0)
    }
}
