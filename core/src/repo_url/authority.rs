//! The `[user[:password]@]host[:port]` of a remote URL.
//!
//! Read by hand and not with a browser's URL parser: that one repairs what it reads (tabs, backslashes,
//! numbers), and git and curl would then see another host than the one that was checked.

use super::error::{RepoUrlError, RepoUrlErrorKind};
use super::ipv6::is_ipv6;
use super::percent;
use super::piece::Piece;

/// A host and how to reach it.
pub(super) struct Authority<'a> {
    pub(super) user: Option<Piece<'a>>,
    pub(super) password: Option<Piece<'a>>,
    pub(super) host: Piece<'a>,
    pub(super) port: Option<u16>,
    /// Host and port as written.
    pub(super) host_and_port: Piece<'a>,
}

/// Reads what stands between `://` and the path.
pub(super) fn read(text: Piece<'_>) -> Result<Authority<'_>, RepoUrlError> {
    let (userinfo, host_and_port) = match text.split_once("@") {
        Some((userinfo, rest)) => (Some(userinfo), rest),
        None => (None, text),
    };
    // git's credential code ends the user at the first `@`, curl at the last.
    if let Some((second, _)) = host_and_port.split_once("@") {
        return Err(RepoUrlError::new(RepoUrlErrorKind::BadUser, second.span()));
    }
    let (user, password) = match userinfo.map(|userinfo| (userinfo, userinfo.split_once(":"))) {
        Some((_, Some((user, password)))) => (Some(user), Some(password)),
        Some((user, None)) => (Some(user), None),
        None => (None, None),
    };
    if let Some(userinfo) = userinfo
        && (userinfo.is_empty() || userinfo.text().contains('\\'))
    {
        return Err(RepoUrlError::new(RepoUrlErrorKind::BadUser, userinfo.span()));
    }
    let (host, port) = split_port(host_and_port);
    check_host(host)?;
    let port = port.map(read_port).transpose()?;
    Ok(Authority { user, password, host, port, host_and_port })
}

fn split_port(text: Piece<'_>) -> (Piece<'_>, Option<Piece<'_>>) {
    let after_bracket = text.text().rfind(']').unwrap_or(0);
    match text.text().rfind(':') {
        Some(colon) if colon >= after_bracket => {
            let (host, rest) = text.split_at(colon);
            (host, Some(rest.split_at(1).1))
        }
        _ => (text, None),
    }
}

fn read_port(text: Piece<'_>) -> Result<u16, RepoUrlError> {
    let digits = text.text().bytes().all(|byte| byte.is_ascii_digit());
    match text.text().parse() {
        Ok(port) if digits && port > 0 => Ok(port),
        _ => Err(RepoUrlError::new(RepoUrlErrorKind::BadPort, text.span())),
    }
}

/// Checks a host: names of letters, digits, `-` and `_` with dots between, or an IPv6 address in brackets.
pub(super) fn check_host(host: Piece<'_>) -> Result<(), RepoUrlError> {
    let text = host.text();
    if text.is_empty() {
        return Err(RepoUrlError::new(RepoUrlErrorKind::MissingHost, host.span()));
    }
    // ssh would take such a host for an option (CVE-2017-1000117).
    if text.starts_with('-') {
        return Err(RepoUrlError::new(RepoUrlErrorKind::LeadingDash, host.span_of(0, 1)));
    }
    if let Some((_, span)) = host.find(|c| !c.is_ascii()) {
        return Err(RepoUrlError::new(RepoUrlErrorKind::HostNotAscii, span));
    }
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_host = match bracketed {
        Some(address) => is_ipv6(address),
        None => text.split('.').all(is_label),
    };
    if is_host { Ok(()) } else { Err(RepoUrlError::new(RepoUrlErrorKind::BadHost, host.span())) }
}

fn is_label(label: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !label.is_empty() && label.bytes().all(inside) && !label.starts_with('-') && !label.ends_with('-')
}

/// Checks the user of an ssh server, which becomes part of a command line.
pub(super) fn check_ssh_user(user: Piece<'_>) -> Result<(), RepoUrlError> {
    // git undoes percent-encoding before it calls ssh.
    let plain = percent::decode(user.text());
    if plain.is_some_and(|plain| plain.starts_with('-')) {
        return Err(RepoUrlError::new(RepoUrlErrorKind::LeadingDash, user.span()));
    }
    let unwelcome = |c: char| !c.is_ascii_graphic() || matches!(c, '@' | ':' | '/' | '[' | ']');
    if user.is_empty() || user.text().contains(unwelcome) {
        return Err(RepoUrlError::new(RepoUrlErrorKind::BadUser, user.span()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<RepoUrlErrorKind> {
        read(Piece::new(text)).err().map(|error| error.kind().clone())
    }

    #[test]
    fn takes_an_authority_apart() {
        let read = read(Piece::new("git:pw@Host.example:8022")).ok().unwrap();
        assert_eq!(read.user.map(Piece::text), Some("git"));
        assert_eq!(read.password.map(Piece::text), Some("pw"));
        assert_eq!(read.host.text(), "Host.example");
        assert_eq!(read.port, Some(8022));
        assert_eq!(read.host_and_port.text(), "Host.example:8022");
    }

    #[test]
    fn accepts_names_and_addresses() {
        for text in ["h", "localhost:1", "127.0.0.1", "[::1]", "[fe80::1]:65535", "a_b.c-d.e"] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn refuses_a_bad_host_or_port() {
        use RepoUrlErrorKind as K;
        for (text, expected) in [
            ("", K::MissingHost),
            (":80", K::MissingHost),
            ("u@", K::MissingHost),
            ("h:", K::BadPort),
            ("h:0", K::BadPort),
            ("h:65536", K::BadPort),
            ("h:+80", K::BadPort),
            ("h:x", K::BadPort),
            ("a..b", K::BadHost),
            ("a.", K::BadHost),
            ("a-", K::BadHost),
            ("a%41", K::BadHost),
            ("good.com\\.evil.com", K::BadHost),
            ("[::g]", K::BadHost),
            ("[::1", K::BadHost),
            ("::1", K::BadHost),
            ("[::1]x", K::BadHost),
            ("é.fr", K::HostNotAscii),
            ("-oProxyCommand=x", K::LeadingDash),
            ("@h", K::BadUser),
            ("a@b@h", K::BadUser),
            ("good.com\\@evil.com", K::BadUser),
        ] {
            assert_eq!(kind(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn an_ssh_user_cannot_be_an_option() {
        for user in ["-l", "%2dl", "%2Dl"] {
            let error = check_ssh_user(Piece::new(user)).unwrap_err();
            assert_eq!(error.kind(), &RepoUrlErrorKind::LeadingDash);
        }
        assert!(check_ssh_user(Piece::new("org-1234.x+y")).is_ok());
        assert!(check_ssh_user(Piece::new("")).is_err());
    }
}
