//! `create`: many repositories become a catalogue, all or nothing.

use std::path::{Path, PathBuf};

use start_points::{ImageName, RepoUrl, Scheme, render};
use start_points_catalogue::folder::{self, WriteError, Written};
use start_points_catalogue::{Catalogue, Checked, Options, Output, check};

use crate::arguments::CreateArguments;
use crate::error::{Failure, Outcome};
use crate::fetching::{Fetching, interrupted};
use crate::output::{print_report, talk};
use crate::settings::{self, Flags};
use crate::{disk, git, sources};

pub(crate) fn run(arguments: &CreateArguments) -> Result<Outcome, Failure> {
    let output = output(arguments)?;
    // Before anything is fetched for nothing.
    match &output {
        Output::Folder(path) => folder::check_place(path).map_err(failure)?,
        other => return Err(anyhow::anyhow!("nothing writes `{other}`").into()),
    }
    let (kind, named) = arguments.sources.given();
    let urls = sources::urls(named, &arguments.from)?;
    let here = settings::folder_for(Path::new("."));
    let settings = settings::read(here.as_deref(), &Flags::from(arguments))?;
    let fetching = Fetching::open(arguments.fetch, arguments.work_tree, arguments.quiet)?;
    let fetched = fetching.fetch_all(&urls)?;
    let options = Options { kind, dialect: settings.dialect, levels: settings.levels };
    let Checked { report, sources, catalogue } = check(&fetched, &options);
    print_report(&report, &sources, settings.format, &str::to_owned)?;
    if !arguments.quiet {
        talk(&render::summary(report.summary()))?;
    }
    let Some(catalogue) = catalogue else {
        if !arguments.quiet {
            talk("nothing was written")?;
        }
        return Ok(Outcome::Faults);
    };
    let written = match &output {
        Output::Folder(path) => folder::write(&catalogue, path, fetching.cancel()).map_err(failure)?,
        other => return Err(anyhow::anyhow!("nothing writes `{other}`").into()),
    };
    if !arguments.quiet {
        let did = match written {
            Written::New | Written::Replaced => "wrote",
            Written::Unchanged => "unchanged:",
        };
        talk(&format!("{did} {output}: {}", contents(&catalogue)))?;
        if let Output::Folder(path) = &output {
            tell_if_inside(path, &urls)?;
        }
    }
    Ok(Outcome::Clean)
}

/// A catalogue inside one of its own sources is found there by the next run with `--work-tree`.
fn tell_if_inside(folder: &Path, urls: &[RepoUrl]) -> Result<(), Failure> {
    let folder = folder.canonicalize()?;
    let local = urls.iter().filter(|url| url.scheme() == Scheme::Local);
    for source in local.filter_map(|url| Path::new(url.repo()).canonicalize().ok()) {
        if folder.starts_with(&source) && !git::ignores(&source, &folder) {
            let (folder, source) = (disk::shown(&folder), disk::shown(&source));
            talk(&format!("\u{1b}[1;33mwarning\u{1b}[0m: `{folder}` lies inside its source `{source}`"))?;
            talk("\u{1b}[1;36mhint\u{1b}[0m: write it elsewhere with `--output`, or list it in .gitignore")?;
        }
    }
    Ok(())
}

fn output(arguments: &CreateArguments) -> Result<Output, Failure> {
    let name = ImageName::parse(&arguments.name).map_err(|error| {
        let hint =
            "a catalogue is named as an image is: lower case, such as `acme/languages-start-points:1.0`";
        Failure::with_hint(format!("NAME `{}`: {error}", start_points::shown::shown(&arguments.name)), hint)
    })?;
    let default = || Output::Folder(PathBuf::from(name.to_string().replace(['/', ':', '@'], "-")));
    Ok(arguments.output.clone().unwrap_or_else(default))
}

fn contents(catalogue: &Catalogue) -> String {
    let count =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    format!(
        "{} of {}{}",
        count(catalogue.start_points().count(), "start-point", "start-points"),
        count(catalogue.repositories().len(), "repository", "repositories"),
        if catalogue.is_dirty() { ", with uncommitted changes" } else { "" }
    )
}

fn failure(error: WriteError) -> Failure {
    if error.is_cancelled() {
        return interrupted();
    }
    let hint = error.hint();
    Failure::hinted(error, hint)
}
