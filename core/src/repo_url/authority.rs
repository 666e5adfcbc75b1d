//! The `[user[:password]@]host[:port]` of a remote URL.
//!
//! Read by hand and not with a browser's URL parser (<https://url.spec.whatwg.org/#url-parsing>): that one repairs what
//! it reads (tabs, backslashes, numbers), and git and curl would then see another host than the one that was checked.
//! `tests/it/repo_url_properties.rs` compares the two.

use super::error::{RepoUrlError, RepoUrlErrorKind};
use super::spanned_str::{SpannedStr, percent_decoded};
use crate::span::{find, slice_or_empty};

/// A host and how to reach it.
pub(super) struct Authority<'a> {
    pub(super) user: Option<SpannedStr<'a>>,
    pub(super) password: Option<SpannedStr<'a>>,
    pub(super) host: SpannedStr<'a>,
    pub(super) port: Option<u16>,
    /// Host and port as written.
    pub(super) host_and_port: SpannedStr<'a>,
}

/// Reads the part between `://` and the path.
pub(super) fn read(text: SpannedStr<'_>) -> Result<Authority<'_>, RepoUrlError> {
    let (userinfo, host_and_port) = match text.split_once("@") {
        Some((userinfo, rest)) => (Some(userinfo), rest),
        None => (None, text),
    };
    // git's credential code ends the user at the first `@`, curl at the last:
    // https://github.com/git/git/blob/master/credential.c (`credential_from_url_gently`).
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

fn split_port(text: SpannedStr<'_>) -> (SpannedStr<'_>, Option<SpannedStr<'_>>) {
    let after_bracket = text.text().rfind(']').unwrap_or(0);
    match text.text().rfind(':') {
        Some(colon) if colon >= after_bracket => {
            let (host, rest) = text.split_at(colon);
            (host, Some(rest.split_at(1).1))
        }
        _ => (text, None),
    }
}

fn read_port(text: SpannedStr<'_>) -> Result<u16, RepoUrlError> {
    let digits = text.text().bytes().all(|byte| byte.is_ascii_digit());
    match text.text().parse() {
        Ok(port) if digits && port > 0 => Ok(port),
        _ => Err(RepoUrlError::new(RepoUrlErrorKind::BadPort, text.span())),
    }
}

/// Checks a host: names of letters, digits, `-` and `_` with dots between, or an IPv6 address in brackets.
pub(super) fn check_host(host: SpannedStr<'_>) -> Result<(), RepoUrlError> {
    let text = host.text();
    if text.is_empty() {
        return Err(RepoUrlError::new(RepoUrlErrorKind::MissingHost, host.span()));
    }
    // ssh would take such a host for an option: https://nvd.nist.gov/vuln/detail/CVE-2017-1000117
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
pub(super) fn check_ssh_user(user: SpannedStr<'_>) -> Result<(), RepoUrlError> {
    // git undoes percent-encoding before it calls ssh.
    let plain = percent_decoded(user.text());
    if plain.is_some_and(|plain| plain.starts_with('-')) {
        return Err(RepoUrlError::new(RepoUrlErrorKind::LeadingDash, user.span()));
    }
    let unwelcome = |c: char| !c.is_ascii_graphic() || matches!(c, '@' | ':' | '/' | '[' | ']');
    if user.is_empty() || user.text().contains(unwelcome) {
        return Err(RepoUrlError::new(RepoUrlErrorKind::BadUser, user.span()));
    }
    Ok(())
}

/// Whether this is an IPv6 address as <https://www.rfc-editor.org/rfc/rfc4291#section-2.2> writes it: eight groups of hexadecimal digits, fewer around one `::`, the last two perhaps
/// written as an IPv4 address.
///
/// By hand because the standard library's parser would be 2 % of the browser's module.
fn is_ipv6(text: &str) -> bool {
    match find(text, "::") {
        None => groups(text, true) == Some(8),
        Some(at) => {
            let (head, tail) = (slice_or_empty(text, ..at), slice_or_empty(text, at + 2..));
            let count = |text: &str, last| if text.is_empty() { Some(0) } else { groups(text, last) };
            count(head, false).zip(count(tail, true)).is_some_and(|(head, tail)| head + tail <= 7)
        }
    }
}

/// How many groups there are; `None` where one is none.
fn groups(text: &str, last: bool) -> Option<usize> {
    let is_group =
        |group: &str| (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut count = 0;
    let mut rest = text.split(':').peekable();
    while let Some(group) = rest.next() {
        count += match rest.peek() {
            None if last && is_ipv4(group) => 2,
            _ if is_group(group) => 1,
            _ => return None,
        };
    }
    Some(count)
}

fn is_ipv4(text: &str) -> bool {
    let is_byte = |number: &str| {
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        digits && (number == "0" || !number.starts_with('0')) && number.parse::<u8>().is_ok()
    };
    text.split('.').count() == 4 && text.split('.').all(is_byte)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use proptest::prelude::*;

    use super::*;

    fn kind(text: &str) -> Option<RepoUrlErrorKind> {
        read(SpannedStr::new(text)).err().map(|error| error.kind().clone())
    }

    #[test]
    fn takes_an_authority_apart() {
        let read = read(SpannedStr::new("git:pw@Host.example:8022")).ok().unwrap();
        assert_eq!(read.user.map(SpannedStr::text), Some("git"));
        assert_eq!(read.password.map(SpannedStr::text), Some("pw"));
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
    fn rejects_a_bad_host_or_port() {
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
            let error = check_ssh_user(SpannedStr::new(user)).unwrap_err();
            assert_eq!(error.kind(), &RepoUrlErrorKind::LeadingDash);
        }
        assert!(check_ssh_user(SpannedStr::new("org-1234.x+y")).is_ok());
        assert!(check_ssh_user(SpannedStr::new("")).is_err());
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(text in "(([0-9a-f]{0,5}|[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]\\.0?[0-9]):{0,2}){0,9}") {
            prop_assert_eq!(is_ipv6(&text), text.parse::<Ipv6Addr>().is_ok(), "{}", text);
        }
    }

    #[test]
    fn addresses_are_accepted_and_near_misses_rejected() {
        for text in [
            "::",
            "::1",
            "1::",
            "fe80::1:2",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "::ffff:1.2.3.4",
            "1:2:3:4:5:6:1.2.3.4",
        ] {
            assert!(is_ipv6(text) && text.parse::<Ipv6Addr>().is_ok(), "{text}");
        }
        for text in [
            "",
            ":",
            ":::",
            "1",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            "1:2:3:4::5:6:7:8",
            "12345::",
            "g::",
            "1.2.3.4",
            "1.2.3.4::",
            "::1.2.3",
            "::01.2.3.4",
            "::256.2.3.4",
            "::1.2.3.4:1",
        ] {
            assert!(!is_ipv6(text) && text.parse::<Ipv6Addr>().is_err(), "{text}");
        }
    }
}
