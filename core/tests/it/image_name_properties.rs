//! What holds for every image name: the deployed checker's verdict, round trips, docker's spellings.

use std::sync::LazyLock;

use proptest::prelude::*;
use regex::Regex;
use start_points::{CommitSha, ImageName};

/// The deployed checker's grammar, word for word; for one line.
fn deployed_accepts(name: &str) -> bool {
    static HOST: LazyLock<Regex> = LazyLock::new(|| {
        let ch = "[a-zA-Z0-9]";
        let part = format!("({ch}|{ch}[a-zA-Z0-9-]*{ch})");
        Regex::new(&format!(r"\A{part}(\.{part})*(:[0-9]+)?\z")).unwrap()
    });
    static REMOTE: LazyLock<Regex> = LazyLock::new(|| {
        let component = r"[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*";
        let tag = "[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}";
        let algorithm = "[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*";
        let name = format!("{component}(/{component})*");
        Regex::new(&format!(r"\A{name}(:{tag})?(@{algorithm}:[0-9a-fA-F]{{32,}})?\z")).unwrap()
    });
    let (host, remote) = match name.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), rest),
        _ => (None, name),
    };
    host.is_none_or(|host| HOST.is_match(host)) && REMOTE.is_match(remote)
}

/// Mostly well-formed names, each part now and then broken.
fn name() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        3 => Just(String::new()),
        1 => "(localhost|ghcr\\.io|EX\\.com|h|[a-zA-Z0-9._-]{1,6})(:[0-9]{0,6})?/",
        1 => "(docker\\.io|index\\.docker\\.io|DOCKER\\.IO)/(library/)?",
    ];
    let path = prop_oneof![
        4 => "[a-z0-9]{1,3}((\\.|_|__|-{1,3})[a-z0-9]{1,3}){0,2}(/[a-z0-9]{1,3}(\\.[a-z]{1,2})?){0,2}",
        1 => "[a-zA0._/-]{0,8}",
    ];
    let tag = prop_oneof![
        2 => Just(String::new()),
        2 => ":[0-9A-Za-z_][0-9A-Za-z_.-]{0,5}",
        1 => ":[.\\-a:/]{0,3}",
        1 => ":t{126,130}",
    ];
    let digest = prop_oneof![
        4 => Just(String::new()),
        2 => "@(sha256|[a-z1]{1,2}([-_+.][a-z1]{0,2}){0,2}):[0-9a-fA-F]{31,34}",
        1 => "@[a-z:@]{0,4}",
    ];
    (host, path, tag, digest).prop_map(|(host, path, tag, digest)| format!("{host}{path}{tag}{digest}"))
}

fn any_line() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => name(),
        2 => "[aA0.:/@_-]{0,10}",
        1 => "[a-zé \\t\\x00]{0,6}",
        1 => "\\[[0-9a:]{1,6}\\](:[0-9]{1,4})?/a",
        1 => "[^\\r\\n]*",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_deployed_checker_agrees(text in any_line()) {
        prop_assert_eq!(text.parse::<ImageName>().is_ok(), deployed_accepts(&text), "{:?}", text);
    }

    #[test]
    fn several_lines_are_always_refused(before in name(), after in "(a|ghcr\\.io/a:1)?", end in "\r?\n|\r") {
        let text = format!("{before}{end}{after}");
        prop_assert!(text.parse::<ImageName>().is_err(), "{:?}", text);
    }

    #[test]
    fn reading_what_is_shown_gives_the_same(text in name()) {
        if let Ok(image) = text.parse::<ImageName>() {
            prop_assert_eq!(image.to_string(), text);
            prop_assert_eq!(image.to_string().parse(), Ok(image));
        }
    }

    #[test]
    fn a_refusal_points_into_the_text(text in any_line()) {
        if let Err(error) = text.parse::<ImageName>() {
            prop_assert!(text.get(error.span().start..error.span().end).is_some());
            prop_assert!(!error.to_string().ends_with('.'));
        }
    }

    #[test]
    fn the_spellings_of_a_name_agree(text in name()) {
        if let Ok(image) = text.parse::<ImageName>() {
            let (canonical, familiar) = (image.canonical(), image.familiar());
            prop_assert_eq!(canonical.canonical(), canonical.clone());
            prop_assert_eq!(familiar.familiar(), familiar.clone());
            prop_assert_eq!(familiar.canonical(), canonical.clone());
            prop_assert!(image.same_repository(&canonical) && image.same_repository(&familiar));
            prop_assert_eq!(canonical.to_string().parse(), Ok(canonical));
            prop_assert_eq!(familiar.to_string().parse(), Ok(familiar));
        }
    }

    #[test]
    fn a_commits_tag_is_put_on_any_name(text in name(), sha in "[0-9a-f]{40}") {
        let commit: CommitSha = sha.parse().unwrap();
        if let Ok(image) = text.parse::<ImageName>() {
            let tagged = image.with_sha7(&commit);
            prop_assert_eq!(tagged.tag(), Some(&sha[..7]));
            prop_assert!(!tagged.is_floating() && tagged.same_repository(&image));
            prop_assert_eq!(tagged.with_sha7(&commit), tagged.clone());
            prop_assert_eq!(tagged.to_string().parse(), Ok(tagged));
        }
    }

    #[test]
    fn a_proposed_name_parses_and_keeps_what_was_sound(
        registry in "(ghcr\\.io/|EX\\.com/|localhost:5000/)?",
        path in "[a-z]{0,3}[A-Z][a-zA-Z]{0,3}(/[a-zA-Z0-9]{1,3}){0,2}",
        tag in "(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,6})?",
        digest in "(@sha256:[0-9a-fA-F]{64})?",
    ) {
        let error = ImageName::parse(&format!("{registry}{path}{tag}{digest}")).unwrap_err();
        let hint = error.hint().unwrap();
        let proposed = hint.split('`').nth(1).unwrap();
        let lower = path.to_ascii_lowercase();
        prop_assert_eq!(proposed, format!("{registry}{lower}{tag}{digest}"));
        prop_assert!(ImageName::parse(proposed).is_ok());
    }
}
