//! What can be wrong with a source URL, where, and what to do about it.

use thiserror::Error;

use crate::nearest::nearest;
use crate::span::{Span, slice_or_empty};

/// The most bytes of a source URL, in its canonical spelling.
pub(super) const MAX_BYTES: usize = 4096;

/// A source URL that was rejected: the fault, and the bytes of the input at fault.
///
/// Neither the message nor [`Debug`] ever holds a user or a password of the URL. The input itself may:
/// show it only through [`RepoUrl::redact`](super::RepoUrl::redact).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct RepoUrlError {
    kind: RepoUrlErrorKind,
    span: Span,
    /// The source URL that is most likely meant.
    proposal: Option<String>,
}

impl RepoUrlError {
    pub(super) const fn new(kind: RepoUrlErrorKind, span: Span) -> Self {
        Self { kind, span, proposal: None }
    }

    /// The same, with the source URL that is most likely meant.
    pub(super) fn proposing(self, proposal: String) -> Self {
        Self { proposal: Some(proposal), ..self }
    }

    /// The fault, as data.
    #[must_use]
    pub const fn kind(&self) -> &RepoUrlErrorKind {
        &self.kind
    }

    /// The bytes of the input at fault.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// How to fix it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match (&self.proposal, &self.kind) {
            (Some(proposal), RepoUrlErrorKind::Fragment) => {
                Some(format!("remove the `#` and the rest, or write `{proposal}`"))
            }
            (Some(proposal), _) => Some(format!("write `{proposal}`")),
            (None, kind) => hint(kind),
        }
    }
}

/// The ways in which a source URL can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum RepoUrlErrorKind {
    /// The repository is missing.
    #[error("the source URL names no repository")]
    Empty,
    /// More than [`RepoUrl::MAX_BYTES`](super::RepoUrl::MAX_BYTES).
    #[error("the source URL is {bytes} bytes long, the limit is {limit}")]
    TooLong {
        /// How long its canonical spelling is.
        bytes: usize,
        /// How long that may be.
        limit: usize,
    },
    /// A control character (a newline and NUL are among them), as it is or percent-encoded.
    #[error("the source URL contains the control character U+{:04X}", u32::from(*.0))]
    ControlCharacter(char),
    /// The mark that some editors write at the beginning of a file.
    #[error("the source URL begins with a byte order mark (U+FEFF)")]
    ByteOrderMark,
    /// An image name with a tag or a digest; see [`RepoUrl::parse`](super::RepoUrl::parse).
    #[error("this looks like an image name, not a source URL")]
    ImageName,
    /// A relative path with a space in it, which is more often no path at all.
    #[error("this looks like words, not a source URL")]
    Words,
    /// Whitespace anywhere in a remote URL, or at either end of a local path.
    #[error("the source URL contains whitespace")]
    Whitespace,
    /// A part that git or ssh would take for a command line option.
    #[error("a part of the source URL begins with `-` and could be read as an option")]
    LeadingDash,
    /// A `scheme://` or a `helper::` that is not offered; the name with that ending.
    #[error("the scheme `{0}` is not supported")]
    UnsupportedScheme(String),
    /// A known scheme without its `//`.
    #[error("`{0}:` is not followed by `//`")]
    MissingSlashes(&'static str),
    /// `C:/path`, which git reads as a host called `C` on one system and a drive on another.
    #[error("a path with a drive letter can also be read as a host and a path")]
    DrivePath,
    /// A local path with a `:` before its first `/`, which git would read as a host.
    #[error("a relative path with a `:` in its first part would be read as a host and a path")]
    ColonInPath,
    /// Something before `@<url>` that is not 7 to 40 hex digits.
    #[error("the part before `@` is not a commit of 7 to 40 hex digits")]
    NotACommit,
    /// `<commit>@<commit>@<url>`
    #[error("the source URL begins with two commits")]
    TwoCommits,
    /// `<commit>@<url>?tag=<tag>`
    #[error("the source URL has a commit before its `@` and parameters after its `?`")]
    BothSpellings,
    /// No host where one is needed.
    #[error("the source URL has no host")]
    MissingHost,
    /// A host that is neither a name nor an IP address.
    #[error("the host of the source URL is neither a host name nor an IP address")]
    BadHost,
    /// A host that is not ASCII.
    #[error("the host of the source URL is not ASCII")]
    HostNotAscii,
    /// A port that is not 1 to 65535.
    #[error("the port of the source URL is not a number from 1 to 65535")]
    BadPort,
    /// A user part that is empty, or that two programs would read differently.
    #[error("the user part of the source URL is malformed")]
    BadUser,
    /// `user:password@host:path`
    #[error("an scp-style source URL cannot hold a password")]
    ScpPassword,
    /// `file://host/path`
    #[error("a `file://` URL cannot name a host")]
    FileHost,
    /// A host without a path.
    #[error("the source URL has a host and no path")]
    MissingPath,
    /// A `#` in a remote URL, or in a tag.
    #[error("the source URL has a `#` fragment")]
    Fragment,
    /// A `?` or a `&` with no parameter after it.
    #[error("expected a parameter")]
    EmptyParameter,
    /// A parameter other than `tag`; its name where that is a plain word.
    #[error("unknown parameter{}", quoted(.0.as_deref()))]
    UnknownParameter(Option<String>),
    /// `?tag=a&tag=b`
    #[error("the parameter `tag` is given twice")]
    RepeatedParameter,
    /// `?tag`
    #[error("the parameter `tag` has no value")]
    MissingValue,
    /// `?tag=`
    #[error("the tag is empty")]
    EmptyTag,
    /// A tag that git rejects, or that is certainly a mistake.
    #[error("the tag `{tag}` {fault}")]
    Tag {
        /// The tag, shortened when very long.
        tag: String,
        /// What is wrong with it.
        fault: TagFault,
    },
}

