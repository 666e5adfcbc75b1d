//! `mix`: the practice session of a languages start-point with an exercise, as its manifest.

use std::path::{Path, PathBuf};

use clap::Args;
use start_points::check::{CheckOptions, Checker, FileSet, StartPoint};
use start_points::files::FileEntry;
use start_points::json::MAX_BYTES;
use start_points::resolve::{Provenance, mix};
use start_points::{CommitSha, DialectChoice, Kind, render};
use start_points_catalogue::Revision;
use start_points_fetch::local;
use start_points_workspace::{DiskChecker, DiskFiles, manifest_at};

use crate::arguments::dialect_parser;
use crate::error::{CliError, CommandOutcome};
use crate::output::{eprint_styled, print_json, print_warning};
use crate::settings::Overrides;
use crate::{disk, git};

/// Arguments of `mix`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points mix python-pytest exercises/start-points/Fizz_Buzz
  start-points mix custom/start-points/Tennis/Ruby")]
pub(crate) struct MixArguments {
    /// The languages or custom start-point: its manifest, folder or repository
    #[arg(value_name = "LSP")]
    pub language: PathBuf,
    /// The exercise
    #[arg(value_name = "ESP")]
    pub exercise: Option<PathBuf>,
    /// How languages start-points get their image names: auto, derived, pinned [default: auto]
    #[arg(long, value_name = "DIALECT", value_parser = dialect_parser(), hide_possible_values = true)]
    pub dialect: Option<DialectChoice>,
    /// The commit for the image tag [default: the repository's]
    #[arg(long, value_name = "SHA")]
    pub sha: Option<String>,
}

/// The most bytes of the small files that say where a start-point comes from.
const MAX_SMALL: usize = 16 << 10;

/// The text of a manifest, with how it is checked.
struct Text {
    path: PathBuf,
    bytes: Vec<u8>,
    options: CheckOptions,
}

impl Text {
    fn start_point(&self, files: &DiskFiles) -> StartPoint<'_> {
        StartPoint::read(files, &disk::key_of(&self.path), &self.bytes, &self.options)
    }
}

pub(crate) fn run(arguments: &MixArguments) -> Result<CommandOutcome, CliError> {
    let overrides = Overrides { dialect: arguments.dialect, ..Overrides::default() };
    let mut settings = DiskChecker::new(overrides);
    let paths: Vec<&PathBuf> = std::iter::once(&arguments.language).chain(&arguments.exercise).collect();
    let files = DiskFiles::new(&paths);
    let language = read(&files, &arguments.language, None, &mut settings)?;
    let exercise = arguments.exercise.as_deref();
    let exercise =
        exercise.map(|path| read(&files, path, Some(Kind::Exercises), &mut settings)).transpose()?;
    let with = exercise.as_ref().map(|text| (text, text.start_point(&files)));
    let this = language.start_point(&files);
    let mut checker = Checker::of_errors();
    checker.start_point(&this, &language.options);
    if let Some((text, exercise)) = &with {
        checker.start_point(exercise, &text.options);
    }
    let found = checker.finish(&|_| None);
    if !found.report.is_clean() {
        eprint_styled(render::full(&found.report, &found.sources, true).trim_end())?;
        return Ok(CommandOutcome::Faults);
    }
    let source = provenance(&files, &language.path, arguments.sha.as_deref())?;
    let not_json = || CliError::with_hint("the manifest is not JSON", "run `start-points check` for details");
    let resolved = this.resolve(None, source.as_ref()).ok_or_else(not_json)?.map_err(|error| {
        CliError::with_hint(error.to_string(), "commit the start-point, or use `--sha SHA`")
    })?;
    let exercise = with.as_ref().map(|(_, exercise)| exercise.resolve(None, None).ok_or_else(not_json));
    let exercise = exercise.transpose()?.transpose()?;
    print_json(format!("{:#}\n", mix(&resolved, exercise.as_ref()).node()))?;
    Ok(CommandOutcome::Clean)
}

fn read(
    files: &DiskFiles,
    path: &Path,
    kind: Option<Kind>,
    settings: &mut DiskChecker,
) -> Result<Text, CliError> {
    let Some(path) = manifest_at(path) else {
        return Err(CliError::with_hint(
            format!("no manifest.json at `{}`", disk::shown(path)),
            "use a manifest, its folder, or the repository of a languages start-point",
        ));
    };
    let (_, options) = settings.settings(&path)?;
    let options = CheckOptions { kind: kind.or(options.kind), ..options.clone() };
    let why = match files.entry(&disk::key_of(&path), None, MAX_BYTES) {
        Some(FileEntry::Content(bytes)) => return Ok(Text { path, bytes, options }),
        Some(FileEntry::Size(size)) => format!("is {size} bytes large; the limit is {MAX_BYTES}"),
        Some(FileEntry::Other(other)) => other.reason(),
        None => "does not exist".to_owned(),
    };
    Err(anyhow::anyhow!("cannot read `{}`: {why}", disk::shown(&path)).into())
}

/// Where the start-point came from: a commit that was named, what a catalogue says beside it, or its repository.
fn provenance(files: &DiskFiles, path: &Path, sha: Option<&str>) -> Result<Option<Provenance>, CliError> {
    let folder = disk::parent(path);
    let url = || Ok::<_, CliError>(disk::key_of(&std::path::absolute(folder)?));
    if let Some(sha) = sha {
        return Ok(Some(Provenance { url: url()?, sha: sha.parse::<CommitSha>()? }));
    }
    let beside = |name| match files.entry(&disk::key_of(&folder.join(name)), None, MAX_SMALL)? {
        FileEntry::Content(bytes) => Some(String::from_utf8(bytes).ok()?.trim().to_owned()),
        FileEntry::Size(_) | FileEntry::Other(_) => None,
    };
    let said = beside(start_points_catalogue::format::SHA).zip(beside(start_points_catalogue::format::URL));
    if let Some((sha, url)) = said {
        return Ok(Some(Provenance { url, sha: sha.parse::<Revision>()?.commit }));
    }
    // Outside git there is no commit; where one is needed, resolving says so.
    let Some(head) = git::head_if_any(folder, local::head)? else { return Ok(None) };
    if head.dirty {
        print_warning("the work tree has uncommitted changes; the image tag is of the commit")?;
    }
    Ok(Some(Provenance { url: url()?, sha: head.commit }))
}
