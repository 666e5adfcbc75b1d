//! Source URLs: `<repo>[?tag=<tag>]`, and the legacy `<commit>@<repo>`.
//!
//! A `<repo>` is `https://`, `http://`, `ssh://`, scp-style `[user@]host:path`, `file:///path`, or a local
//! path. Which of them it is follows git: a `:` before the first `/` makes a host, so a relative path with
//! one is written `./a:b`.
//!
//! - `?tag=` begins at the first `?` of a remote URL. A local path may hold `?`: there only the last one
//!   counts, and only when `letters=` (or a bare `tag`) follows it. A path that itself ends that way is
//!   written, and shown, with `?tag=head`.
//! - `<commit>@` is read only before a complete source, see `form.rs`; it is shown as `?tag=`.
//! - An image name with a tag or a digest (`ruby:3`, `ghcr.io/x/y:1`) is not a source, nor are words with spaces: a
//!   path of that form is written `./a b`, and `ssh://host/path` for a host without a user whose path is one word.
//! - A tag is never percent-decoded; a tag with `%XX`, `&` or `#` cannot be written.

mod authority;
mod error;
mod form;
mod repo;
mod spanned_str;
mod tag;
#[cfg(test)]
mod tests;

use std::fmt::{self, Write as _};
use std::str::FromStr;

pub use error::{RepoUrlError, RepoUrlErrorKind, TagFault};
pub use form::Scheme;
pub use repo::RepoIdentity;
pub use tag::Tag;

use crate::span::{Span, find};
use error::MAX_BYTES;
use form::Form;
use repo::{HIDDEN, RepoLocation};
use spanned_str::SpannedStr;

/// A source URL that can be handed to git: where a repository is, and which commit of it is wanted.
///
/// [`Display`](fmt::Display) gives the canonical spelling, which reads back as the same value. Users and
/// passwords of `http` and `https` and passwords of `ssh` are never shown, not by [`Debug`] either; a URL
/// that has some reads back from its shown form as one whose user is `****`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoUrl {
    shown: String,
    tag: Tag,
    scheme: Scheme,
    host: Option<String>,
    secret: Option<String>,
    key: String,
}

impl RepoUrl {
    /// The longest source URL that is read, in bytes of its canonical spelling.
    pub const MAX_BYTES: usize = MAX_BYTES;

    /// Reads a source URL; [`FromStr`] and [`TryFrom`] do the same.
    ///
    /// # Errors
    ///
    /// The first fault found, with its place in `text`.
    pub fn parse(text: &str) -> Result<Self, RepoUrlError> {
        let whole = SpannedStr::new(text);
        if text.is_empty() {
            return Err(RepoUrlError::new(RepoUrlErrorKind::Empty, whole.span()));
        }
        check_length(whole, text.len())?;
        if text.starts_with('\u{feff}') {
            return Err(RepoUrlError::new(RepoUrlErrorKind::ByteOrderMark, whole.span_of(0, 3)));
        }
        if let Some((c, span)) = whole.find(char::is_control) {
            return Err(RepoUrlError::new(RepoUrlErrorKind::ControlCharacter(c), span));
        }
        let (commit, source) = form::split_legacy_commit(whole)?;
        let (location, parameters) =
            RepoLocation::read(source).map_err(|error| propose_ssh_url(error, source))?;
        let tag = match (commit, parameters) {
            (Some(_), Some(parameters)) => {
                return Err(RepoUrlError::new(RepoUrlErrorKind::BothSpellings, parameters.span()));
            }
            (Some(commit), None) => Tag::read(commit)?,
            (None, Some(parameters)) => tag::read_parameters(parameters)?,
            (None, None) => Tag::Head,
        };
        let RepoLocation { scheme, shown, secret, host, key } = location;
        let url = Self { shown, tag, scheme, host, secret, key };
        // The canonical spelling of `<commit>@<url>` is longer than what was written.
        check_length(whole, url.with_credentials().len() + url.parameters().len())?;
        Ok(url)
    }

    /// How the repository is reached.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The repository without the tag, with `****` in the place of secrets.
    #[must_use]
    pub fn repo(&self) -> &str {
        &self.shown
    }

    /// The repository without the tag, secrets and all: for git, and never to be shown.
    #[must_use]
    pub fn with_credentials(&self) -> &str {
        self.secret.as_deref().unwrap_or(&self.shown)
    }

