//! What a Dockerfile builds on, and what docker refuses.

use super::*;

fn images(text: &str) -> Vec<String> {
    base_images(text.as_bytes()).into_iter().map(|base| base.image).collect()
}

/// Each fault with the text at fault.
fn faults(text: &str) -> Vec<(DockerfileFaultKind, &str)> {
    let at = |span: Option<Span>| span.map_or("", |span| &text[span.start..span.end]);
    Dockerfile::read(text.as_bytes()).faults.into_iter().map(|fault| (fault.kind, at(fault.span))).collect()
}

#[test]
fn names_every_base_and_no_stage() {
    let text = "# FROM no\nARG TAG=3.20\nFROM --platform=linux/amd64 alpine:$TAG AS build\nFROM scratch\n\
                from Build\nFROM ghcr.io/x/gcc:4edf92a\nFROM ${OTHER:-ruby:alpine}\n";
    assert_eq!(images(text), ["alpine:3.20", "ghcr.io/x/gcc:4edf92a", "ruby:alpine"]);
    assert_eq!(faults(text), []);
}

#[test]
fn points_at_the_image() {
    let found = base_images(b"\n  FROM  gcc  \n");
    assert_eq!(found, [BaseImage { image: "gcc".into(), span: Span::new(9, 12) }]);
}

#[test]
fn arguments_are_replaced_as_docker_replaces_them() {
    for (text, expected) in [
        ("ARG IMG=node\nARG FULL=${IMG}\nFROM ${FULL}", "node"),
        (
            "ARG SRV=our.example.com\nARG REG=$SRV:8099\nFROM $REG/base/alpine",
            "our.example.com:8099/base/alpine",
        ),
        ("ARG A=a B=${A}b\nARG C=$B-c\nFROM $C:1", "ab-c:1"),
        ("ARG T=\nFROM alpine${T}", "alpine"),
        ("ARG T=''\nFROM alpine${T:+:$T}", "alpine"),
        ("ARG T=\"\"\nFROM alpine:${T:-edge}", "alpine:edge"),
        ("ARG T=\nFROM alpine${T-:edge}", "alpine"),
        ("FROM alpine:${T-edge}", "alpine:edge"),
        ("ARG T\nFROM alpine:${T-edge}", "alpine:edge"),
        ("ARG T=3\nFROM alpine${T+:$T}", "alpine:3"),
        ("ARG T\nFROM alpine${T+:$T}", "alpine"),
        ("FROM alpine${T:+:$T}", "alpine"),
        ("FROM alpine$T", "alpine"),
        ("ARG T=3\nFROM alpine:${T?needed}", "alpine:3"),
        ("ARG T=3\nFROM alpine:${T:?needed}", "alpine:3"),
        ("ARG A=1\nARG A=2\nFROM a:$A", "a:2"),
        ("ARG A=1\nARG A\nFROM a:$A", "a:1"),
        ("ARG B=x\nFROM ${A:-${B:-c}}", "x"),
        ("ARG N='two words' M=x\nFROM $M", "x"),
        ("FROM \"node:8\"", "node:8"),
        ("FROM no'd'e", "node"),
        ("FROM a\\$b", "a$b"),
        ("ARG V=1.2_3\nFROM ruby:$V-slim", "ruby:1.2_3-slim"),
        ("ARG TARGETARCH=arm\nFROM a/$TARGETARCH", "a/arm"),
    ] {
        assert_eq!(images(text), [expected], "{text}");
    }
}

#[test]
fn what_only_the_build_knows_is_left_out() {
    for text in [
        "ARG BASE\nFROM $BASE",
        "ARG T\nFROM alpine:$T",
        "ARG T\nARG FULL=alpine:$T\nFROM $FULL",
        "FROM alpine-$TARGETARCH",
        "ARG TARGETARCH\nFROM alpine-$TARGETARCH",
        "ARG I=node:8\nFROM ${I%:8}",
        "ARG I=x/node\nFROM ${I#x/}",
        "ARG I=x/node\nFROM ${I/x/y}",
    ] {
        assert_eq!((images(text), faults(text)), (vec![], vec![]), "{text}");
    }
}

#[test]
fn an_argument_in_a_stage_is_not_one_of_the_file() {
    let text = "FROM a:1\nARG T=3\nFROM b:$T";
    assert_eq!(images(text), ["a:1", "b:"]);
    assert_eq!(faults(text)[0].1, "b:$T");
}