fn quoted(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!(" `{name}`"))
}

/// `value`, cut where it is too long to read in a message.
pub(super) fn shortened(value: &str) -> String {
    const MOST: usize = 60;
    match value.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", slice_or_empty(value, ..at)),
        None => value.to_owned(),
    }
}

/// What is wrong with a tag; completes the sentence "the tag … ".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TagFault {
    /// A `/` at either end, or two in a row.
    #[error("has an empty part: a `/` at an end, or two in a row")]
    EmptyPart,
    /// A part between slashes that begins with a dot.
    #[error("has a part that begins with `.`")]
    DotFirst,
    /// A part between slashes that ends with `.lock`.
    #[error("has a part that ends with `.lock`")]
    LockLast,
    /// `..`
    #[error("contains `..`")]
    TwoDots,
    /// A dot at the end.
    #[error("ends with `.`")]
    DotLast,
    /// `@{`
    #[error("contains `@{{`")]
    AtBrace,
    /// A character that no tag may have, or that a URL needs for itself.
    #[error("contains `{0}`")]
    Character(char),
    /// A `-` at the beginning, which `git tag` rejects and a command line would take for an option.
    #[error("begins with `-`")]
    LeadingDash,
    /// `@` or `HEAD`, which in git mean the current commit.
    #[error("is git's own name for the current commit")]
    MeansHead,
    /// A `%XX`; the tag it was probably meant for, where that is a tag.
    #[error("is percent-encoded")]
    PercentEncoded(Option<String>),
}

const SUPPORTED: &str =
    "supported are `https://`, `http://`, `ssh://`, `user@host:path`, `file:///path` and local paths";

/// What to do about `kind`.
fn hint(kind: &RepoUrlErrorKind) -> Option<String> {
    use RepoUrlErrorKind as K;
    let advice = match kind {
        K::Empty => "write a URL or a path, `.` for the current directory",
        K::TooLong { .. } | K::RepeatedParameter => return None,
        K::ControlCharacter(_) => "write one source URL per line and nothing else",
        K::ByteOrderMark => "save the file as UTF-8 without a byte order mark",
        K::ImageName => {
            "a source URL is `https://host/organization/repository`, over ssh `user@host:path`; write `./` before a \
             local path"
        }
        K::Words => {
            "a source URL is `https://host/organization/repository`; write `./` before a local path with a space"
        }
        K::Whitespace => "write a space in a URL as `%20`; a local path must not begin or end with one",
        K::LeadingDash => "write `./-name` for a path that begins with `-`",
        K::UnsupportedScheme(name) => return Some(scheme_hint(name)),
        K::MissingSlashes(scheme) => return Some(format!("write `{scheme}://`")),
        K::DrivePath => "write `file:///C:/path`",
        K::ColonInPath => "write `./` before the path",
        K::NotACommit => "write the tag at the end: `<url>?tag=<tag>`",
        K::TwoCommits | K::BothSpellings => "keep one of them, as `?tag=<tag>`",
        K::MissingHost | K::MissingPath => "write `https://host/organization/repository`",
        K::BadHost => "a host has letters, digits, `-`, `_` and `.`, or is an IPv6 address in `[]`",
        K::HostNotAscii => "write the host in its `xn--` form",
        K::BadPort => {
            "remove the `:` for the default port; write `:`, `/` and `@` in a password as `%3A`, `%2F`, `%40`"
        }
        K::BadUser => "write `@` in a user or password as `%40`",
        K::ScpPassword => "write `user@host:path` and let ssh use a key",
        K::FileHost => "write three slashes: `file:///absolute/path`",
        K::Fragment => "remove the `#` and the rest; in a path write it as `%23`",
        K::EmptyParameter | K::MissingValue | K::EmptyTag => {
            "write `?tag=<tag>`, or nothing for the tip of the default branch"
        }
        K::UnknownParameter(name) => return Some(parameter_hint(name.as_deref())),
        K::Tag { fault, .. } => return tag_hint(fault),
    };
    Some(advice.to_owned())
}

fn scheme_hint(name: &str) -> String {
    match name {
        "git+ssh://" | "ssh+git://" => "write `ssh://`".to_owned(),
        "git://" => format!("`git://` is neither encrypted nor authenticated; {SUPPORTED}"),
        name if name.ends_with("::") => {
            format!("write `./` before it if it is a local path; {SUPPORTED}")
        }
        _ => SUPPORTED.to_owned(),
    }
}

fn parameter_hint(name: Option<&str>) -> String {
    match name {
        Some(name) if nearest(name, ["tag"]).is_some() => "did you mean `tag`?".to_owned(),
        _ => "the only parameter is `tag`".to_owned(),
    }
}

fn tag_hint(fault: &TagFault) -> Option<String> {
    match fault {
        TagFault::PercentEncoded(Some(plain)) => {
            Some(format!("a tag is not percent-decoded: write `{plain}`"))
        }
        TagFault::PercentEncoded(None) => Some("a tag is not percent-decoded: write it as it is".to_owned()),
        TagFault::MeansHead => Some("write `?tag=head` for the tip of the default branch".to_owned()),
        TagFault::Character('&') => Some("the only parameter is `tag`, given once".to_owned()),
        _ => None,
    }
}
