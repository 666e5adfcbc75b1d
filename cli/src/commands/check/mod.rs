//! `check`: every fault of every start-point that is named, with its place, its reason and its fix.

mod fixing;
mod run;
mod standard_input;

use std::path::Path;

use start_points_catalogue::read::{self, FolderFiles};
use start_points_workspace::{DiskChecker, DiskFiles};

use crate::disk;
use crate::error::{CliError, CommandOutcome};
use crate::settings::{Overrides, ReportFormat};
pub(crate) use run::CheckArguments;
use run::{check, offer_fixes, outcome, report};

pub(crate) fn run(arguments: &CheckArguments) -> Result<CommandOutcome, CliError> {
    let stdin = arguments.paths.iter().any(|path| path == Path::new("-"));
    if stdin && arguments.paths.len() > 1 {
        return Err(CliError::with_hint(
            "`-` cannot be combined with paths",
            "check standard input in a run of its own",
        ));
    }
    if arguments.stdin_filename.is_some() && !stdin {
        return Err(CliError::with_hint(
            "`--stdin-filename` needs `-`",
            "`start-points check - --stdin-filename PATH`",
        ));
    }
    if stdin {
        return standard_input::run(arguments);
    }
    let writes = (arguments.fix || arguments.unsafe_fixes) && !arguments.diff;
    arguments.paths.iter().try_for_each(|path| check_whole(path, writes))?;
    if arguments.diff {
        return fixing::show(arguments);
    }
    if writes {
        return fixing::write(arguments);
    }
    let mut checker = DiskChecker::new(Overrides::from(arguments));
    let found = check(&mut checker, &DiskFiles::new(&arguments.paths), arguments)?;
    let format = checker.format(arguments.paths.first())?;
    report(&found, format, arguments)?;
    if !arguments.quiet && format == ReportFormat::Full {
        offer_fixes(&found)?;
    }
    outcome(&mut checker, &found)
}

/// A catalogue that lost something is not clean, whatever is left of it; one that has digests is not written into.
fn check_whole(path: &Path, writes: bool) -> Result<(), CliError> {
    let place = FolderFiles::new(path);
    if !path.is_dir() || !read::is_catalogue(&place) {
        return Ok(());
    }
    match read::verify(&place)? {
        Some(_) if writes => Err(CliError::with_hint(
            format!("`{}` is a catalogue, whose digests a fix would break", disk::shown(path)),
            "fix its repositories and rebuild it with `start-points create` (preview with `--diff`)",
        )),
        _ => Ok(()),
    }
}