#[test]
fn reads_on_where_a_line_is_continued() {
    let found = base_images(b"FROM \\\n  # why\n\n  gcc:9 \\\n AS build\nFROM build\n");
    assert_eq!(found, [BaseImage { image: "gcc:9".into(), span: Span::new(18, 23) }]);
    assert_eq!(images("FROM z:1\nRUN psql -c 'SELECT * \\\n FROM users'\nFROM a:1"), ["z:1", "a:1"]);
    let found = base_images(b"FR\\\nOM no\\ \t\r\n# why\nde:\\\n8");
    assert_eq!(found, [BaseImage { image: "node:8".into(), span: Span::new(7, 26) }]);
}

#[test]
fn two_escape_characters_continue_nothing() {
    for text in [
        "FROM a:1\nENV C trailing\\\\\nFROM alpine",
        "FROM a:1\nENV C trailing\\\\ \t\r\nFROM alpine",
        "# escape=`\nFROM a:1\nRUN dir ``\nFROM alpine",
        "# escape=`\nFROM a:1\nRUN dir c:\\\nFROM alpine",
    ] {
        assert_eq!(images(text), ["a:1", "alpine"], "{text}");
    }
}

#[test]
fn directives_count_at_the_top_alone() {
    for (top, is_directive) in [
        ("# escape=`", true),
        ("#ESCAPE = ` ", true),
        ("\u{feff}#escape=`", true),
        ("# syntax=docker/dockerfile:1\n# escape=`", true),
        ("# check=skip=all\r\n  # escape=`\r", true),
        ("\n# escape=`", false),
        ("# a comment\n# escape=`", false),
        ("ARG X=1\n# escape=`", false),
        ("# escape=\\", false),
        ("#", false),
    ] {
        let text = format!("{top}\nFROM a:1\nRUN echo x `\n  FROM alpine");
        assert_eq!(images(&text).len(), if is_directive { 1 } else { 2 }, "{top:?}");
        assert_eq!(faults(&text), [], "{top:?}");
    }
}

#[test]
fn a_mark_at_the_beginning_is_skipped() {
    let found = base_images(b"\xef\xbb\xbfFROM gcc");
    assert_eq!(found, [BaseImage { image: "gcc".into(), span: Span::new(8, 11) }]);
}

#[test]
fn an_argument_that_grows_without_end_is_no_image() {
    let text = format!("ARG A={}\nFROM {}\nFROM $A\n", "a".repeat(4_000), "$A".repeat(100_000));
    assert_eq!(images(&text), ["a".repeat(4_000)]);
    let mut text = format!("ARG A={}\n", "a".repeat(4_000));
    for index in 0..60_000 {
        text.push_str(&format!("ARG B{index}=$A\n"));
    }
    assert_eq!(images(&format!("{text}FROM $B1\nFROM $B59999")), ["a".repeat(4_000)]);
    assert_eq!(faults(&format!("FROM {}x", "${a:-".repeat(100_000))).len(), 1);
}

#[test]
fn here_documents_hold_other_languages() {
    for document in [
        "RUN python3 <<EOF\nfrom os import path\nEOF",
        "RUN cat <<-'ONE' <<TWO\n\tONE\nFROM no\nTWO\nRUN echo <<< x",
        "RUN cat <<EOF\nFROM no\n EOF\n#EOF\nEOF \nEOF",
        "COPY <<EOF <<\"TWO\" /x/\nFROM no\nEOF\nFROM no\nTWO",
        "ADD 3<<-E\\OF /x\n\t\t FROM no\n\tEOF\r",
        "ONBUILD RUN <<EOF\nFROM no\nEOF",
        "onbuild copy --chmod=644 <<E /x\nFROM no\nE",
        "RUN --mount=type=cache,target=/x \\\n  cat << EOF\nFROM no\nEOF",
        "RUN [\"cat\", \"<<EOF\"]",
        "ENV X=<<EOF",
        "ONBUILD ENV X <<EOF",
        "RUN echo \"<<EOF\" '<<EOF' <<- EOF",
        "RUN echo it's <<EOF",
    ] {
        let text = format!("FROM a:1\n{document}\nFROM b:1\n");
        assert_eq!((images(&text), faults(&text)), (vec!["a:1".into(), "b:1".into()], vec![]), "{text}");
    }
}

