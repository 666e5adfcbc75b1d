//! Fixes: written, or shown as a patch that `git apply` takes.

use std::fmt::Write as _;
use std::io;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use similar::TextDiff;
use start_points::shown::counted;
use start_points_workspace::fix::{
    self, AppliedFix, FixOptions, FixResult, FixWriteError, FixWriter, FixedFile, MAX_FAULTS, shown_key,
};
use start_points_workspace::{DiskChecker, DiskFiles};

use super::run::{CheckArguments, check, fixable, outcome, report};
use crate::error::{CliError, CommandOutcome};
use crate::output::{HEADING, eprint_line, print_bytes, print_hint, print_styled, print_warning, styled};
use crate::settings::{Overrides, ReportFormat};

/// Shows every fix as a diff; there being one is a fault, as it is for `check`.
pub(super) fn show(arguments: &CheckArguments) -> Result<CommandOutcome, CliError> {
    let mut files = DiskFiles::new(&arguments.paths);
    let mut checker = fixer(arguments);
    let fixed = find_fixes(&mut files, &mut checker, arguments)?;
    print_diff(&fixed.files)?;
    tell_unsettled(&fixed)?;
    let left = fixed.left.output.report.diagnostics().len();
    if !fixed.applied.is_empty() || left > 0 {
        eprint_line(&format!("{} would be fixed, {left} remaining", fixed.applied.len()))?;
    }
    if fixed.applied.is_empty() { outcome(&mut checker, &fixed.left) } else { Ok(CommandOutcome::Faults) }
}

/// Makes the fixes, says which, and reports what is left.
pub(super) fn write(arguments: &CheckArguments) -> Result<CommandOutcome, CliError> {
    let mut files = DiskFiles::new(&arguments.paths);
    let turns = FixWriter::lock(&files, &arguments.paths)?;
    let fixed = find_fixes(&mut files, &mut fixer(arguments), arguments)?;
    let mut failed = Vec::new();
    for file in &fixed.files {
        if let Err(error) = turns.write(&files, file) {
            failed.push((&file.key, error));
        }
    }
    drop(turns);
    files.clear_overlays();
    let mut checker = DiskChecker::new(Overrides::from(arguments));
    let found = check(&mut checker, &files, arguments)?;
    let format = checker.format(arguments.paths.first())?;
    report(&found, format, arguments)?;
    let is_made = |fix: &&AppliedFix| !failed.iter().any(|(key, _)| **key == fix.path);
    let made: Vec<_> = fixed.applied.iter().filter(is_made).collect();
    if !arguments.quiet {
        tell(&made)?;
        let (_, risky) = fixable(&found);
        if risky > 0 && !arguments.unsafe_fixes && format == ReportFormat::Full {
            eprint_line(&format!("{risky} more fixable with `--unsafe-fixes`"))?;
        }
    }
    tell_unsettled(&fixed)?;
    for (key, error) in &failed {
        print_warning(&format!("`{}` {error}", shown_key(key)))?;
    }
    match failed.into_iter().find(|(_, error)| matches!(error, FixWriteError::Io(_))) {
        Some((key, error)) => Err(anyhow::anyhow!("`{}` {error}", shown_key(key)).into()),
        None if fixable(&found).0 > fixable(&fixed.left).0 => Err(CliError::with_hint(
            "a fixable file was not fixed: it was unreadable, or changed during the run",
            "run it again",
        )),
        None => outcome(&mut checker, &found),
    }
}

/// A checker that keeps every fault which may have a fix.
fn fixer(arguments: &CheckArguments) -> DiskChecker {
    DiskChecker::new(Overrides { max_faults: Some(MAX_FAULTS), ..Overrides::from(arguments) })
}

fn find_fixes(
    files: &mut DiskFiles,
    checker: &mut DiskChecker,
    arguments: &CheckArguments,
) -> Result<FixResult, CliError> {
    let options = FixOptions { unsafe_too: arguments.unsafe_fixes, only: None };
    Ok(fix::fix(files, options, &mut |files| check(checker, files, arguments))?)
}

/// A line for each fix that was made.
pub(super) fn tell(made: &[&AppliedFix]) -> Result<(), CliError> {
    for AppliedFix { path, line, rule, title } in made {
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        eprint_line(&format!("fixed {}{line}: {rule}: {title}", shown_key(path)))?;
    }
    if !made.is_empty() {
        eprint_line(&format!("{} fixed", counted(made.len(), "fault")))?;
    }
    Ok(())
}

/// A fix that does not remove its fault is a fault of ours.
pub(super) fn tell_unsettled(fixed: &FixResult) -> Result<(), CliError> {
    for key in &fixed.unsettled {
        print_warning(&format!("a fix of `{}` does not remove its fault; left unchanged", shown_key(key)))?;
        print_hint("this is a bug in start-points: please report it with the file")?;
    }
    Ok(())
}

/// Prints the patch: coloured where colours are wanted, escaped on a terminal, byte for byte elsewhere.
pub(super) fn print_diff(files: &[FixedFile]) -> io::Result<()> {
    let patch: String = files.iter().map(file_diff).collect();
    if AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        print_bytes(patch.as_bytes())
    } else {
        print_coloured(&patch)
    }
}

fn file_diff(file: &FixedFile) -> String {
    let old = String::from_utf8_lossy(file.old.as_deref().unwrap_or_default());
    let new = String::from_utf8_lossy(&file.new);
    // Lines end at line feeds alone: a carriage return is a part of its line.
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&before, &after);
    let name = |side: &str| quoted(&format!("{side}/{}", file.key));
    let from = if file.old.is_some() { name("a") } else { "/dev/null".to_owned() };
    diff.unified_diff().header(&from, &name("b")).to_string()
}

/// A path as git writes it: in quotes, with C's escapes, where it holds what ends a line or a name.
fn quoted(path: &str) -> String {
    if !path.chars().any(|c| c.is_control() || matches!(c, '"' | '\\')) {
        return path.to_owned();
    }
    let mut out = String::from("\"");
    let mut rest = path.chars();
    while let Some(c) = rest.next() {
        match c {
            // A byte that is not UTF-8, in hexadecimal.
            '\0' => {
                let hex: String = rest.by_ref().take(2).collect();
                let byte = u8::from_str_radix(&hex, 16).unwrap_or_default();
                let _ = write!(out, "\\{byte:03o}");
            }
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn print_coloured(patch: &str) -> io::Result<()> {
    let mut out = String::new();
    for line in patch.split_inclusive('\n') {
        let style = match line.as_bytes().first() {
            _ if line.starts_with("+++") || line.starts_with("---") => HEADING,
            Some(b'+') => AnsiColor::Green.on_default(),
            Some(b'-') => AnsiColor::Red.on_default(),
            Some(b'@') => AnsiColor::Cyan.on_default(),
            _ => Style::new(),
        };
        let _ = writeln!(out, "{}", styled(style, line.trim_end_matches('\n')));
    }
    print_styled(&out)
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_quoted_as_git_quotes_them() {
        assert_eq!(quoted("a/é b"), "a/é b");
        assert_eq!(quoted("a/x\ny"), "\"a/x\\ny\"");
        assert_eq!(quoted("a/\\\""), "\"a/\\\\\\\"\"");
        assert_eq!(quoted("a/\0ffz"), "\"a/\\377z\"");
    }
}
