//! What a source URL means, and what is refused.

use super::{RepoUrl, RepoUrlErrorKind as K, Scheme, Tag, TagFault};

fn url(text: &str) -> RepoUrl {
    match text.parse() {
        Ok(url) => url,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn named(name: &str) -> Tag {
    Tag::Named(name.to_owned())
}

fn commit(name: &str) -> Tag {
    Tag::Commit(name.to_owned())
}

/// The kind, and the text at fault.
fn fault(text: &str) -> (K, &str) {
    match text.parse::<RepoUrl>() {
        Ok(url) => panic!("{text}: accepted as {url:?}"),
        Err(error) => (error.kind().clone(), &text[error.span().start..error.span().end]),
    }
}

#[test]
fn every_form_of_the_domain_page_is_read() {
    for (text, scheme, repo, tag, host) in [
        ("https://github.com/o/r", Scheme::Https, "https://github.com/o/r", Tag::Head, "github.com"),
        ("http://h:8080/r", Scheme::Http, "http://h:8080/r", Tag::Head, "h"),
        ("ssh://git@h:22/o/r.git", Scheme::Ssh, "ssh://git@h:22/o/r.git", Tag::Head, "h"),
        ("git@host:org/repo.git", Scheme::Scp, "git@host:org/repo.git", Tag::Head, "host"),
        ("git@[::1]:r?tag=v1", Scheme::Scp, "git@[::1]:r", named("v1"), "[::1]"),
        ("file:///abs", Scheme::File, "file:///abs", Tag::Head, ""),
        ("file:///abs?tag=3.7.4", Scheme::File, "file:///abs", named("3.7.4"), ""),
        ("/abs/path", Scheme::Local, "/abs/path", Tag::Head, ""),
        ("rel/path?tag=3.7.4-18", Scheme::Local, "rel/path", named("3.7.4-18"), ""),
        (".", Scheme::Local, ".", Tag::Head, ""),
        (".?tag=4edf92a", Scheme::Local, ".", commit("4edf92a"), ""),
        ("ssh://u@host/x", Scheme::Ssh, "ssh://u@host/x", Tag::Head, "host"),
        (
            "384f486@https://github.com/cyber-dojo-start-points/java-junit",
            Scheme::Https,
            "https://github.com/cyber-dojo-start-points/java-junit",
            commit("384f486"),
            "github.com",
        ),
    ] {
        let url = url(text);
        assert_eq!((url.scheme(), url.repo(), url.tag()), (scheme, repo, &tag), "{text}");
        assert_eq!(url.host().unwrap_or_default(), host, "{text}");
        assert_eq!(url.to_string().parse(), Ok(url), "{text}");
    }
}

#[test]
fn every_url_of_the_design_notes_is_read() {
    const PYTHON: &str = "https://github.com/cyber-dojo-languages/python-unittest.git";
    assert_eq!(url(PYTHON).tag(), &Tag::Head);
    for (tag, expected) in [
        ("head", Tag::Head),
        ("latest", Tag::Head),
        ("3.7.4", named("3.7.4")),
        ("3.7.5", named("3.7.5")),
        ("3.7.3-2", named("3.7.3-2")),
        ("3.7.4-18", named("3.7.4-18")),
        ("3.7.4-19", named("3.7.4-19")),
        ("3.7.5-1", named("3.7.5-1")),
    ] {
        let url = url(&format!("{PYTHON}?tag={tag}"));
        assert_eq!((url.repo(), url.tag()), (PYTHON, &expected));
    }
    assert_eq!(url("/home/jj/java_junit").tag(), &Tag::Head);
    assert_eq!(url("/home/jj/java_junit?tag=3.7.4").tag(), &named("3.7.4"));
}

#[test]
fn the_canonical_spelling_is_shown() {
    for (text, shown) in [
        ("https://h/x?tag=latest", "https://h/x"),
        ("https://h/x?tag=head", "https://h/x"),
        ("HTTPS://h/x", "https://h/x"),
        ("384f486@https://h/x", "https://h/x?tag=384f486"),
        ("384f486@git@h:x", "git@h:x?tag=384f486"),
        ("384f486@/a b", "/a b?tag=384f486"),
        ("384f486@.", ".?tag=384f486"),
        ("deadbee@h:x?tag=latest", "deadbee@h:x"),
        ("./a?b=c?tag=head", "./a?b=c?tag=head"),
        ("./a?b=c?tag=1", "./a?b=c?tag=1"),
        ("./what?", "./what?"),
    ] {
        assert_eq!(url(text).to_string(), shown, "{text}");
        assert_eq!(url(shown), url(text), "{text}");
    }
}

#[test]
fn a_local_path_may_hold_almost_anything() {
    for text in ["/a b/c#d", "./ext::x", "./a:b", "/ü/日本", "a&b", "~/x", "..", "384f486@rel", "/a@b:c"] {
        let url = url(text);
        assert_eq!((url.scheme(), url.repo()), (Scheme::Local, text));
        assert!(url.is_local());
    }
}

#[test]
fn secrets_are_kept_and_never_shown() {
    for (text, shown) in [
        ("https://user:s3cret@h/x?tag=1", "https://****@h/x?tag=1"),
        ("https://s3cret@h:8443/x", "https://****@h:8443/x"),
        ("http://s3cret:@h/x", "http://****@h/x"),
        ("ssh://git:s3cret@h/x", "ssh://git:****@h/x"),
        ("384f486@https://user:s3cret@h/x", "https://****@h/x?tag=384f486"),
    ] {
        let url = url(text);
        assert_eq!(url.to_string(), shown);
        assert!(url.has_credentials());
        assert!(url.with_credentials().contains("s3cret"));
        for seen in [url.repo().to_owned(), format!("{url:?}"), format!("{:#?}", url.identity())] {
            assert!(!seen.contains("s3cret"), "{seen}");
        }
        assert_eq!(url.to_string().parse::<RepoUrl>().map(|url| url.to_string()), Ok(shown.into()));
    }
    assert!(!url("ssh://git@h/x").has_credentials());
    assert_eq!(url("ssh://git@h/x").with_credentials(), "ssh://git@h/x");
}

#[test]
fn errors_never_hold_secrets() {
    for text in [
        "https://s3cret:s3cret@h",
        "https://s3cret:s3cret@",
        "https://u:s3cret#s3cret@h/x",
        "https://u:s3cret?s3cret@h/x",
        "https://u:s3/cret@h/x",
        "https://u:s3cret@s3cret@h/x",
        "https://u:s3cret@h:s3cret/x",
        "https://u:s3cret@h/x?tga=1",
        "ftp://u:s3cret@h/x",
        "u:s3cret@h:x",
        "s3cret@https://h/x",
        "ssh://-s3cret@h/x",
    ] {
        let error = text.parse::<RepoUrl>().unwrap_err();
        let seen = format!("{error} {error:?} {:?}", error.hint());
        assert!(!seen.contains("s3"), "{text}: {seen}");
        assert!(!RepoUrl::redact(text).contains("u:s3cret@"), "{text}");
    }
}

#[test]
fn duplicates_share_an_identity() {
    let one = url("https://github.com/org/repo").identity();
    assert_eq!(one.repository, "github.com/org/repo");
    for text in [
        "https://GitHub.com/org/repo.git",
        "https://github.com:443/org/repo/",
        "http://github.com:80/org/repo",
        "ssh://git@github.com:22/org/repo.git/",
        "git@github.com:org/repo.git",
        "https://u:p@github.com/org/repo?tag=latest",
    ] {
        assert_eq!(url(text).identity(), one, "{text}");
    }
    for text in [
        "https://github.com/org/repo?tag=1",
        "https://github.com:8443/org/repo",
        "https://github.com/org/Repo",
        "/github.com/org/repo",
        "github.com/org/repo",
    ] {
        assert_ne!(url(text).identity(), one, "{text}");
    }
    assert_eq!(url("file:///a%20b/").identity(), url("/a b").identity());
}

#[test]
fn parameters_are_checked() {
    assert_eq!(fault("https://h/x?tga=1"), (K::UnknownParameter(Some("tga".into())), "tga"));
    assert_eq!(fault("./x?tga=1"), (K::UnknownParameter(Some("tga".into())), "tga"));
    assert_eq!(fault("https://h/x?tag=1&depth=3").1, "depth");
    assert_eq!(fault("https://h/x?tag=1&tag=2"), (K::RepeatedParameter, "tag=2"));
    assert_eq!(fault("https://h/x?tag="), (K::EmptyTag, ""));
    assert_eq!(fault("https://h/x?tag"), (K::MissingValue, "tag"));
    assert_eq!(fault("./x?tag"), (K::MissingValue, "tag"));
    assert_eq!(fault("https://h/x?"), (K::EmptyParameter, ""));
    assert_eq!(fault("https://h/x?tag=1&"), (K::EmptyParameter, ""));
    assert_eq!(fault("https://h/x?tag=1#top"), (K::Fragment, "#top"));
    assert_eq!(fault("384f486@https://h/x?tag=1"), (K::BothSpellings, "tag=1"));
    assert_eq!(fault("?tag=1"), (K::Empty, ""));
    let double = K::Tag { tag: "a..b".into(), fault: TagFault::TwoDots };
    assert_eq!(fault("git@h:x?tag=a..b"), (double, ".."));
}

#[test]
fn the_nearest_parameter_is_suggested() {
    let hint = |text: &str| text.parse::<RepoUrl>().unwrap_err().hint();
    assert_eq!(hint("https://h/x?TAGS=1").as_deref(), Some("did you mean `tag`?"));
    assert_eq!(hint("https://h/x?branch=1").as_deref(), Some("the only parameter is `tag`"));
}

#[test]
fn what_could_be_an_option_is_refused() {
    for text in [
        "-x",
        "--upload-pack=x",
        "-h:x",
        "git@-h:x",
        "git@h:-x",
        "ssh://-oProxyCommand=id/x",
        "ssh://%2dl@h/x",
    ] {
        assert_eq!(fault(text).0, K::LeadingDash, "{text}");
    }
    let dash = K::Tag { tag: "-x".into(), fault: TagFault::LeadingDash };
    assert_eq!(fault("https://h/x?tag=-x"), (dash, "-"));
}

#[test]
fn malformed_repositories_are_refused() {
    for (text, kind, at) in [
        ("", K::Empty, ""),
        ("  ", K::Whitespace, "  "),
        (" https://h/x", K::Whitespace, " "),
        ("https://h/x ", K::Whitespace, " "),
        ("/a ?tag=1", K::Whitespace, " "),
        ("https://h/a b", K::Whitespace, " "),
        ("https://h/x\n", K::ControlCharacter('\n'), "\n"),
        ("/a\0b", K::ControlCharacter('\0'), "\0"),
        ("https://h/a%0Ab", K::ControlCharacter('\n'), "%0A"),
        ("https:///x", K::MissingHost, ""),
        ("git@:x", K::MissingHost, ""),
        ("https://h", K::MissingPath, ""),
        ("https://h/", K::MissingPath, "/"),
        ("git@h:", K::MissingPath, ""),
        ("file://", K::MissingPath, ""),
        ("file://h/x", K::FileHost, "h"),
        ("https://h:99999/x", K::BadPort, "99999"),
        ("https://h/x#readme", K::Fragment, "#readme"),
        ("git@h:x#readme", K::Fragment, "#readme"),
        ("https:/h/x", K::MissingSlashes("https"), "https:"),
        ("C:\\x", K::DrivePath, "C:"),
        ("a?b:c", K::ColonInPath, ":"),
        ("3.7.4@https://h/x", K::NotACommit, "3.7.4"),
        ("384f486@4edf92a@https://h/x", K::TwoCommits, "4edf92a"),
        ("u:pw@h:x", K::ScpPassword, "pw"),
        ("ext::sh -c id", K::UnsupportedScheme("ext::".into()), "ext"),
        ("ftp://h/x", K::UnsupportedScheme("ftp://".into()), "ftp"),
        ("384f486@ftp://h/x", K::UnsupportedScheme("ftp://".into()), "ftp"),
    ] {
        assert_eq!(fault(text), (kind, at), "{text}");
    }
}

#[test]
fn an_overlong_source_is_refused_before_it_is_read() {
    let longest = format!("/{}", "x".repeat(RepoUrl::MAX_BYTES - 1));
    assert_eq!(url(&longest).repo(), longest);
    assert!(matches!(fault(&format!("{longest}x")).0, K::TooLong { bytes: 4097, .. }));
    let older = format!("384f486@/{}", "x".repeat(RepoUrl::MAX_BYTES - 9));
    assert!(matches!(fault(&older).0, K::TooLong { .. }));
}

#[test]
fn messages_have_no_full_stop_and_unsupported_schemes_name_the_supported() {
    for text in ["", "ftp://h/x", "https://h", "git@h:x?tag=a..b", "./x?tga=1", "C:/x", "git://h/x"] {
        let error = text.parse::<RepoUrl>().unwrap_err();
        assert!(!error.to_string().ends_with('.'), "{error}");
        assert!(error.hint().is_some_and(|hint| !hint.ends_with('.')) || text.contains(".."));
    }
    let hint = "ftp://h/x".parse::<RepoUrl>().unwrap_err().hint().unwrap();
    assert!(hint.contains("`https://`") && hint.contains("`file:///path`"), "{hint}");
}

#[test]
fn what_is_no_source_says_what_it_looks_like() {
    let digest = format!("ruby@sha256:{}", "0".repeat(64));
    for text in [
        "ruby:3",
        "gcc:latest",
        "cyberdojofoundation/gcc:4edf92a",
        "ghcr.io/x/y:1",
        "localhost:5000/x:1",
        "a/b/c:d?tag=1.0",
        &digest,
        &format!("ghcr.io/x/{digest}"),
    ] {
        assert_eq!(fault(text).0, K::ImageName, "{text}");
        let hint = text.parse::<RepoUrl>().unwrap_err().hint().unwrap();
        assert!(hint.contains("`https://host/organization/repository`"), "{hint}");
        assert_eq!(url(&format!("./{text}")).scheme(), Scheme::Local);
    }
    for text in ["hello world", "see below", "my folder/x", "a\u{a0}b", "one two three?tag=1.0"] {
        assert_eq!(fault(text).0, K::Words, "{text}");
        assert_eq!(url(&format!("./{text}")).scheme(), Scheme::Local);
    }
    for text in ["\u{feff}https://h/x", "\u{feff}", "\u{feff}# a comment", "\u{feff}./x"] {
        assert_eq!(fault(text), (K::ByteOrderMark, "\u{feff}"), "{text}");
    }
    for text in
        ["src", "org/x", "a/b/c", "../x y", "~/x:1", "/x:1", "./x:1", ".", "git@h:1", "h:o/r", "h:o/r.git"]
    {
        url(text);
    }
}

#[test]
fn a_hint_about_an_scp_url_names_the_same_repository() {
    for (text, proposal) in [
        ("git@host:o/r with space", "ssh://git@host/o/r%20with%20space"),
        ("git@host:o/r with space?tag=1.0", "ssh://git@host/o/r%20with%20space?tag=1.0"),
        ("git@host:/o/r x", "ssh://git@host/o/r%20x"),
        ("git@host:~me/r x", "ssh://git@host/~me/r%20x"),
        ("git@host:o/r#1", "ssh://git@host/o/r%231"),
        ("host:o/100% #1", "ssh://host/o/100%25%20%231"),
        ("git@[::1]:o/r\u{a0}x", "ssh://git@[::1]/o/r%C2%A0x"),
        ("git@host:o/r ", "git@host:o/r"),
    ] {
        let hint = text.parse::<RepoUrl>().unwrap_err().hint().unwrap();
        assert!(hint.ends_with(&format!("write `{proposal}`")), "{hint}");
        url(proposal);
    }
}

#[test]
fn redaction_hides_everything_before_the_last_at_sign() {
    for (text, shown) in [
        ("https://u:p#w@h/x", "https://****@h/x"),
        ("https://u:p@w@h/ x", "https://****@h/ x"),
        ("384f486@https://u:p@h/x?tga=1", "384f486@https://****@h/x?tga=1"),
        ("u:pw@h:x", "u:****@h:x"),
        ("git@h:x y", "git@h:x y"),
        ("https://h/x y", "https://h/x y"),
    ] {
        assert_eq!(RepoUrl::redact(text), shown);
    }
}
