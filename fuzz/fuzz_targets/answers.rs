//! Bodies of a registry: manifests, indexes, configurations, errors, tokens and lists of tags.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| start_points_oci::registry::fuzzing::answers(input));
