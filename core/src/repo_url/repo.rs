//! Where a repository is: the part of a source URL before `?`, and the key that its duplicates share.

use super::authority;
use super::error::{RepoUrlError, RepoUrlErrorKind};
use super::form::{self, Form, Scheme};
use super::spanned_str::{SpannedStr, percent_decoded, percent_sequences};
use super::tag::{self, Tag};
use crate::image_name::ImageName;

/// Shown in place of a user or password.
pub(super) const HIDDEN: &str = "****";

/// A repository, checked.
pub(super) struct RepoLocation {
    pub(super) scheme: Scheme,
    /// The repository without its secrets.
    pub(super) shown: String,
    /// The repository with its secrets, where there are any.
    pub(super) secret: Option<String>,
    pub(super) host: Option<String>,
    /// See [`RepoUrl::identity`](super::RepoUrl::identity).
    pub(super) key: String,
}

impl RepoLocation {
    /// Reads a source without the older spelling's commit; hands back the parameters unread.
    pub(super) fn read(text: SpannedStr<'_>) -> Result<(Self, Option<SpannedStr<'_>>), RepoUrlError> {
        let form = form::classify(text)?;
        let (repo, parameters) = match form {
            Form::Local => tag::split_local(text),
            Form::Url(..) | Form::Scp => tag::split_remote(text),
        };
        let location = match form {
            Form::Local => Self::local(repo),
            Form::Scp if is_image(repo.text()) => {
                Err(RepoUrlError::new(RepoUrlErrorKind::ImageName, repo.span()))
            }
            Form::Scp => check_remote(repo).and_then(|()| Self::scp(repo)),
            Form::Url(scheme, rest) => {
                check_remote(repo)?;
                let (rest, _) = tag::split_remote(rest);
                if scheme == Scheme::File { Self::file(rest) } else { Self::url(scheme, rest) }
            }
        }?;
        Ok((location, parameters))
    }

    fn local(path: SpannedStr<'_>) -> Result<Self, RepoUrlError> {
        let text = path.text();
        if text.is_empty() {
            return Err(RepoUrlError::new(RepoUrlErrorKind::Empty, path.span()));
        }
        let trimmed = text.trim_start();
        if trimmed.len() < text.len() {
            let span = path.span_of(0, text.len() - trimmed.len());
            return Err(RepoUrlError::new(RepoUrlErrorKind::Whitespace, span));
        }
        let trimmed = text.trim_end();
        if trimmed.len() < text.len() {
            let span = path.span_of(trimmed.len(), text.len());
            return Err(RepoUrlError::new(RepoUrlErrorKind::Whitespace, span));
        }
        if !text.starts_with(['.', '/', '~']) {
            if is_image(text) {
                return Err(RepoUrlError::new(RepoUrlErrorKind::ImageName, path.span()));
            }
            if let Some((_, span)) = path.find(char::is_whitespace) {
                return Err(RepoUrlError::new(RepoUrlErrorKind::Words, span));
            }
        }
        // Reached by `a?b:c`: the form depends on the part before the `?`, git looks at all of it.
        if let Some(before) = form::before_scp_colon(text) {
            let span = path.span_of(before.len(), before.len() + 1);
            return Err(RepoUrlError::new(RepoUrlErrorKind::ColonInPath, span));
        }
        Ok(Self {
            scheme: Scheme::Local,
            shown: text.to_owned(),
            secret: None,
            host: None,
            key: local_key(text),
        })
    }

    fn file(rest: SpannedStr<'_>) -> Result<Self, RepoUrlError> {
        let (host, path) = rest.split_at(rest.text().find('/').unwrap_or(rest.text().len()));
        if !host.is_empty() {
            return Err(RepoUrlError::new(RepoUrlErrorKind::FileHost, host.span()));
        }
        check_path(path)?;
        let decoded = percent_decoded(path.text());
        Ok(Self {
            scheme: Scheme::File,
            shown: format!("file://{}", path.text()),
            secret: None,
            host: None,
            key: local_key(decoded.as_deref().unwrap_or(path.text())),
        })
    }

    fn url(scheme: Scheme, rest: SpannedStr<'_>) -> Result<Self, RepoUrlError> {
        let (authority, path) = rest.split_at(rest.text().find('/').unwrap_or(rest.text().len()));
        let authority = authority::read(authority)?;
        check_path(path)?;
        let end = format!("{}{}", authority.host_and_port.text(), path.text());
        let password = authority.password.map(SpannedStr::text);
        let (shown, secret) = match authority.user {
            None => (format!("{scheme}://{end}"), None),
            Some(user) => {
                if scheme.is_ssh() {
                    authority::check_ssh_user(user)?;
                }
                let user = user.text();
                let full = match password {
                    None => format!("{scheme}://{user}@{end}"),
                    Some(password) => format!("{scheme}://{user}:{password}@{end}"),
                };
                match (scheme.is_ssh(), password) {
                    (true, None) => (full, None),
                    (true, Some(_)) => (format!("{scheme}://{user}:{HIDDEN}@{end}"), Some(full)),
                    (false, _) => (format!("{scheme}://{HIDDEN}@{end}"), Some(full)),
                }
            }
        };
        let port = authority.port.filter(|port| scheme.default_port() != Some(*port));
        Ok(Self {
            scheme,
            shown,
            secret,
            host: Some(authority.host.text().to_owned()),
            key: remote_key(authority.host.text(), port, path.text()),
        })
    }

