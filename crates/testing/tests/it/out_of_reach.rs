//! Tests bring what they need: one file alone looks beside the repository, for the step `known-answers`.

use std::path::Path;
use std::process::Command;

const BESIDE: [&str; 3] = ["../shared", "parent / \"shared\"", "START_POINTS_CORPUS"];

#[test]
fn one_file_alone_looks_beside_the_repository() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let listed = Command::new("git").current_dir(&top).args(["ls-files", "-z"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let readers: Vec<_> = listed
        .split_terminator('\0')
        .filter(|path| *path != "crates/testing/tests/it/out_of_reach.rs")
        .filter(|path| {
            let bytes = std::fs::read(top.join(path)).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            BESIDE.iter().any(|beside| text.contains(beside))
        })
        .collect();
    assert_eq!(readers, ["xtask/src/known_answers.rs"]);
}
