//! What all ways of `check` share: its arguments, the check itself, the report, and how it ends.

use std::path::PathBuf;

use clap::Args;
use start_points::levels::Level;
use start_points::render;
use start_points::shown::counted;
use start_points_workspace::{DiskChecker, DiskFiles, DiskOutput};

use crate::arguments::{FormatArgument, ManifestArguments, level_parser};
use crate::disk;
use crate::error::{CliError, CommandOutcome};
use crate::output::{eprint_line, print_report};
use crate::progress::Progress;
use crate::settings::{Overrides, ReportFormat};

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points check                              every start-point below this folder
  start-points check start_point/manifest.json    one manifest
  start-points check --format sarif . > out.sarif for a code-scanning service
  start-points check --fix .                      apply the safe fixes
  start-points check - --stdin-filename start_point/manifest.json < buffer
  start-points check - --fix --stdin-filename start_point/manifest.json < buffer > fixed

Flags override the variables START_POINTS_KIND, START_POINTS_DIALECT and START_POINTS_FORMAT, which
override the start-points.toml at the top of a repository.")]
pub(crate) struct CheckArguments {
    /// Manifests, repositories or folders of repositories; `-` reads a manifest from standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub manifests: ManifestArguments,
    /// Output format
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<FormatArgument>,
    /// Apply safe fixes, list them, and report the remaining faults
    #[arg(long)]
    pub fix: bool,
    /// Show fixes as a diff, without writing
    #[arg(long, conflicts_with = "fix")]
    pub diff: bool,
    /// Also apply fixes that may change the meaning; implies `--fix`
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Set the level of a rule: off, info, warning, error; repeatable
    #[arg(long, value_name = "RULE=LEVEL", value_parser = level_parser(), hide_possible_values = true)]
    pub level: Vec<(String, Level)>,
    /// Exclude paths, with the glob syntax of .gitignore; repeatable
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// The path of the manifest on standard input, which tells its kind and the files beside it
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
    /// Exit with 1 on warnings, too
    #[arg(long)]
    pub error_on_warnings: bool,
    /// Print faults only
    #[arg(long, short)]
    pub quiet: bool,
}

impl From<&CheckArguments> for Overrides {
    fn from(arguments: &CheckArguments) -> Self {
        Self {
            format: arguments.format.map(Into::into),
            levels: arguments.level.clone(),
            exclude: arguments.exclude.clone(),
            error_on_warnings: arguments.error_on_warnings,
            ..Self::from(&arguments.manifests)
        }
    }
}

/// Checks the paths, and shows how far it is.
pub(super) fn check(
    checker: &mut DiskChecker,
    files: &DiskFiles,
    arguments: &CheckArguments,
) -> Result<DiskOutput, start_points_workspace::WorkspaceError> {
    let mut progress = Progress::new("checked", arguments.quiet);
    let found = checker.check(files, &arguments.paths, &mut |target| {
        progress.step(&target.to_string());
        true
    });
    progress.finish();
    found
}

/// Prints a report, and what there is to say of it.
pub(super) fn report(
    found: &DiskOutput,
    format: ReportFormat,
    arguments: &CheckArguments,
) -> Result<(), CliError> {
    let output = &found.output;
    print_report(&output.report, &output.sources, format, &disk::from_repository_top)?;
    if arguments.quiet {
        return Ok(());
    }
    let mut notes = Vec::new();
    if output.passed_over > 0 {
        notes.push(format!(
            "{} skipped: not of a start-point",
            counted(output.passed_over, "manifest.json file")
        ));
    }
    if found.excluded > 0 {
        notes.push(format!("{} excluded by settings", counted(found.excluded, "path")));
    }
    eprint_line(&render::summary(output.report.summary()))?;
    notes.iter().try_for_each(|note| eprint_line(note))?;
    Ok(())
}

pub(super) fn offer_fixes(found: &DiskOutput) -> Result<(), CliError> {
    let (safe, risky) = fixable(found);
    if safe > 0 {
        eprint_line(&format!("{safe} fixable with `--fix` (preview with `--diff`)"))?;
    }
    if risky > 0 {
        eprint_line(&format!(
            "{risky}{} fixable with `--unsafe-fixes`",
            if safe > 0 { " more" } else { "" }
        ))?;
    }
    Ok(())
}

/// How many faults have a safe fix, and how many an unsafe one alone.
pub(super) fn fixable(found: &DiskOutput) -> (usize, usize) {
    let faults = found.output.report.diagnostics().iter().filter(|fault| !fault.fixes.is_empty());
    let (safe, risky): (Vec<_>, Vec<_>) = faults.partition(|fault| fault.fixes.iter().any(|fix| fix.safe));
    (safe.len(), risky.len())
}

pub(super) fn outcome(checker: &mut DiskChecker, found: &DiskOutput) -> Result<CommandOutcome, CliError> {
    Ok(if checker.fails(found)? { CommandOutcome::Faults } else { CommandOutcome::Clean })
}
