//! `image pack`: the image that holds only `start_point/`.

use std::path::{Path, PathBuf};

use clap::Args;
use start_points::levels::Level;
use start_points::rule::Severity;
use start_points::{DialectChoice, ImageName, Kind, RepoUrl, Scheme, render, rules};
use start_points_catalogue::start_point_image::{self, StartPointImage};
use start_points_catalogue::{CatalogueOptions, CatalogueOutput, CheckedCatalogue, SourceResult, check};
use start_points_oci::layout;

use crate::arguments::{BuildArguments, dialect_parser};
use crate::error::{CliError, CommandOutcome};
use crate::fetching::FetchSession;
use crate::git;
use crate::output::{eprint_line, print_report, verb};
use crate::registry::{Registries, failure, pushed};
use crate::settings::{Overrides, ReportFormat, read_settings};
use start_points_workspace::settings_folder;

/// Arguments of `image pack`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points image pack                           an image layout named after the image
  start-points image pack --output oci:packed .
  start-points image pack --push                    cyberdojostartpoints/NAME:SHA7
  start-points image pack --push --name ghcr.io/acme/start-points/java_junit

The repository is checked first. The image is named after the image that its tests run in, but in \
cyberdojostartpoints and tagged with the sha7, the first 7 characters of the commit. The manifest \
gets the tagged name of the test image. Labels record the source URL, the commit and its date. The \
same commit gives the same image, byte for byte.")]
pub(crate) struct PackArguments {
    /// The repository: a folder, or a source URL
    #[arg(default_value = ".", value_name = "DIR")]
    pub repository: String,
    /// The image layout to write: oci:PATH [default: one named after the image; none with --push]
    #[arg(long, value_name = "OUTPUT")]
    pub output: Option<CatalogueOutput>,
    /// Push the image; refuses to overwrite a tag with other content
    #[arg(long, conflicts_with = "offline")]
    pub push: bool,
    /// The name of the image; the tag defaults to the sha7
    #[arg(long, value_name = "NAME")]
    pub name: Option<ImageName>,
    /// The source URL for its label [default: the repository's; for a folder, that of its remote `origin`]
    #[arg(long, value_name = "URL")]
    pub source: Option<RepoUrl>,
    /// Use the files on disk; uncommitted changes are marked `-dirty`
    #[arg(long)]
    pub work_tree: bool,
    /// How the name of the test image is determined: auto, derived, pinned [default: auto]
    #[arg(long, value_name = "DIALECT", value_parser = dialect_parser(), hide_possible_values = true)]
    pub dialect: Option<DialectChoice>,
    #[command(flatten)]
    pub build: BuildArguments,
}

pub(super) fn run(arguments: &PackArguments) -> Result<CommandOutcome, CliError> {
    if let Some(output) =
        arguments.output.as_ref().filter(|output| !matches!(output, CatalogueOutput::Layout(_)))
    {
        return Err(CliError::with_hint(
            format!("cannot write an image to `{output}`"),
            "use `--output oci:PATH`",
        ));
    }
    let url = RepoUrl::parse(&arguments.repository).map_err(|error| {
        let hint = error.hint();
        CliError::hinted(anyhow::anyhow!("`{}`: {error}", RepoUrl::redact(&arguments.repository)), hint)
    })?;
    let fetching = FetchSession::open(arguments.build.fetch, arguments.work_tree, arguments.build.quiet)?;
    let options = options(arguments, &url)?;
    let fetched = fetching.fetch_all(std::slice::from_ref(&url))?;
    let gathered: Vec<_> = fetched.into_iter().map(SourceResult::from_repository).collect();
    let CheckedCatalogue { report, sources, catalogue } = check(&gathered, &options.checked);
    print_report(&report, &sources, options.format, &str::to_owned)?;
    let Some(catalogue) = catalogue else {
        if !arguments.build.quiet {
            eprint_line(&format!("{}\nnothing was written", render::summary(report.summary())))?;
        }
        return Ok(CommandOutcome::Faults);
    };
    let source = arguments.source.clone().or_else(|| origin(&url));
    let packed =
        start_point_image::pack(&catalogue, arguments.name.as_ref(), source.as_ref()).map_err(|error| {
            let hint = error.hint();
            CliError::hinted(anyhow::anyhow!("`{url}`: {error}"), hint)
        })?;
    for line in write(arguments, &packed, &fetching)? {
        eprint_line(&line)?;
    }
    Ok(CommandOutcome::Clean)
}

struct Chosen {
    checked: CatalogueOptions,
    format: ReportFormat,
}

fn options(arguments: &PackArguments, url: &RepoUrl) -> Result<Chosen, CliError> {
    let overrides = Overrides {
        dialect: arguments.dialect,
        format: arguments.build.format.map(Into::into),
        ..Overrides::default()
    };
    let folder = if url.scheme() == Scheme::Local { url.repo() } else { "." };
    let mut settings = read_settings(settings_folder(Path::new(folder)).as_deref(), &overrides)?;
    // An image of the commit says that it is the commit's: what differs is not left out in silence.
    if !arguments.work_tree {
        settings.levels.set_rule(&rules::uncommitted_changes::RULE, Level::On(Severity::Error));
    }
    let checked =
        CatalogueOptions { kind: Kind::Languages, dialect: settings.dialect, levels: settings.levels };
    Ok(Chosen { checked, format: settings.format })
}

/// Where others find a repository on this machine: what it calls `origin`, without a tag.
fn origin(url: &RepoUrl) -> Option<RepoUrl> {
    let local = (url.scheme() == Scheme::Local).then(|| Path::new(url.repo()));
    let text = match local {
        None => return RepoUrl::parse(url.with_credentials()).ok(),
        Some(folder) => git::remote(folder, "origin").or_else(|| {
            let absolute = folder.canonicalize().ok()?;
            Some(absolute.to_str()?.to_owned())
        })?,
    };
    RepoUrl::parse(&text).ok()
}

/// Pushes and writes; answers what was done, a line each.
fn write(
    arguments: &PackArguments,
    packed: &StartPointImage,
    fetching: &FetchSession,
) -> Result<Vec<String>, CliError> {
    let StartPointImage { name, image_name, image } = packed;
    let default = || PathBuf::from(name.to_string().replace(['/', ':', '@'], "-"));
    let folder = match &arguments.output {
        Some(CatalogueOutput::Layout(path)) => Some(path.clone()),
        _ => (!arguments.push).then(default),
    };
    if let Some(path) = &folder {
        layout::check_place(path).map_err(failure)?;
    }
    let mut did = vec![format!("packed {name}, for {image_name}")];
    if arguments.push {
        let seconds = arguments.build.fetch.timeout;
        let registries =
            Registries::open(&arguments.build.registry, seconds, fetching.cancel(), arguments.build.quiet);
        let push = |client: &start_points_oci::Registry| client.push(name, image, None);
        did.push(pushed(name, &registries.watched(&format!("pushing {name}"), push)?));
    }
    if let Some(path) = &folder {
        let tag = name.tag().unwrap_or("latest");
        let done = verb(layout::write(path, tag, image, None, fetching.cancel()).map_err(failure)?);
        did.push(format!("{done} oci:{}: {}", path.display(), image.descriptor().digest));
    }
    Ok(if arguments.build.quiet { Vec::new() } else { did })
}
