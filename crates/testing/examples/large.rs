//! What a byte of each shape of large inputs costs in 1 MB beside 125 kB. `cargo xtask bench large` runs it.

#![allow(clippy::print_stdout, reason = "its result is what it prints")]

use std::process::ExitCode;

use start_points_testing::large::{Growth, LargeShape, shapes};

const SIZES: [usize; 2] = [125_000, 1_000_000];

/// As many faults as are shown; and few, so that what each costs hides nothing.
const MAX_FAULTS: [usize; 2] = [1_000, 10];

/// A byte of the large one costs no more than this many times one of the small one.
const MOST: f64 = 2.0;

/// With names, only the shapes whose name has one of them.
fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted =
        |shape: &LargeShape| wanted.is_empty() || wanted.iter().any(|name| shape.name.contains(&**name));
    let shapes: Vec<LargeShape> = shapes().into_iter().filter(is_wanted).collect();
    let mut worst: Option<(f64, &str)> = None;
    for shape in &shapes {
        let [many, few] = MAX_FAULTS.map(|max_faults| Growth::within(MOST, shape, SIZES, max_faults));
        let ratio = many.per_byte().max(few.per_byte());
        let nanoseconds = many.whole().as_secs_f64() * 1e9 / SIZES[1] as f64;
        println!("  {:46} {nanoseconds:7.1} ns a byte in 1 MB, {ratio:5.2} × that of 125 kB", shape.name);
        if worst.is_none_or(|(most, _)| ratio > most) {
            worst = Some((ratio, shape.name));
        }
    }
    let Some((ratio, name)) = worst else { return ExitCode::FAILURE };
    println!("  {} shapes; most: {ratio:.2} ×, {name} (at most {MOST} wanted)", shapes.len());
    if ratio <= MOST { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
