//! What `git cat-file --batch` prints: commits, trees and files.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| start_points_fetch::fuzzing::objects(input));
