//! What an image name means, and what is refused.

use super::{CommitSha, ImageName, ImageNameErrorKind as K};

fn image(text: &str) -> ImageName {
    match text.parse() {
        Ok(image) => image,
        Err(error) => panic!("{text}: {error}"),
    }
}

/// The kind, and the text at fault.
fn fault(text: &str) -> (K, &str) {
    match text.parse::<ImageName>() {
        Ok(image) => panic!("{text}: accepted as {image:?}"),
        Err(error) => (error.kind().clone(), &text[error.span().start..error.span().end]),
    }
}

const DIGEST: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

#[test]
fn every_image_name_of_the_notes_is_read() {
    for (text, registry, path, tag) in [
        ("cyberdojofoundation/x:sha7", None, "cyberdojofoundation/x", Some("sha7")),
        ("cyberdojostartpoints/x:sha7", None, "cyberdojostartpoints/x", Some("sha7")),
        (
            "cyberdojofoundation/python_unittest:3.7.4",
            None,
            "cyberdojofoundation/python_unittest",
            Some("3.7.4"),
        ),
        (
            "cyberdojofoundation/python_unittest:3.7.4-18",
            None,
            "cyberdojofoundation/python_unittest",
            Some("3.7.4-18"),
        ),
        (
            "cyberdojofoundation/python_unittest:3.7.4-19",
            None,
            "cyberdojofoundation/python_unittest",
            Some("3.7.4-19"),
        ),
        ("cyberdojofoundation/java_junit", None, "cyberdojofoundation/java_junit", None),
        ("cyberdojofoundation/java_junit:4edf92a", None, "cyberdojofoundation/java_junit", Some("4edf92a")),
        ("cyberdojostartpoints/java_junit:4edf92a", None, "cyberdojostartpoints/java_junit", Some("4edf92a")),
        (
            "cyberdojostartpoints/java_14_junit:4edf92a",
            None,
            "cyberdojostartpoints/java_14_junit",
            Some("4edf92a"),
        ),
        (
            "cyberdojofoundation/java_14_junit:4edf92a",
            None,
            "cyberdojofoundation/java_14_junit",
            Some("4edf92a"),
        ),
        ("ghcr.io/cyber-dojo-languages/x:sha7", Some("ghcr.io"), "cyber-dojo-languages/x", Some("sha7")),
        ("alpine:latest", None, "alpine", Some("latest")),
        ("ruby:alpine", None, "ruby", Some("alpine")),
    ] {
        let image = image(text);
        assert_eq!((image.registry(), image.path(), image.tag()), (registry, path, tag));
        assert_eq!(image.digest(), None);
        assert_eq!(image.to_string(), text);
    }
}

#[test]
fn all_parts_are_told_apart() {
    let image = image(&format!("localhost:5000/a/b:1@{DIGEST}"));
    assert_eq!(image.registry(), Some("localhost:5000"));
    assert_eq!(image.path(), "a/b");
    assert_eq!(image.tag(), Some("1"));
    assert_eq!(image.digest(), Some(DIGEST));
    assert_eq!(image.name_without_tag(), "localhost:5000/a/b");
}

#[test]
fn without_a_slash_there_is_no_registry() {
    for (text, path) in [("a.b", "a.b"), ("localhost", "localhost"), ("a.b:80", "a.b")] {
        assert_eq!((image(text).registry(), image(text).path()), (None, path));
    }
}

#[test]
fn the_fault_and_its_place_are_named() {
    for (text, kind, at) in [
        ("", K::Empty, ""),
        ("a\n", K::SeveralLines, "\n"),
        ("a\nb", K::SeveralLines, "\n"),
        (" a", K::Whitespace, " "),
        ("a ", K::Whitespace, " "),
        ("a\0", K::ControlCharacter('\0'), "\0"),
        ("a/é", K::NotAscii('é'), "é"),
        ("ex-.com/a", K::HostHyphen, "-"),
        ("[::1]:5000/a", K::HostBracket, "[::1]:5000"),
        ("ghcr.io/", K::EmptyPath, ""),
        (":1", K::EmptyPath, ""),
        ("/a", K::EmptyPathPart, ""),
        ("h.io/a:", K::EmptyTag, ""),
        ("a::b", K::TagCharacter(':'), ":"),
        ("a/b:c/d", K::TagSlash, "/"),
        ("h.io/a:-x", K::TagFirst('-'), "-"),
        ("a@", K::EmptyDigest, ""),
        ("h.io/a:1@sha256:ab", K::DigestTooShort(2), "ab"),
    ] {
        assert_eq!(fault(text), (kind, at), "{text}");
    }
    let long = "t".repeat(130);
    assert_eq!(fault(&format!("a:{long}")), (K::TagTooLong(130), "tt"));
}

#[test]
fn an_upper_case_path_is_hinted_in_lower_case() {
    let error = "ghcr.io/Org/App:V1".parse::<ImageName>().unwrap_err();
    assert_eq!((error.span().start, error.span().end), (8, 9));
    assert_eq!(error.to_string(), "the path contains the upper case letter `O`");
    assert_eq!(error.hint().as_deref(), Some("write it in lower case: `ghcr.io/org/app:V1`"));
    for (text, hint) in [
        ("Zig_test:274f9c3", "write it in lower case: `zig_test:274f9c3`"),
        ("h:5000/Zig", "write it in lower case: `h:5000/zig`"),
        ("ZIG:-x", "write the path in lower case"),
        ("Zig__-x:1", "write the path in lower case"),
    ] {
        assert_eq!(text.parse::<ImageName>().unwrap_err().hint().as_deref(), Some(hint), "{text}");
    }
}

#[test]
fn a_name_without_digest_floats_unless_its_tag_is_fixed() {
    for (text, floats) in [
        ("a", true),
        ("a:latest", true),
        ("a:4edf92a", false),
        (&format!("a@{DIGEST}"), false),
        (&format!("a:latest@{DIGEST}"), false),
    ] {
        assert_eq!(image(text).is_floating(), floats, "{text}");
    }
}

#[test]
fn a_tag_is_put_in_the_place_of_any_other() {
    let commit: CommitSha = "4edf92a5c0ffee4edf92a5c0ffee4edf92a5c0ff".parse().unwrap();
    let image = image("cyberdojofoundation/java_junit:3.7.4");
    assert_eq!(image.with_sha7(&commit).to_string(), "cyberdojofoundation/java_junit:4edf92a");
    assert_eq!(image.with_tag("1").unwrap().to_string(), "cyberdojofoundation/java_junit:1");
    assert_eq!(image.with_tag("a b").unwrap_err().span().start, 1);
    let pinned: ImageName = format!("a@{DIGEST}").parse().unwrap();
    assert_eq!(pinned.with_tag("1").unwrap().to_string(), format!("a:1@{DIGEST}"));
}

#[test]
fn only_an_absurd_length_is_refused() {
    let most = ImageName::MAX_BYTES - "docker.io/library/".len();
    for length in [1, 100, 300, most] {
        let image = image(&"x".repeat(length)).with_tag(&"t".repeat(128)).unwrap();
        for spelling in [image.canonical(), image.familiar(), image] {
            assert_eq!(spelling.to_string().parse(), Ok(spelling));
        }
    }
    assert!(matches!(fault(&"x".repeat(most + 1)).0, K::TooLong { bytes: 4097, .. }));
    assert!(matches!(fault(&"x".repeat(100_000)).0, K::TooLong { .. }));
}
