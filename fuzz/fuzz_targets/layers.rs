//! Layers of an image: what is taken stays within bounds and inside, and is what others read.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| start_points_oci::fuzzing::layers(input));
