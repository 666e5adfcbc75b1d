//! `image-name`: the tagged image name of a language + test-framework repository at its commit.
//!
//! For build scripts, on CI and in a local loop (design note 001). A base language, with `docker/` and no
//! `start_point/`, has one too.

use std::path::{Path, PathBuf};

use clap::Args;
use start_points::check::{CheckOptions, Docker, FileSet, StartPoint};
use start_points::files::FileEntry;
use start_points::json::MAX_BYTES;
use start_points::resolve::{ImageNameSource, ResolveError, resolve_image_name};
use start_points::{CommitSha, DialectChoice, ImageName, Kind, kind::Dialect, layout};
use start_points_workspace::{DiskChecker, DiskFiles};

use crate::arguments::dialect_parser;
use crate::disk;
use crate::error::{CliError, CommandOutcome};
use crate::git;
use crate::output::print;
use crate::settings::Overrides;

/// Arguments of `image-name`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  docker build --tag \"$(start-points image-name)\" docker")]
pub(crate) struct ImageNameArguments {
    /// The repository
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
    /// How the image name is determined: auto, derived, pinned [default: auto]
    #[arg(long, value_name = "DIALECT", value_parser = dialect_parser(), hide_possible_values = true)]
    pub dialect: Option<DialectChoice>,
    /// Fail with exit code 1 if the work tree differs from the commit
    #[arg(long)]
    pub require_clean: bool,
}

pub(crate) fn run(arguments: &ImageNameArguments) -> Result<CommandOutcome, CliError> {
    let folder = &arguments.folder;
    let overrides = Overrides { dialect: arguments.dialect, ..Overrides::default() };
    let mut checker = DiskChecker::new(overrides);
    let (_, options) = checker.settings(&folder.join(layout::MANIFEST))?;
    let options = CheckOptions { kind: Some(Kind::Languages), ..options.clone() };
    let files = DiskFiles::new(&[folder]);
    let wrong = |error: ResolveError| {
        let hint = format!("run `start-points check {}` for details", disk::shown(folder));
        CliError::with_hint(error.to_string(), hint)
    };
    // A name with a tag is the same at every commit.
    match image_name(&files, folder, &options, None) {
        Err(ResolveError::NoCommit { .. }) => {}
        Ok(Some(name)) => return print_name(&name, false),
        Ok(None) => return Ok(CommandOutcome::Clean),
        Err(error) => return Err(wrong(error)),
    }
    let head = git::revision(folder)?;
    let name = image_name(&files, folder, &options, Some(&head.commit)).map_err(wrong)?;
    if head.dirty && arguments.require_clean {
        return git::tell_dirty();
    }
    name.map_or(Ok(CommandOutcome::Clean), |name| print_name(&name, head.dirty))
}

/// What the repository's manifest and docker folder make of a commit.
fn image_name(
    files: &DiskFiles,
    folder: &Path,
    options: &CheckOptions,
    commit: Option<&CommitSha>,
) -> Result<Option<ImageName>, ResolveError> {
    let docker = disk::key_of(&folder.join(layout::DOCKER));
    for path in layout::manifests_of_docker(&docker) {
        if let Some(FileEntry::Content(bytes)) = files.entry(&path, None, MAX_BYTES) {
            return StartPoint::without_files(files, &path, &bytes, options).image_name(commit, None);
        }
    }
    // A base language has no manifest that could pin its name.
    let declared = Docker::read(files, &docker).declared_image_name();
    let source = ImageNameSource { docker: declared.as_deref(), commit, ..ImageNameSource::default() };
    resolve_image_name(Kind::Languages, Dialect::Derived, source)
}

fn print_name(name: &ImageName, dirty: bool) -> Result<CommandOutcome, CliError> {
    print(&format!("{name}{}\n", if dirty { "-dirty" } else { "" }))?;
    Ok(CommandOutcome::Clean)
}