#[test]
fn says_what_docker_refuses() {
    use DockerfileFaultKind as K;
    for (text, kind, at) in [
        ("", K::NoFrom, ""),
        ("# FROM a:1\n\n", K::NoFrom, ""),
        ("ARG X=1", K::NoFrom, ""),
        ("FROM", K::FromWords, "FROM"),
        ("FROM --platform=linux/amd64", K::FromWords, "FROM"),
        ("FROM a:1 b", K::FromWords, "a:1 b"),
        ("FROM a:1 AS", K::FromWords, "a:1 AS"),
        ("FROM a:1 AS b c", K::FromWords, "a:1 AS b c"),
        ("FROM a:1 # why", K::FromWords, "a:1 # why"),
        ("FROM a:1 AS 1st", K::StageName("1st".into()), "1st"),
        ("FROM a:1 AS x/y", K::StageName("x/y".into()), "x/y"),
        ("FROM $X", K::Blank("$X".into()), "$X"),
        ("ARG X=\nFROM ${X:+y}", K::Blank("${X:+y}".into()), "${X:+y}"),
        ("FROM ''", K::Blank("''".into()), "''"),
        ("FROM ${x", K::Substitution("${x".into()), "${x"),
        ("FROM ${}", K::Substitution("${}".into()), "${}"),
        ("FROM ${x:=y}", K::Substitution("${x:=y}".into()), "${x:=y}"),
        ("FROM ${x:?y}", K::Substitution("${x:?y}".into()), "${x:?y}"),
        ("FROM \"a:1", K::Substitution("\"a:1".into()), "\"a:1"),
        ("ARG X=${y\nFROM a:1", K::Substitution("X=${y".into()), "X=${y"),
        ("ARG\nFROM a:1", K::ArgumentName, "ARG"),
        ("ARG =x\nFROM a:1", K::ArgumentName, "=x"),
        ("RUN x\nRUN y\nFROM a:1", K::BeforeFrom("RUN".into()), "RUN"),
        ("FORM a:1\nFROM a:1", K::BeforeFrom("FORM".into()), "FORM"),
        ("FROM a:1\nRUN cat <<EOF\nFROM b:1\n", K::OpenHereDocument("EOF".into()), "<<EOF"),
        ("# escape=x\nFROM a:1", K::EscapeCharacter("x".into()), "# escape=x"),
        ("# escape=`\n# escape=`\nFROM a:1", K::RepeatedDirective("escape".into()), "# escape=`"),
    ] {
        assert_eq!(faults(text), [(kind, at)], "{text}");
    }
    for (text, at) in
        [("FROM Node:8", "Node:8"), ("FROM a:", "a:"), ("FROM a:1:2", "a:1:2"), ("FROM a@b", "a@b")]
    {
        let found = faults(text);
        assert!(
            matches!(found.as_slice(), [(K::NotAnImage { .. }, place)] if *place == at),
            "{text} {found:?}"
        );
    }
    for text in ["FROM HOST/x:1", "FROM [::1]:5000/x:1", "FROM a:1 as B", "FROM -- a:1"] {
        assert_eq!(faults(text), [], "{text}");
    }
}

#[test]
fn what_is_not_read_is_a_fault() {
    let long = format!("FROM a:1\n#{}\nFROM b", "x".repeat(MAX_BYTES));
    assert_eq!(faults(&long), [(DockerfileFaultKind::TooLong, "")]);
    let many = format!("{}FROM b", "FROM a:1\n".repeat(MAX_LISTED));
    assert_eq!(faults(&many), [(DockerfileFaultKind::TooLong, "")]);
    assert_eq!(images(&many).len(), MAX_LISTED);
    let wrong = "FROM\n".repeat(MAX_LISTED + 5);
    assert_eq!(faults(&wrong).last().map(|(kind, _)| kind), Some(&DockerfileFaultKind::TooLong));
}

#[test]
fn survives_what_is_no_dockerfile() {
    assert_eq!(base_images(b"FROM \xff\xfe").len(), 1);
    assert_eq!(images("\\"), Vec::<String>::new());
    assert_eq!(images("FROM a:1\\"), ["a:1"]);
}
