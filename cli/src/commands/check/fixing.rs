//! Fixes: shown as a diff, or written.

use start_points::shown::counted;
use start_points_workspace::fix::{
    self, AppliedFix, FixOptions, Fixed, MAX_FAULTS, NotWritten, Turns, shown,
};
use start_points_workspace::{DiskChecker, DiskFiles};

use super::{check, diff, fixable, outcome, report};
use crate::arguments::CheckArguments;
use crate::error::{Failure, Outcome};
use crate::output::{talk, talk_hint, talk_warning};
use crate::settings::{Flags, Format};

/// Shows every fix as a diff; there being one is a fault, as it is for `check`.
pub(super) fn show(arguments: &CheckArguments) -> Result<Outcome, Failure> {
    let mut files = DiskFiles::new(&arguments.paths);
    let mut checker = fixer(arguments);
    let fixed = find(&mut files, &mut checker, arguments)?;
    diff::print(&fixed.files)?;
    tell_unsettled(&fixed)?;
    let left = fixed.left.output.report.diagnostics().len();
    if !fixed.applied.is_empty() || left > 0 {
        talk(&format!("{} would be fixed, {left} left", fixed.applied.len()))?;
    }
    if fixed.applied.is_empty() { outcome(&mut checker, &fixed.left) } else { Ok(Outcome::Faults) }
}

/// Makes the fixes, says which, and reports what is left.
pub(super) fn write(arguments: &CheckArguments) -> Result<Outcome, Failure> {
    let mut files = DiskFiles::new(&arguments.paths);
    let turns = Turns::wait(&files, &arguments.paths)?;
    let fixed = find(&mut files, &mut fixer(arguments), arguments)?;
    let mut failed = Vec::new();
    for file in &fixed.files {
        if let Err(error) = turns.write(&files, file) {
            failed.push((&file.key, error));
        }
    }
    drop(turns);
    files.show_files();
    let mut checker = DiskChecker::new(Flags::from(arguments));
    let found = check(&mut checker, &files, arguments)?;
    let format = checker.format(arguments.paths.first())?;
    report(&found, format, arguments)?;
    let is_made = |fix: &&AppliedFix| !failed.iter().any(|(key, _)| **key == fix.path);
    let made: Vec<_> = fixed.applied.iter().filter(is_made).collect();
    if !arguments.quiet {
        tell(&made)?;
        let (_, risky) = fixable(&found);
        if risky > 0 && !arguments.unsafe_fixes && format == Format::Full {
            talk(&format!("{risky} more fixable with `--unsafe-fixes`"))?;
        }
    }
    tell_unsettled(&fixed)?;
    for (key, error) in &failed {
        talk_warning(&format!("`{}` {error}", shown(key)))?;
    }
    match failed.into_iter().find(|(_, error)| matches!(error, NotWritten::Io(_))) {
        Some((key, error)) => Err(anyhow::anyhow!("`{}` {error}", shown(key)).into()),
        None if fixable(&found).0 > fixable(&fixed.left).0 => Err(Failure::with_hint(
            "a file is as it was: when its fixes were looked for it could not be read, or was another one",
            "run it again",
        )),
        None => outcome(&mut checker, &found),
    }
}

/// A checker that keeps every fault which may have a fix.
fn fixer(arguments: &CheckArguments) -> DiskChecker {
    DiskChecker::new(Flags { max_faults: Some(MAX_FAULTS), ..Flags::from(arguments) })
}

fn find(
    files: &mut DiskFiles,
    checker: &mut DiskChecker,
    arguments: &CheckArguments,
) -> Result<Fixed, Failure> {
    let options = FixOptions { unsafe_too: arguments.unsafe_fixes, only: None };
    Ok(fix::fix(files, options, &mut |files| check(checker, files, arguments))?)
}

/// A line for each fix that was made.
pub(super) fn tell(made: &[&AppliedFix]) -> Result<(), Failure> {
    for AppliedFix { path, line, rule, title } in made {
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        talk(&format!("fixed {}{line}: {rule}: {title}", shown(path)))?;
    }
    if !made.is_empty() {
        talk(&format!("{} fixed", counted(made.len(), "fault")))?;
    }
    Ok(())
}

/// A fix that does not remove its fault is a fault of ours.
pub(super) fn tell_unsettled(fixed: &Fixed) -> Result<(), Failure> {
    for key in &fixed.unsettled {
        talk_warning(&format!("a fix of `{}` does not remove its fault: left alone", shown(key)))?;
        talk_hint("this is a fault of start-points: please report it with the file")?;
    }
    Ok(())
}
