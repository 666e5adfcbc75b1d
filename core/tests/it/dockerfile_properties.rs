//! What a Dockerfile builds on, beside the `parse-dockerfile` crate, wherever the two read a file alike.
//!
//! Apart from BuildKit, and so left out here, that crate continues a line after two escape characters, refuses a whole
//! file for an unknown instruction, and finds only a here-document that is the first word of a `RUN`. Variables and stages
//! it leaves to its caller. In it a word before a continued line ends behind the continuation.

use parse_dockerfile::{Instruction, parse};
use proptest::prelude::*;
use start_points::dockerfile::{Dockerfile, DockerfileFaultKind};

/// An escape character at the end of a line is written `@`: a file has one or the other.
const CONTINUED: &str = "@( |\t){0,2}\r?\n(  # a comment @\n|\n| \t\n){0,2}";

fn matching(pattern: &str) -> impl Strategy<Value = String> + use<> {
    prop::string::string_regex(pattern).unwrap()
}

fn base() -> impl Strategy<Value = String> {
    let part = "[a-z][a-z0-9]{0,5}";
    let between = prop_oneof![4 => Just(" ".to_owned()), 1 => Just("\t  ".to_owned()), 1 => matching(&format!(" {CONTINUED}"))];
    let tag = ":[a-z0-9][a-z0-9.]{0,5}";
    let end = prop_oneof![2 => Just(String::new()), 4 => tag, 1 => matching(&format!("{CONTINUED}{tag}"))];
    let instruction = prop_oneof!["FROM", "from", "FrOm"];
    let flag = prop_oneof![3 => Just(""), 1 => Just("--platform=linux/amd64 ")];
    let stage = prop_oneof![2 => Just(String::new()), 1 => part.prop_map(|name| format!(" AS stage-{name}"))];
    (instruction, between, flag, part, end, stage).prop_map(
        |(instruction, between, flag, name, end, stage)| {
            format!("{instruction}{between}{flag}{name}{end}{stage}")
        },
    )
}

fn other() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("# FROM comment @".to_owned()),
        Just("   # FROM comment".to_owned()),
        Just(String::new()),
        Just("ENV X=y Z='FROM a'".to_owned()),
        Just("RUN echo \"a b\" <<< FROM".to_owned()),
        matching(&format!("RUN psql -c 'SELECT x {CONTINUED}FROM y'")),
        Just("RUN <<EOF cat\nFROM here\n  EOF\nEOF".to_owned()),
        Just("RUN <<-A cat\n\tFROM here\n\tA".to_owned()),
        Just("COPY <<\"EOF\" /x\nFROM here\nEOF".to_owned()),
        Just("COPY [\"a\", \"b\"]".to_owned()),
        Just("ONBUILD RUN echo FROM".to_owned()),
        Just("LABEL a=b @ c=d".to_owned()),
    ]
}

fn file() -> impl Strategy<Value = String> {
    let line = prop_oneof![base(), other()];
    let top = prop_oneof![
        Just(("", '\\')),
        Just(("# escape=`\n", '`')),
        Just(("# syntax=docker/dockerfile:1\n# Escape = ` \n", '`')),
        Just(("# a comment\n# escape=`\n", '\\')),
        Just(("\n# escape=`\n", '\\')),
    ];
    let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\n\n")];
    (top, base(), prop::collection::vec((end, line), 0..8)).prop_map(|((top, escape), first, rest)| {
        let rest: String = rest.into_iter().map(|(end, line)| format!("{end}{line}")).collect();
        format!("{top}{first}{rest}\n").replace('@', &escape.to_string())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn bases_are_those_of_the_crate(text in file()) {
        let theirs = parse(&text);
        // Docker builds it: https://docs.docker.com/reference/build-checks/duplicate-stage-name/
        prop_assume!(!theirs.as_ref().is_err_and(|error| error.to_string().contains("duplicate stage name")));
        prop_assert!(theirs.is_ok(), "{:?}", theirs.err());
        let theirs: Vec<_> = theirs.unwrap().instructions.iter().filter_map(|instruction| match instruction {
            Instruction::From(from) => Some((from.image.value.to_string(), from.image.span.start)),
            _ => None,
        }).collect();
        let ours = Dockerfile::read(text.as_bytes());
        prop_assert_eq!(&ours.faults, &[]);
        let ours: Vec<_> = ours.images.into_iter()
            .map(|base| (base.image, base.span.start)).collect();
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn any_text_is_read_and_places_are_in_it(text in "([ \t\r\n\\\\`#<>'\"${}:=a-]|FROM |ARG |RUN |<<EOF|EOF\n|\nFROM a){0,60}") {
        let dockerfile = Dockerfile::read(text.as_bytes());
        let faults = dockerfile.faults.iter().filter_map(|fault| fault.span);
        for span in dockerfile.images.iter().map(|base| base.span).chain(faults) {
            prop_assert!(text.get(span.start..span.end).is_some_and(|at| !at.is_empty()), "{span:?}");
        }
        let missing = dockerfile.faults.iter().any(|fault| fault.kind == DockerfileFaultKind::NoFrom);
        prop_assert!(!missing || dockerfile.images.is_empty());
    }
}
