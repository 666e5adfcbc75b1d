//! Agreement with Ruby 3.1 on the recorded patterns.

use ruby_regex::check;
use start_points_testing::known_answers;

#[derive(Default)]
struct Tally {
    taken: usize,
    refused: usize,
    differences: Vec<String>,
    false_refusals: usize,
    caught: usize,
}

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
#[expect(clippy::print_stdout, reason = "the figures are the point of the test")]
fn no_pattern_that_ruby_takes_is_refused() {
    let path = known_answers("oracle/ruby-regex.jsonl").expect("known answers");
    let lines = std::fs::read_to_string(path).expect("readable");
    let mut tally = Tally::default();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let entry: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let pattern = entry["regex"].as_str().expect("a pattern");
        let taken = entry["ruby"].as_bool().expect("a verdict");
        let ours = check(pattern);
        *(if taken { &mut tally.taken } else { &mut tally.refused }) += 1;
        match (taken, ours) {
            (true, Err(error)) => {
                tally.false_refusals += 1;
                tally.differences.push(format!("refused though Ruby takes it: {pattern}: {error}"));
            }
            (false, Ok(())) => tally.differences.push(format!("taken though Ruby refuses it: {pattern}")),
            (false, Err(_)) => tally.caught += 1,
            (true, Ok(())) => {}
        }
    }
    println!("false refusals: {} of {}", tally.false_refusals, tally.taken);
    println!("caught: {} of {}", tally.caught, tally.refused);
    for difference in &tally.differences {
        println!("{difference}");
    }
    assert_eq!(tally.false_refusals, 0);
    assert!(tally.caught * 100 >= tally.refused * 95);
}
