//! A manifest from standard input, as editors and hooks hand it over.

use std::io::{self, Read as _};
use std::path::PathBuf;

use anstream::AutoStream;
use start_points::json::MAX_BYTES;
use start_points::render;
use start_points_workspace::fix::{self, FixOptions, FixedFile, MAX_FAULTS};
use start_points_workspace::{DiskChecker, DiskFiles, DiskOutput, GivenText};

use super::fixing::{self, print_diff};
use super::run::{CheckArguments, outcome, report};
use crate::disk;
use crate::error::{CliError, CommandOutcome};
use crate::output::print_bytes;
use crate::settings::Overrides;

/// What reports call a manifest whose place is not known.
const NAME: &str = "<stdin>";

/// Checks standard input as the manifest at `--stdin-filename`, whose neighbours are looked at where they exist. With
/// `--fix` the fixed text goes to standard output, and the report to standard error.
pub(super) fn run(arguments: &CheckArguments) -> Result<CommandOutcome, CliError> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let place = arguments.stdin_filename.as_ref().filter(|path| disk::parent(path).is_dir());
    let key = arguments.stdin_filename.as_deref().map_or_else(|| NAME.to_owned(), disk::key_of);
    let roots: Vec<PathBuf> = place.iter().map(|place| disk::parent(place).to_owned()).collect();
    let mut files = DiskFiles::new(&roots);
    let fixes = arguments.fix || arguments.unsafe_fixes || arguments.diff;
    let max_faults = fixes.then_some(MAX_FAULTS);
    let mut checker = DiskChecker::new(Overrides { max_faults, ..Overrides::from(arguments) });
    if !fixes {
        let given = GivenText { key: &key, bytes: &bytes, place: place.map(PathBuf::as_path) };
        let found = checker.check_text(&files, given)?;
        let format = checker.format(None)?;
        report(&found, format, arguments)?;
        return outcome(&mut checker, &found);
    }
    let options = FixOptions { unsafe_too: arguments.unsafe_fixes, only: Some(&key) };
    let fixed = fix::fix(&mut files, options, &mut |files| {
        let bytes = files.overlays().get(&key).unwrap_or(&bytes);
        checker.check_text(files, GivenText { key: &key, bytes, place: place.map(PathBuf::as_path) })
    })?;
    let text = files.overlays().get(&key).unwrap_or(&bytes).clone();
    if arguments.diff {
        print_diff(&[FixedFile { key: key.as_str().into(), old: Some(bytes), new: text }])?;
    } else {
        print_bytes(&text)?;
    }
    if !arguments.quiet {
        fixing::tell(&fixed.applied.iter().collect::<Vec<_>>())?;
        tell_left(&fixed.left)?;
    }
    fixing::tell_unsettled(&fixed)?;
    outcome(&mut checker, &fixed.left)
}

fn tell_left(left: &DiskOutput) -> io::Result<()> {
    use io::Write as _;
    let text = render::full(&left.output.report, &left.output.sources, true);
    let mut stream = AutoStream::auto(io::stderr().lock());
    stream.write_all(text.as_bytes())?;
    writeln!(stream, "{}", render::summary(left.output.report.summary()))
}
