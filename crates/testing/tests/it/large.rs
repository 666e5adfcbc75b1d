//! No shape of large inputs costs more than linear time. `cargo xtask bench large` has the figures, of larger ones.

use start_points_testing::large::{Growth, shapes};

/// What costs the square of its input costs eight times as much a byte here, and sorting less than two.
const SIZES: [usize; 2] = [4_000, 32_000];

/// Few, so that what each costs hides nothing.
const MAX_FAULTS: usize = 10;

const MOST: f64 = 4.0;

#[test]
fn eight_times_the_input_takes_about_eight_times_the_time() {
    let shapes = shapes();
    assert!(shapes.len() >= 83);
    let too_much: Vec<(&str, Growth)> = shapes
        .iter()
        .map(|shape| (shape.name, Growth::within(MOST, shape, SIZES, MAX_FAULTS)))
        .filter(|(_, growth)| growth.per_byte() > MOST)
        .collect();
    assert!(too_much.is_empty(), "{too_much:#?}");
}

#[test]
fn shapes_have_names_of_their_own_and_inputs_within_the_bound() {
    let shapes = shapes();
    let mut names: Vec<&str> = shapes.iter().map(|shape| shape.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), shapes.len());
    for shape in &shapes {
        let (bytes, size) = ((shape.make)(20_000).bytes(), 20_000);
        assert!(bytes <= size, "{}: {bytes} bytes", shape.name);
    }
}
