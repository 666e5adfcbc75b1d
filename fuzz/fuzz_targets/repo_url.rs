//! Source URLs: what is shown reads back as the same, and no secret is in it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use start_points::{RepoUrl, Tag};

fuzz_target!(|text: &str| {
    let _ = RepoUrl::redact(text);
    match RepoUrl::parse(text) {
        Ok(url) => {
            let shown = url.to_string();
            let again = RepoUrl::parse(&shown).unwrap_or_else(|error| panic!("{shown}: {error}"));
            assert_eq!(again.to_string(), shown);
            assert_eq!((again.tag(), again.scheme(), again.host()), (url.tag(), url.scheme(), url.host()));
            assert_eq!(again.identity(), url.identity());
            if !url.has_credentials() {
                assert_eq!(again, url);
            }
            assert_eq!(format!("{url:?}"), format!("RepoUrl({shown:?})"));
            assert!(!url.repo().starts_with('-'), "git would take it for an option");
        }
        Err(error) => {
            let span = error.span();
            assert!(text.get(span.start..span.end).is_some(), "{span:?} of {text:?}");
            let _ = (error.to_string(), error.hint());
        }
    }
    if let Ok(tag) = text.parse::<Tag>() {
        assert_eq!(tag.to_string().parse(), Ok(tag));
    }
});
