//! `check`: every fault of every start-point that is named, with its place, its reason and its fix.

mod diff;
mod fixing;
mod standard_input;

use std::path::Path;

use start_points::render;
use start_points::shown::counted;
use start_points_catalogue::read::{self, Folder};
use start_points_workspace::{DiskChecker, DiskFiles, DiskOutput};

use crate::arguments::CheckArguments;
use crate::disk;
use crate::error::{Failure, Outcome};
use crate::output::{print_report, talk};
use crate::progress::Progress;
use crate::settings::{Flags, Format};

pub(crate) fn run(arguments: &CheckArguments) -> Result<Outcome, Failure> {
    let stdin = arguments.paths.iter().any(|path| path == Path::new("-"));
    if stdin && arguments.paths.len() > 1 {
        return Err(Failure::with_hint("`-` stands alone", "check standard input and paths in two runs"));
    }
    if arguments.stdin_filename.is_some() && !stdin {
        return Err(Failure::with_hint(
            "--stdin-filename without `-`",
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
    let mut checker = DiskChecker::new(Flags::from(arguments));
    let found = check(&mut checker, &DiskFiles::new(&arguments.paths), arguments)?;
    let format = checker.format(arguments.paths.first())?;
    report(&found, format, arguments)?;
    if !arguments.quiet && format == Format::Full {
        offer_fixes(&found)?;
    }
    outcome(&mut checker, &found)
}

/// A catalogue that lost something is not clean, whatever is left of it; one that has digests is not written into.
fn check_whole(path: &Path, writes: bool) -> Result<(), Failure> {
    let place = Folder::new(path);
    if !path.is_dir() || !read::is_catalogue(&place) {
        return Ok(());
    }
    match read::verify(&place)? {
        Some(_) if writes => Err(Failure::with_hint(
            format!("`{}` is a catalogue, which a fix would make another one", disk::shown(path)),
            "fix its repositories, and make it again with `start-points create`; `--diff` shows the fixes",
        )),
        _ => Ok(()),
    }
}

/// Checks the paths, and shows how far it is.
fn check(
    checker: &mut DiskChecker,
    files: &DiskFiles,
    arguments: &CheckArguments,
) -> Result<DiskOutput, start_points_workspace::Error> {
    let mut progress = Progress::new("checked", arguments.quiet);
    let found = checker.check(files, &arguments.paths, &mut |target| {
        progress.step(&target.to_string());
        true
    });
    progress.finish();
    found
}

/// Prints a report, and what there is to say of it.
fn report(found: &DiskOutput, format: Format, arguments: &CheckArguments) -> Result<(), Failure> {
    let output = &found.output;
    print_report(&output.report, &output.sources, format, &disk::from_repository_top)?;
    if arguments.quiet {
        return Ok(());
    }
    let mut notes = Vec::new();
    if output.passed_over > 0 {
        notes.push(format!(
            "{} passed over: not of a start-point",
            counted(output.passed_over, "manifest.json file")
        ));
    }
    if found.excluded > 0 {
        notes.push(format!("{} excluded by settings", counted(found.excluded, "path")));
    }
    talk(&render::summary(output.report.summary()))?;
    notes.iter().try_for_each(|note| talk(note))?;
    Ok(())
}

fn offer_fixes(found: &DiskOutput) -> Result<(), Failure> {
    let (safe, risky) = fixable(found);
    if safe > 0 {
        talk(&format!("{safe} fixable with `--fix` (preview with `--diff`)"))?;
    }
    if risky > 0 {
        talk(&format!("{risky}{} fixable with `--unsafe-fixes`", if safe > 0 { " more" } else { "" }))?;
    }
    Ok(())
}

/// How many faults have a safe fix, and how many an unsafe one alone.
fn fixable(found: &DiskOutput) -> (usize, usize) {
    let faults = found.output.report.diagnostics().iter().filter(|fault| !fault.fixes.is_empty());
    let (safe, risky): (Vec<_>, Vec<_>) = faults.partition(|fault| fault.fixes.iter().any(|fix| fix.safe));
    (safe.len(), risky.len())
}

fn outcome(checker: &mut DiskChecker, found: &DiskOutput) -> Result<Outcome, Failure> {
    Ok(if checker.fails(found)? { Outcome::Faults } else { Outcome::Clean })
}
