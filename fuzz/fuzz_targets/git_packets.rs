//! Git's protocol: what is spoken through its HTTP helper, and lists of references.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| start_points_fetch::fuzzing::packets(input));
