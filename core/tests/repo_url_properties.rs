//! What holds for every source URL: round trips, no secret shown, and git's own verdict on tags.

use std::process::{Command, Stdio};

use proptest::prelude::*;
use start_points::repo_url::RepoUrlErrorKind;
use start_points::{RepoUrl, Scheme, Tag};

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
