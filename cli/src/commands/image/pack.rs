//! `image pack`: the image that holds only `start_point/`.

use std::path::{Path, PathBuf};

use start_points::levels::Level;
use start_points::rule::Severity;
use start_points::{Kind, RepoUrl, Scheme, render, source_rules};
use start_points_catalogue::cdsp::{self, Packed};
use start_points_catalogue::{Checked, Gathered, Options, Output, check};
use start_points_oci::layout;

use crate::arguments::PackArguments;
use crate::error::{Failure, Outcome};
use crate::fetching::Fetching;
use crate::git;
use crate::output::{print_report, talk, verb};
use crate::registry::{Registries, failure, pushed};
use crate::settings::{self, Flags};

pub(super) fn run(arguments: &PackArguments) -> Result<Outcome, Failure> {
    if let Some(output) = arguments.output.as_ref().filter(|output| !matches!(output, Output::Layout(_))) {
        return Err(Failure::with_hint(format!("an image is no `{output}`"), "write `--output oci:PATH`"));
    }
    let url = RepoUrl::parse(&arguments.repository).map_err(|error| {
        let hint = error.hint();
        Failure::hinted(anyhow::anyhow!("`{}`: {error}", RepoUrl::redact(&arguments.repository)), hint)
    })?;
    let fetching = Fetching::open(arguments.gather.fetch, arguments.work_tree, arguments.gather.quiet)?;
    let options = options(arguments, &url)?;
    let fetched = fetching.fetch_all(std::slice::from_ref(&url))?;
    let gathered: Vec<_> = fetched.into_iter().map(Gathered::from).collect();
    let Checked { report, sources, catalogue } = check(&gathered, &options.checked);
    print_report(&report, &sources, options.format, &str::to_owned)?;
    let Some(catalogue) = catalogue else {
        if !arguments.gather.quiet {
            talk(&format!("{}\nnothing was written", render::summary(report.summary())))?;
        }
        return Ok(Outcome::Faults);
    };
    let source = arguments.source.clone().or_else(|| origin(&url));
    let packed = cdsp::pack(&catalogue, arguments.name.as_ref(), source.as_ref()).map_err(|error| {
        let hint = error.hint();
        Failure::hinted(anyhow::anyhow!("`{url}`: {error}"), hint)
    })?;
    for line in write(arguments, &packed, &fetching)? {
        talk(&line)?;
    }
    Ok(Outcome::Clean)
}

struct Chosen {
    checked: Options,
    format: settings::Format,
}

fn options(arguments: &PackArguments, url: &RepoUrl) -> Result<Chosen, Failure> {
    let flags = Flags {
        dialect: arguments.dialect,
        format: arguments.gather.format.map(Into::into),
        ..Flags::default()
    };
    let folder = if url.scheme() == Scheme::Local { url.repo() } else { "." };
    let mut settings = settings::read(settings::folder_for(Path::new(folder)).as_deref(), &flags)?;
    // An image of the commit says that it is the commit's: what differs is not left out in silence.
    if !arguments.work_tree {
        settings.levels.set_rule(&source_rules::UNCOMMITTED_CHANGES, Level::On(Severity::Error));
    }
    let checked = Options { kind: Kind::Languages, dialect: settings.dialect, levels: settings.levels };
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
fn write(arguments: &PackArguments, packed: &Packed, fetching: &Fetching) -> Result<Vec<String>, Failure> {
    let Packed { name, image_name, image } = packed;
    let default = || PathBuf::from(name.to_string().replace(['/', ':', '@'], "-"));
    let folder = match &arguments.output {
        Some(Output::Layout(path)) => Some(path.clone()),
        _ => (!arguments.push).then(default),
    };
    if let Some(path) = &folder {
        layout::check_place(path).map_err(failure)?;
    }
    let mut did = vec![format!("packed {name}, for {image_name}")];
    if arguments.push {
        let seconds = arguments.gather.fetch.timeout;
        let registries =
            Registries::open(&arguments.gather.registry, seconds, fetching.cancel(), arguments.gather.quiet);
        let push = |client: &start_points_oci::Registry| client.push(name, image, None);
        did.push(pushed(name, &registries.watched(&format!("pushing {name}"), push)?));
    }
    if let Some(path) = &folder {
        let tag = name.tag().unwrap_or("latest");
        let done = verb(layout::write(path, tag, image, None, fetching.cancel()).map_err(failure)?);
        did.push(format!("{done} oci:{}: {}", path.display(), image.descriptor().digest));
    }
    Ok(if arguments.gather.quiet { Vec::new() } else { did })
}