    /// Whether anything is hidden in what is shown.
    #[must_use]
    pub const fn has_credentials(&self) -> bool {
        self.secret.is_some()
    }

    /// Which commit is wanted.
    #[must_use]
    pub const fn tag(&self) -> &Tag {
        &self.tag
    }

    /// The host as written, an IPv6 address with its brackets; none on this machine.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Whether the repository is on this machine: a path, or `file://`.
    #[must_use]
    pub const fn is_local(&self) -> bool {
        matches!(self.scheme, Scheme::Local | Scheme::File)
    }

    /// What duplicates have in common: the host in lower case, no user, no usual port, no `/` or `.git` at
    /// the end, and the tag.
    #[must_use]
    pub fn identity(&self) -> RepoIdentity {
        RepoIdentity { repository: self.key.clone(), tag: self.tag.clone() }
    }

    /// Any text as it may be shown where a source URL was expected: secrets replaced even if it cannot be
    /// read.
    #[must_use]
    pub fn redact(text: &str) -> String {
        redact(text)
    }

    fn parameters(&self) -> String {
        match self.tag.name() {
            Some(name) => format!("?tag={name}"),
            None if self.scheme == Scheme::Local && tag::needs_explicit_tag(&self.shown) => {
                "?tag=head".to_owned()
            }
            None => String::new(),
        }
    }
}

fn check_length(whole: SpannedStr<'_>, bytes: usize) -> Result<(), RepoUrlError> {
    if bytes > MAX_BYTES {
        let kind = RepoUrlErrorKind::TooLong { bytes, limit: MAX_BYTES };
        let Span { start, end } = whole.span();
        return Err(RepoUrlError::new(kind, Span::new(start.max(MAX_BYTES.min(end)), end)));
    }
    Ok(())
}

/// Proposes the `ssh://` URL of the same repository: git decodes percent-encoding in that form alone
/// (<https://github.com/git/git/blob/master/connect.c>, `url_decode`), so advice to write `%20` in an scp-style URL would
/// name another repository.
fn propose_ssh_url(error: RepoUrlError, source: SpannedStr<'_>) -> RepoUrlError {
    if !matches!(error.kind(), RepoUrlErrorKind::Whitespace | RepoUrlErrorKind::Fragment)
        || !matches!(form::classify(source), Ok(Form::Scp))
    {
        return error;
    }
    let (repo, parameters) = tag::split_remote(source);
    let text = repo.text().trim();
    let Some((server, path)) =
        form::before_scp_colon(text).and_then(|server| Some((server, text.get(server.len() + 1..)?)))
    else {
        return error;
    };
    // An `@` in the path most likely follows a password, which no message may show. A wrong server has no URL.
    if path.contains('@') || server.contains(is_encoded) {
        return error;
    }
    let mut url = if path.contains(is_encoded) {
        let mut url = format!("ssh://{server}/");
        push_encoded(path.trim_start_matches('/'), &mut url);
        url
    } else {
        text.to_owned()
    };
    if let Some(parameters) = parameters {
        url.push('?');
        url.push_str(parameters.text());
    }
    match RepoUrl::parse(&url) {
        Ok(_) => error.proposing(url),
        Err(_) => error,
    }
}

/// By hand: the table of the `percent-encoding` crate is 0.7 kB of the browser's module after gzip.
fn push_encoded(path: &str, url: &mut String) {
    for c in path.chars() {
        if is_encoded(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(url, "%{byte:02X}");
            }
        } else {
            url.push(c);
        }
    }
}

fn is_encoded(c: char) -> bool {
    c.is_whitespace() || matches!(c, '#' | '%')
}

/// `text` with all that may be a user or a password replaced; it hides too much rather than too little.
fn redact(text: &str) -> String {
    let Some((before, host)) = text.rsplit_once('@') else { return text.to_owned() };
    let start = match find(before, "://") {
        Some(at) => at + "://".len(),
        None => match before.find(':') {
            Some(colon) => colon + 1,
            None => return text.to_owned(),
        },
    };
    let (kept, _) = before.split_at_checked(start).unwrap_or((before, ""));
    format!("{kept}{HIDDEN}@{host}")
}

impl FromStr for RepoUrl {
    type Err = RepoUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for RepoUrl {
    type Error = RepoUrlError;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

impl fmt::Display for RepoUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.shown, self.parameters())
    }
}

impl fmt::Debug for RepoUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RepoUrl").field(&self.to_string()).finish()
    }
}
