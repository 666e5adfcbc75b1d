//! Image names: what is shown reads back as the same, in every spelling.

#![no_main]

use libfuzzer_sys::fuzz_target;
use start_points::{CommitSha, ImageName};

fuzz_target!(|text: &str| {
    match ImageName::parse(text) {
        Ok(name) => {
            assert_eq!(name.to_string(), text);
            let (canonical, familiar) = (name.canonical(), name.familiar());
            for spelling in [&canonical, &familiar] {
                assert_eq!(ImageName::parse(&spelling.to_string()).as_ref(), Ok(spelling));
                assert!(spelling.same_repository(&name));
                assert_eq!(spelling.canonical(), canonical);
                assert_eq!(spelling.familiar().tag(), name.tag().or(spelling.tag()));
            }
            assert_eq!(canonical.canonical(), canonical);
            assert_eq!(familiar.familiar(), familiar);
            let untagged = ImageName::parse(&name.name_without_tag()).expect("a name");
            assert!(untagged.tag().is_none() && untagged.digest().is_none());
            let sha: CommitSha = "4edf92a1f0c3b5d7e9082a4c6e8f0b1d3a5c7e90".parse().expect("a commit");
            let tagged = name.with_sha7(&sha);
            assert_eq!(ImageName::parse(&tagged.to_string()), Ok(tagged));
        }
        Err(error) => {
            let span = error.span();
            assert!(text.get(span.start..span.end).is_some(), "{span:?} of {text:?}");
            let _ = (error.to_string(), error.hint());
        }
    }
});
