//! `check`: every fault of every start-point that is named, with its place, its reason and its mend.

mod mend;
mod standard_input;

use std::path::{Path, PathBuf};

use start_points::render;
use start_points_disk::{Found, Rounds};

use crate::arguments::CheckArguments;
use crate::disk;
use crate::error::{Failure, Outcome};
use crate::output::{print_report, talk};
use crate::progress::Progress;
use crate::settings::{Flags, Format};

pub(crate) fn run(arguments: &CheckArguments) -> Result<Outcome, Failure> {
    let flags = Flags::from(arguments);
    let stdin = arguments.paths.iter().any(|path| path == Path::new("-"));
    if stdin && arguments.paths.len() > 1 {
        return Err(Failure::with_hint("`-` stands alone", "check standard input and paths in two runs"));
    }
    if stdin && (arguments.fix || arguments.diff) {
        return Err(Failure::with_hint("standard input cannot be fixed", "name a file"));
    }
    if let (Some(_), false) = (&arguments.stdin_filename, stdin) {
        return Err(Failure::with_hint(
            "--stdin-filename without `-`",
            "`start-points check - --stdin-filename PATH`",
        ));
    }
    let mut rounds = Rounds::new(flags);
    let mut found = match stdin {
        true => standard_input::check(&mut rounds, arguments.stdin_filename.as_deref())?,
        false => check(&mut rounds, &arguments.paths, arguments.quiet)?,
    };
    let format = rounds.format(arguments.paths.first().filter(|_| !stdin))?;
    if arguments.diff {
        let outcome = mend::show(&found, arguments.unsafe_fixes)?;
        return Ok(if rounds.fails(&found)? { Outcome::Faults } else { outcome });
    }
    let mut fixed = 0;
    if arguments.fix {
        // Fixes that touch one another are made in turn; each round makes at least one or is the last.
        while let Some(made) = mend::write(&found, arguments.unsafe_fixes)? {
            fixed += made;
            found = check(&mut rounds, &arguments.paths, arguments.quiet)?;
        }
    }
    report(&found, format, fixed, arguments.quiet)?;
    Ok(if rounds.fails(&found)? { Outcome::Faults } else { Outcome::Clean })
}

fn check(rounds: &mut Rounds, paths: &[PathBuf], quiet: bool) -> Result<Found, Failure> {
    let mut progress = Progress::new("checked", quiet);
    let found = rounds.check(paths, &mut |target| {
        progress.step(&target.to_string());
        true
    });
    progress.finish();
    Ok(found?)
}

fn report(found: &Found, format: Format, fixed: usize, quiet: bool) -> Result<(), Failure> {
    let report = &found.report;
    print_report(report, &found.sources, format, &disk::from_repository_top)?;
    if !quiet {
        let mended = if fixed > 0 { format!(" ({fixed} fixed)") } else { String::new() };
        talk(&format!("{}{mended}", render::summary(report.summary())))?;
        let fixable =
            report.diagnostics().iter().filter(|found| found.fixes.iter().any(|fix| fix.safe)).count();
        if fixable > 0 && fixed == 0 && format == Format::Full {
            talk(&format!("{fixable} can be mended with --fix; --diff shows how"))?;
        }
    }
    Ok(())
}
