//! `Link` and `WWW-Authenticate`: where they lead is what they say, and a URL that may be followed.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| start_points_oci::registry::fuzzing::fields(input));
