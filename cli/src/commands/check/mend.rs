//! Fixes: shown as a diff, or written, each file whole.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use similar::TextDiff;
use start_points::fix::Changes;

use crate::disk;
use crate::error::{Failure, Outcome};
use crate::output::{print, talk};
use start_points_disk::Found;

/// The most bytes of a file that is fixed.
const MAX_BYTES: u64 = 1 << 20;

/// Shows every fix as a diff; there being one is a fault, as it is for `check`.
pub(crate) fn show(found: &Found, unsafe_too: bool) -> Result<Outcome, Failure> {
    let changes = Changes::choose(found.report.diagnostics(), unsafe_too);
    let mut out = String::new();
    for path in changes.paths() {
        let old = read(path)?;
        let new = changes.apply(path, &old);
        let (old_text, new_text) = (String::from_utf8_lossy(&old), String::from_utf8_lossy(&new));
        let from = if Path::new(&**path).exists() { format!("a/{path}") } else { "/dev/null".to_owned() };
        let diff = TextDiff::from_lines(old_text.as_ref(), new_text.as_ref());
        out.push_str(&diff.unified_diff().header(&from, &format!("b/{path}")).to_string());
    }
    print(&coloured(&out))?;
    if !found.report.is_clean() || changes.fixes() > 0 {
        let left = found.report.diagnostics().len() - changes.fixes();
        talk(&format!("{} would be fixed, {left} left", changes.fixes()))?;
        return Ok(Outcome::Faults);
    }
    Ok(Outcome::Clean)
}

/// Writes the fixes and says how many; `None` where there is none to make.
///
/// New files are written first: where the run is cut off in between, nothing that was in the old ones is lost.
pub(crate) fn write(found: &Found, unsafe_too: bool) -> Result<Option<usize>, Failure> {
    let changes = Changes::choose(found.report.diagnostics(), unsafe_too);
    let mut files = Vec::new();
    for path in changes.paths() {
        let old = read(path)?;
        let new = changes.apply(path, &old);
        files.push((Path::new(&**path).exists(), path, old, new));
    }
    files.sort_by_key(|(exists, ..)| *exists);
    if files.iter().all(|(_, _, old, new)| old == new) {
        return Ok(None);
    }
    for (_, path, _, new) in files {
        start_points_replace::file(Path::new(&**path), &new)
            .with_context(|| format!("cannot write `{path}`"))?;
    }
    Ok(Some(changes.fixes()))
}

fn read(path: &str) -> anyhow::Result<Vec<u8>> {
    let path = Path::new(path);
    if fs::symlink_metadata(path).is_err() {
        return Ok(Vec::new());
    }
    disk::read(path, MAX_BYTES).with_context(|| format!("cannot read `{}`", disk::shown(path)))
}

fn coloured(diff: &str) -> String {
    let colour = |line: &str| match line.as_bytes().first() {
        _ if line.starts_with("+++") || line.starts_with("---") => "1",
        Some(b'+') => "32",
        Some(b'-') => "31",
        Some(b'@') => "36",
        _ => "0",
    };
    diff.lines().map(|line| format!("\u{1b}[{}m{line}\u{1b}[0m\n", colour(line))).collect()
}
