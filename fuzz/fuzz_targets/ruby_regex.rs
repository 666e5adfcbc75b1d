//! Ruby's regular expressions: a verdict for every text, soon, and a place for every fault.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|pattern: &str| {
    if let Err(error) = ruby_regex::check(pattern) {
        assert!(pattern.get(error.span.clone()).is_some(), "{:?} of {pattern:?}", error.span);
        assert!(!error.to_string().is_empty());
    }
});