    fn scp(repo: SpannedStr<'_>) -> Result<Self, RepoUrlError> {
        let before = form::before_scp_colon(repo.text()).unwrap_or_default();
        let (server, path) = repo.split_at(before.len());
        let path = path.split_at(1).1;
        let host = match server.rsplit_once("@") {
            Some((user, host)) => {
                authority::check_ssh_user(user)?;
                host
            }
            None => {
                let first_part = path.split('/').next().unwrap_or(path);
                if let Some((password, _)) = first_part.split_once("@") {
                    let kind = RepoUrlErrorKind::ScpPassword;
                    return Err(RepoUrlError::new(kind, password.span()));
                }
                server
            }
        };
        authority::check_host(host)?;
        check_path(path)?;
        // git rejects such a path too, because the other side could take it for an option:
        // https://github.com/git/git/blob/master/connect.c (`looks_like_command_line_option`).
        if path.text().starts_with('-') {
            return Err(RepoUrlError::new(RepoUrlErrorKind::LeadingDash, path.span_of(0, 1)));
        }
        Ok(Self {
            scheme: Scheme::Scp,
            shown: repo.text().to_owned(),
            secret: None,
            host: Some(host.text().to_owned()),
            key: remote_key(host.text(), None, path.text()),
        })
    }
}

/// Whether a text names an image, and says which: no path and no scp-style URL is likely to look so.
fn is_image(text: &str) -> bool {
    ImageName::parse(text).is_ok_and(|name| name.tag().or(name.digest()).is_some())
}

/// Rejects what no remote URL may contain, even percent-encoded.
fn check_remote(repo: SpannedStr<'_>) -> Result<(), RepoUrlError> {
    if let Some((_, span)) = repo.find(char::is_whitespace) {
        return Err(RepoUrlError::new(RepoUrlErrorKind::Whitespace, span));
    }
    if let Some(at) = repo.text().find('#') {
        return Err(RepoUrlError::new(RepoUrlErrorKind::Fragment, repo.split_at(at).1.span()));
    }
    let mut encoded = percent_sequences(repo.text());
    if let Some((at, byte)) = encoded.find(|(_, byte)| byte.is_ascii_control()) {
        let kind = RepoUrlErrorKind::ControlCharacter(char::from(byte));
        return Err(RepoUrlError::new(kind, repo.span_of(at, at + 3)));
    }
    Ok(())
}

fn check_path(path: SpannedStr<'_>) -> Result<(), RepoUrlError> {
    if path.text().bytes().all(|byte| byte == b'/') {
        return Err(RepoUrlError::new(RepoUrlErrorKind::MissingPath, path.span()));
    }
    Ok(())
}

/// A repository in a normalised spelling, and the tag asked for.
///
/// Two sources with one identity are very likely duplicates; two with different identities may still be the
/// same repository, as only its server could tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoIdentity {
    /// `host[:port]/path` for a remote repository, `/path` or `./path` for one on this machine.
    ///
    /// How it is reached is left out: `https://h/org/x` and `git@h:org/x.git` are one.
    pub repository: String,
    /// The tag, so that several versions of one repository differ.
    pub tag: Tag,
}

/// The key of a remote repository; `port` only where it is not the usual one.
pub(super) fn remote_key(host: &str, port: Option<u16>, path: &str) -> String {
    let host = host.to_ascii_lowercase();
    let path = without_git(path.trim_matches('/'));
    match port {
        Some(port) => format!("{host}:{port}/{path}"),
        None => format!("{host}/{path}"),
    }
}

/// The key of a local repository: without empty and `.` parts; `..` stays because a symbolic link may lead elsewhere.
pub(super) fn local_key(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if let Some(last) = parts.pop() {
        match last.strip_suffix(".git") {
            Some("") => {}
            Some(short) => parts.push(short),
            None => parts.push(last),
        }
    }
    let start = if path.starts_with('/') { "/" } else { "./" };
    format!("{start}{}", parts.join("/"))
}

fn without_git(path: &str) -> &str {
    path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_spellings_of_one_path_have_one_key() {
        for path in ["/a/b", "/a/b/", "//a/./b", "/a/b.git", "/a/b/.git", "/a/b.git/"] {
            assert_eq!(local_key(path), "/a/b", "{path}");
        }
        for path in [".", "./", ".git", "./.git/"] {
            assert_eq!(local_key(path), "./", "{path}");
        }
        assert_eq!(local_key("../a/../b"), "./../a/../b");
        assert_eq!(local_key("/"), "/");
    }
}
