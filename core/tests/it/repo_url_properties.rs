//! What holds for every source URL: round trips, no secret shown, the `url` crate's reading of http(s), and git's own
//! verdict on tags.

use std::net::Ipv6Addr;
use std::process::{Command, Stdio};

use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use start_points::repo_url::RepoUrlErrorKind;
use start_points::{RepoUrl, Scheme, Tag};
use url::{Host, Url};

/// Tags, most of them fine.
fn tag() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("head".to_owned()),
        Just("latest".to_owned()),
        "[0-9]\\.[0-9]\\.[0-9](-[0-9]{1,2})?",
        "[0-9a-fA-F]{6,41}",
        "[a-z@{~^.:=%/+é-]{1,8}",
    ]
}

fn host() -> impl Strategy<Value = String> {
    "([a-zA-Z0-9]{1,6}(\\.[a-z0-9]{1,4}){0,2}|\\[::[0-9a-f]{1,4}\\])"
}

fn remote() -> impl Strategy<Value = String> {
    let joined = |(before, host, after): (String, String, String)| format!("{before}{host}{after}");
    prop_oneof![
        (
            "(https|http|HTTPS)://([a-z%]{0,3}(:[a-z%]{0,3})?@)?",
            host(),
            "(:[1-9][0-9]{0,3})?(/[a-z.?=%~é-]{1,5}){1,3}/?"
        )
            .prop_map(joined),
        ("ssh://([a-z]{1,4}(:[a-z]{1,3})?@)?", host(), "(:22)?(/[a-z~.]{1,5}){1,3}(\\.git)?")
            .prop_map(joined),
        ("([a-z0-9]{1,7}@)?", host(), ":(/?[a-z@:.]{1,5}){1,3}(\\.git)?").prop_map(joined),
        "file://(/[a-z%0-9.]{1,6}){1,3}/?",
    ]
}

fn local() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{1,20}",
        "(\\./|\\.\\./|/|~/)?[a-f0-9?=&@:/#. ]{1,20}",
        "(/|\\./)?[a-z]{1,3}(\\?(tag|tga|t|tag=|b=c|tag=1)){0,3}",
    ]
}

