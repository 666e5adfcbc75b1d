//! Where a repository is: the part of a source URL before `?`.

use super::authority;
use super::error::{RepoUrlError, RepoUrlErrorKind};
use super::form::{self, Form};
use super::identity;
use super::parameters::{self, Split};
use super::percent;
use super::piece::Piece;
use super::scheme::Scheme;
use crate::image_name::ImageName;

/// What stands in the place of a user or password that is not shown.
pub(super) const HIDDEN: &str = "****";

/// A repository, checked.
pub(super) struct Location {
    pub(super) scheme: Scheme,
    /// The repository without its secrets.
    pub(super) shown: String,
    /// The repository with its secrets, where there are any.
    pub(super) secret: Option<String>,
    pub(super) host: Option<String>,
    /// See [`RepoUrl::identity`](super::RepoUrl::identity).
    pub(super) key: String,
}

impl Location {
    /// Reads a source without the older spelling's commit; hands back the parameters unread.
    pub(super) fn read(text: Piece<'_>) -> Result<(Self, Option<Piece<'_>>), RepoUrlError> {
        let form = form::classify(text)?;
        let (repo, parameters): Split<'_> = match form {
            Form::Local => parameters::split_local(text),
            Form::Url(..) | Form::Scp => parameters::split_remote(text),
        };
        let location = match form {
            Form::Local => Self::local(repo),
            Form::Scp if is_image(repo.text()) => {
                Err(RepoUrlError::new(RepoUrlErrorKind::ImageName, repo.span()))
            }
            Form::Scp => check_remote(repo)
                .map_err(|error| with_ssh_url(error, repo, parameters))
                .and_then(|()| Self::scp(repo)),
            Form::Url(scheme, rest) => {
                check_remote(repo)?;
                let (rest, _) = parameters::split_remote(rest);
                if scheme == Scheme::File { Self::file(rest) } else { Self::url(scheme, rest) }
            }
        }?;
        Ok((location, parameters))
    }

    fn local(path: Piece<'_>) -> Result<Self, RepoUrlError> {
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
        // Reached by `a?b:c`: the form was told from what stands before the `?`, git looks at all of it.
        if let Some(before) = form::before_scp_colon(text) {
            let span = path.span_of(before.len(), before.len() + 1);
            return Err(RepoUrlError::new(RepoUrlErrorKind::ColonInPath, span));
        }
        Ok(Self {
            scheme: Scheme::Local,
            shown: text.to_owned(),
            secret: None,
            host: None,
            key: identity::local_key(text),
        })
    }

    fn file(rest: Piece<'_>) -> Result<Self, RepoUrlError> {
        let (host, path) = rest.split_at(rest.text().find('/').unwrap_or(rest.text().len()));
        if !host.is_empty() {
            return Err(RepoUrlError::new(RepoUrlErrorKind::FileHost, host.span()));
        }
        check_path(path)?;
        let decoded = percent::decode(path.text());
        Ok(Self {
            scheme: Scheme::File,
            shown: format!("file://{}", path.text()),
            secret: None,
            host: None,
            key: identity::local_key(decoded.as_deref().unwrap_or(path.text())),
        })
    }

    fn url(scheme: Scheme, rest: Piece<'_>) -> Result<Self, RepoUrlError> {
        let (authority, path) = rest.split_at(rest.text().find('/').unwrap_or(rest.text().len()));
        let authority = authority::read(authority)?;
        check_path(path)?;
        let end = format!("{}{}", authority.host_and_port.text(), path.text());
        let password = authority.password.map(Piece::text);
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
            key: identity::remote_key(authority.host.text(), port, path.text()),
        })
    }

    fn scp(repo: Piece<'_>) -> Result<Self, RepoUrlError> {
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
        // git refuses such a path as well: the other side could take it for an option.
        if path.text().starts_with('-') {
            return Err(RepoUrlError::new(RepoUrlErrorKind::LeadingDash, path.span_of(0, 1)));
        }
        Ok(Self {
            scheme: Scheme::Scp,
            shown: repo.text().to_owned(),
            secret: None,
            host: Some(host.text().to_owned()),
            key: identity::remote_key(host.text(), None, path.text()),
        })
    }
}

/// Refuses what no remote URL may hold, even encoded.
/// Whether a text names an image, and says which: no path and no scp-style URL is likely to look so.
fn is_image(text: &str) -> bool {
    ImageName::parse(text).is_ok_and(|name| name.tag().or(name.digest()).is_some())
}

/// Proposes the `ssh://` URL of the same repository: git undoes percent-encoding in that form alone, so that advice to
/// write `%20` in an scp-style URL would name another one.
fn with_ssh_url(error: RepoUrlError, repo: Piece<'_>, parameters: Option<Piece<'_>>) -> RepoUrlError {
    if !matches!(error.kind(), RepoUrlErrorKind::Whitespace | RepoUrlErrorKind::Fragment) {
        return error;
    }
    let text = repo.text().trim();
    let Some((server, path)) =
        form::before_scp_colon(text).and_then(|server| Some((server, text.get(server.len() + 1..)?)))
    else {
        return error;
    };
    // An `@` in the path is most likely behind a password, which no message may show. A wrong server has no URL.
    if path.contains('@') || server.contains(is_encoded) {
        return error;
    }
    let mut url = if path.contains(is_encoded) {
        let mut url = format!("ssh://{server}/");
        percent::encode(path.trim_start_matches('/'), is_encoded, &mut url);
        url
    } else {
        text.to_owned()
    };
    if let Some(parameters) = parameters {
        url.push('?');
        url.push_str(parameters.text());
    }
    match super::RepoUrl::parse(&url) {
        Ok(_) => error.proposing(url),
        Err(_) => error,
    }
}

fn is_encoded(c: char) -> bool {
    c.is_whitespace() || matches!(c, '#' | '%')
}

fn check_remote(repo: Piece<'_>) -> Result<(), RepoUrlError> {
    if let Some((_, span)) = repo.find(char::is_whitespace) {
        return Err(RepoUrlError::new(RepoUrlErrorKind::Whitespace, span));
    }
    if let Some(at) = repo.text().find('#') {
        return Err(RepoUrlError::new(RepoUrlErrorKind::Fragment, repo.split_at(at).1.span()));
    }
    let mut encoded = percent::encoded(repo.text());
    if let Some((at, byte)) = encoded.find(|(_, byte)| byte.is_ascii_control()) {
        let kind = RepoUrlErrorKind::ControlCharacter(char::from(byte));
        return Err(RepoUrlError::new(kind, repo.span_of(at, at + 3)));
    }
    Ok(())
}

fn check_path(path: Piece<'_>) -> Result<(), RepoUrlError> {
    if path.text().bytes().all(|byte| byte == b'/') {
        return Err(RepoUrlError::new(RepoUrlErrorKind::MissingPath, path.span()));
    }
    Ok(())
}
