//! The real languages manifests, broken twice: one run reports both faults.

use start_points::Kind;
use start_points_testing::{corpus, known_answers};

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
fn real_manifests_that_are_broken_twice_have_both_faults_reported() {
    let folder = known_answers("corpus").expect("known answers");
    let real = corpus(&folder, Kind::Languages).expect("a corpus").into_iter();
    let manifests: Vec<String> = real.filter_map(|real| String::from_utf8(real.manifest).ok()).collect();
    assert_eq!(manifests.len(), 41);
    crate::support::breakage::assert_both_are_reported(&manifests);
}
