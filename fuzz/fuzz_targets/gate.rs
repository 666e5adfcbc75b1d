//! The gate: no input makes it panic, and what is decided is JSON that says the strictest of its reasons.

#![no_main]

use libfuzzer_sys::fuzz_target;
use start_points::Time;
use start_points::gate::{ImageFacts, Policy, Verdict, decide, decide_json};

/// Facts, and after the first NUL a policy.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut halves = bytes.splitn(2, |byte| *byte == 0);
    (halves.next().unwrap_or_default(), halves.next().unwrap_or(b"{}"))
}

fuzz_target!(|bytes: &[u8]| {
    let (facts, policy) = halves(bytes);
    let _ = decide_json(facts, policy, "2026-11-21T12:00:00Z");
    match (ImageFacts::parse(facts), Policy::parse(policy)) {
        (Ok(facts), Ok(policy)) => {
            let decision = decide(&facts, &policy, Time::from_unix(1_795_262_400));
            let strictest = decision.reasons.iter().map(|reason| reason.verdict).max();
            assert_eq!(decision.verdict, strictest.unwrap_or(Verdict::Allow));
            let json: serde_json::Value = serde_json::from_str(&decision.to_json()).expect("JSON");
            assert_eq!(json["image"], facts.image.to_string());
        }
        (Err(error), _) | (_, Err(error)) => {
            let _ = (error.to_string(), error.hint(), error.code());
        }
    }
});
