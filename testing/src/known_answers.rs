//! The deployed checker's verdicts and the real manifests, where they are at hand.

use std::path::{Path, PathBuf};

/// A file or folder of known answers; says that the test was skipped where it is absent, as in a user's clone.
#[must_use]
#[expect(clippy::print_stdout, reason = "a skipped test must say so")]
pub fn known_answers(part: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(part);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {part} is not here");
    None
}
