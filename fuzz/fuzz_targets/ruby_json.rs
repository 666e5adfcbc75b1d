//! JSON as Ruby reads it: what serde_json accepts means the same.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| start_points_server::fuzzing::ruby_json(input));