fn source() -> impl Strategy<Value = String> {
    let commit = prop_oneof![4 => Just(String::new()), 1 => "[0-9a-f]{5,41}@"];
    let suffix = prop_oneof![1 => Just(String::new()), 1 => tag().prop_map(|tag| format!("?tag={tag}"))];
    let repo = prop_oneof![remote(), local(), "[a-f0-9:/@?.=#\\[\\]-]{1,16}", ".*"];
    (commit, repo, suffix).prop_map(|(commit, repo, suffix)| format!("{commit}{repo}{suffix}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn reading_what_is_shown_gives_the_same(text in source()) {
        if let Ok(url) = text.parse::<RepoUrl>() {
            let shown = url.to_string();
            let again = shown.parse::<RepoUrl>();
            prop_assert_eq!(again.as_ref().map(ToString::to_string), Ok(shown));
            if !url.has_credentials() {
                prop_assert_eq!(again, Ok(url));
            }
        }
    }

    #[test]
    fn a_refusal_points_into_the_text_and_reads_well(text in source()) {
        if let Err(error) = text.parse::<RepoUrl>() {
            let span = error.span();
            prop_assert!(text.get(span.start..span.end).is_some(), "{:?} {:?}", error, text);
            let message = error.to_string();
            prop_assert!(!message.ends_with('.') && !message.contains(['\n', '\r', '\0']));
        }
    }

    #[test]
    fn well_formed_remotes_are_read(
        repo in "(https|http|ssh)://[a-z]{1,5}(\\.[a-z]{1,5})?(:[1-9][0-9]{0,3})?(/[a-z]{1,5}){1,3}",
    ) {
        let url = repo.parse::<RepoUrl>();
        prop_assert_eq!(url.as_ref().map(RepoUrl::with_credentials), Ok(repo.as_str()));
    }

    #[test]
    fn a_proposed_url_parses_and_keeps_what_was_sound(
        server in "([a-z]{1,4}@)?[a-z]{1,5}(\\.[a-z]{2,3})?",
        path in "[a-z~]{1,4}(/[a-z%]{1,3}){0,2}",
        fault in "[ #\u{a0}]{1,2}[a-z]{1,3}",
        tag in "(\\?tag=[0-9]\\.[0-9])?",
    ) {
        let text = format!("{server}:{path}{fault}{tag}");
        let hint = text.parse::<RepoUrl>().unwrap_err().hint().unwrap();
        let proposed = hint.rsplit('`').nth(1).unwrap();
        let url = proposed.parse::<RepoUrl>();
        prop_assert!(url.is_ok(), "{text} {hint}");
        let url = url.unwrap();
        prop_assert_eq!(url.scheme(), Scheme::Ssh);
        prop_assert_eq!(url.tag().name().map_or(String::new(), |name| format!("?tag={name}")), tag);
        let encoded = proposed.strip_prefix(&format!("ssh://{server}/")).unwrap().split('?').next().unwrap();
        let plain = encoded.replace("%C2%A0", "\u{a0}").replace("%20", " ").replace("%23", "#").replace("%25", "%");
        prop_assert_eq!(plain, format!("{path}{fault}"));
    }

    #[test]
    fn any_path_after_a_slash_is_local(path in "/\\PC{0,20}[a-z]") {
        if let Ok(url) = format!("{path}?tag=head").parse::<RepoUrl>() {
            prop_assert_eq!(url.scheme(), Scheme::Local);
            prop_assert_eq!(url.repo(), path);
            prop_assert_eq!(url.tag(), &Tag::Head);
        } else {
            prop_assert!(false, "{path:?} was refused");
        }
    }

    #[test]
    fn a_secret_is_shown_nowhere(
        before in "(https://|http://|ssh://u:|384f486@https://u:|ftp://|u:|https:/|https://[?#/]?)",
        noise in "[:?/&=%#~. -]{0,2}",
        end in "@?(h|h/x|h:x|h:99999/x|-h/x|h /x|h/x\\?tga=1|h/x\\?tag=a\\.\\.b)",
    ) {
        let text = format!("{before}QZQ{noise}QZQ@{end}");
        let seen = match text.parse::<RepoUrl>() {
            Ok(url) if url.scheme() == Scheme::Scp || url.scheme() == Scheme::Local => String::new(),
            // A `/` ends the user part: what follows is a path, which is no secret.
            Ok(url) if !url.has_credentials() => String::new(),
            Ok(url) => format!("{url} {url:?} {:?}", url.identity()),
            Err(error) => format!("{error} {error:?} {:?}", error.hint()),
        };
        prop_assert!(!seen.contains("QZQ"), "{text}: {seen}");
        prop_assert!(!RepoUrl::redact(&text).contains("QZQ"), "{text}");
    }

    #[test]
    fn the_user_of_a_url_does_not_change_its_identity(
        user in "[a-z]{1,5}(:[a-z]{1,5})?",
        rest in "[a-z]{1,5}(/[a-z]{1,5}){1,2}",
    ) {
        let with = format!("https://{user}@{rest}").parse::<RepoUrl>().map(|url| url.identity());
        let without = format!("https://{rest}").parse::<RepoUrl>().map(|url| url.identity());
        prop_assert!(with.is_ok());
        prop_assert_eq!(with, without);
    }
}

fn git_accepts(tag: &str) -> Option<bool> {
    let status = Command::new("git")
        .args(["check-ref-format", &format!("refs/tags/{tag}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.ok().map(|status| status.success())
}

/// What is refused beyond git's rules, on purpose; see `Tag`.
fn is_refused_here_alone(tag: &str) -> bool {
    let bytes = tag.as_bytes();
    let is_encoded = bytes
        .windows(3)
        .any(|window| window[0] == b'%' && window[1].is_ascii_hexdigit() && window[2].is_ascii_hexdigit());
    is_encoded
        || matches!(tag, "HEAD" | "@")
        || tag.starts_with('-')
        || tag.contains(|c: char| matches!(c, '&' | '#') || c.is_whitespace() || c.is_control())
}

/// `TAG_CASES` in the environment asks for more than the usual number.
#[test]
fn git_agrees_on_what_a_tag_may_be() {
    if git_accepts("v1") != Some(true) {
        return;
    }
    let cases = std::env::var("TAG_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    let tags = prop_oneof![
        4 => "[a./@{~-]{1,8}",
        2 => "[a.]{0,2}(\\.lock|/|@|\\{|\\.\\.|lock){1,4}[a.]{0,2}",
        2 => "[ -~]{1,5}",
        1 => "[^\\x00]{1,5}",
    ];
    let outcome = proptest::test_runner::TestRunner::new(config).run(&tags, |tag| {
        let here = tag.parse::<Tag>();
        if is_refused_here_alone(&tag) {
            prop_assert!(here.is_err(), "{:?} is accepted here", tag);
        } else {
            prop_assert_eq!(Some(here.is_ok()), git_accepts(&tag), "{:?}", tag);
        }
        Ok(())
    });
    assert_eq!(outcome, Ok(()));
}

#[test]
fn an_endless_text_is_refused_at_once() {
    let text = "https://h/".to_owned() + &"x".repeat(10_000_000);
    let error = text.parse::<RepoUrl>().map_err(|error| error.kind().clone());
    assert!(matches!(error, Err(RepoUrlErrorKind::TooLong { .. })));
}

/// Scheme, user, password, host, port and path of an http(s) URL, percent-decoded.
type HttpParts = (String, Vec<u8>, Vec<u8>, String, u16, Vec<u8>);

fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

/// As the `url` crate reads it.
fn parts_by_whatwg(url: &Url) -> Option<HttpParts> {
    Some((
        url.scheme().to_owned(),
        decoded(url.username()),
        decoded(url.password().unwrap_or_default()),
        url.host_str()?.to_owned(),
        url.port_or_known_default()?,
        decoded(url.path()),
    ))
}

/// As we hand it to git, which passes it to curl: cut apart at the delimiters, nothing repaired.
fn parts_by_us(url: &RepoUrl) -> Option<HttpParts> {
    let (_, rest) = url.with_credentials().split_once("://")?;
    let (authority, path) = rest.split_at(rest.find('/')?);
    let (userinfo, server) = authority.split_once('@').unwrap_or(("", authority));
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    let host = url.host()?.to_ascii_lowercase();
    let default = if url.scheme() == Scheme::Https { 443 } else { 80 };
    let port = server[host.len()..].strip_prefix(':').map_or(Some(default), |port| port.parse().ok())?;
    let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => Host::<&str>::Ipv6(address.parse::<Ipv6Addr>().ok()?).to_string(),
        None => host,
    };
    Some((url.scheme().as_str().to_owned(), decoded(user), decoded(password), host, port, decoded(path)))
}

/// Where a URL that we accept means something else to a browser; each has its reason in
/// `a_browser_repairs_what_git_and_curl_take_literally`.
fn is_repaired_by_browsers(url: &RepoUrl) -> bool {
    let host = url.host().unwrap_or_default();
    let last_label = host.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let ends_in_number = last_label.starts_with("0x") || last_label.bytes().all(|byte| byte.is_ascii_digit());
    let is_punycode = host.to_ascii_lowercase().split('.').any(|label| label.starts_with("xn--"));
    let has_dot_segment = url.repo().split('/').any(|part| matches!(decoded(part).as_slice(), b"." | b".."));
    ends_in_number || is_punycode || has_dot_segment || url.repo().contains('\\')
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn an_http_url_has_the_parts_that_the_url_crate_reads(
        text in prop_oneof![
            "(https?|HTTP)://([a-z%:]{0,4}@)?[a-zA-Z0-9._-]{1,8}(:[0-9]{0,5})?(/[a-z.%~:@é!-]{0,5}){0,3}",
            "https?://[a-z0-9@:/\\\\?#.%\\[\\]_-]{1,16}",
            "http://(u@)?\\[([0-9a-f]{0,4}:){1,7}[0-9a-f]{1,4}\\](:[0-9]{1,5})?/[a-z]{1,3}",
        ],
    ) {
        let Ok(ours) = text.parse::<RepoUrl>() else { return Ok(()) };
        if !matches!(ours.scheme(), Scheme::Http | Scheme::Https) || is_repaired_by_browsers(&ours) {
            return Ok(());
        }
        let theirs = Url::parse(ours.with_credentials()).ok();
        prop_assert_eq!(parts_by_us(&ours), theirs.as_ref().and_then(parts_by_whatwg), "{}", text);
    }
}

/// `url` follows <https://url.spec.whatwg.org>, which repairs what people type into a browser. git and curl do not: a
/// host that is checked in one spelling and reached in another is how checks are bypassed.
#[test]
fn a_browser_repairs_what_git_and_curl_take_literally() {
    // Accepted by both, and read differently: git asks the server for the path as it is written.
    for (text, browser) in [
        // Dot segments name other repositories on a server that does not resolve them.
        ("https://h/a/../b", "https://h/b"),
        ("https://h/a/%2e%2e/b", "https://h/b"),
        ("https://h/./b", "https://h/b"),
        // A backslash is an ordinary character of a path: https://www.rfc-editor.org/rfc/rfc3986#appendix-A has no such delimiter.
        ("https://h/a\\b", "https://h/a/b"),
        // A name of digits stays a name here, so the host that is shown is the one that was written.
        ("https://127.1/a", "https://127.0.0.1/a"),
        ("https://0x7f000001/a", "https://127.0.0.1/a"),
    ] {
        assert_eq!(Url::parse(text).map(String::from), Ok(browser.to_owned()));
        assert_eq!(text.parse::<RepoUrl>().map(|url| url.repo().to_owned()), Ok(text.to_owned()));
    }
    // Accepted here alone: only the resolver knows whether such a host exists.
    for text in ["https://a.1/x", "https://xn--a/x", "https://1.2.3.4.5/x"] {
        assert!(Url::parse(text).is_err() && text.parse::<RepoUrl>().is_ok(), "{text}");
    }
    // Repaired by a browser, rejected here.
    for (text, browser) in [
        // A browser drops tabs and line breaks and trims spaces; in a list of URLs they are mistakes.
        ("https://h/a\tb", "https://h/ab"),
        (" https://h/a ", "https://h/a"),
        ("https://h/a b", "https://h/a%20b"),
        // git takes each of these for something other than an https URL.
        ("https:/h/a", "https://h/a"),
        ("https:h/a", "https://h/a"),
        ("https:\\\\h\\a", "https://h/a"),
        ("https:///h/a", "https://h/a"),
        // git's credential code ends the user at the first `@`, curl at the last.
        ("https://good@evil@h/a", "https://good%40evil@h/a"),
        // curl ends the host at the first `/` and not at a backslash.
        ("https://good\\@evil/a", "https://good/@evil/a"),
        // Decoded or folded, this is another host than the one that is shown.
        ("https://%65vil/a", "https://evil/a"),
        ("https://ｅvil/a", "https://evil/a"),
        // Nobody means a repository at the root of a server, or a part of one.
        ("https://h", "https://h/"),
        ("https://h/a#b", "https://h/a#b"),
        // An empty port is most likely a forgotten one.
        ("https://h:/a", "https://h/a"),
        // A name with a dot at its end or an empty label is not the same to every program.
        ("https://h./a", "https://h./a"),
        ("https://a..b/a", "https://a..b/a"),
    ] {
        assert_eq!(Url::parse(text).map(String::from), Ok(browser.to_owned()), "{text}");
        assert!(text.parse::<RepoUrl>().is_err(), "{text}");
    }
}
