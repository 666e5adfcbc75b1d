//! `create`: many repositories become a catalogue, all or nothing.

mod gather;
mod outputs;

use std::path::Path;

use start_points::render;
use start_points_catalogue::{Checked, Options, check};

use crate::arguments::CreateArguments;
use crate::error::{Failure, Outcome};
use crate::fetching::Fetching;
use crate::output::{print_report, talk};
use crate::registry::Registries;
use crate::settings::{self, Flags};
use crate::sources;
use gather::gather;
use outputs::Outputs;

pub(crate) fn run(arguments: &CreateArguments) -> Result<Outcome, Failure> {
    let outputs = Outputs::of(arguments)?;
    let (kind, named) = arguments.sources.given();
    let named = sources::named(named, &arguments.from)?;
    let here = settings::folder_for(Path::new("."));
    let settings = settings::read(here.as_deref(), &Flags::from(arguments))?;
    let fetching = Fetching::open(arguments.gather.fetch, arguments.work_tree, arguments.gather.quiet)?;
    let (cancel, seconds) = (fetching.cancel(), arguments.gather.fetch.timeout);
    let registries = Registries::open(&arguments.gather.registry, seconds, cancel, arguments.gather.quiet);
    let base = outputs.base(&registries)?;
    let options = Options { kind, dialect: settings.dialect, levels: settings.levels };
    let gathered = gather(&named, arguments, &fetching)?;
    let Checked { report, sources, catalogue } = check(&gathered, &options);
    print_report(&report, &sources, settings.format, &str::to_owned)?;
    if !arguments.gather.quiet {
        talk(&render::summary(report.summary()))?;
    }
    let Some(catalogue) = catalogue else {
        if !arguments.gather.quiet {
            talk("nothing was written")?;
        }
        return Ok(Outcome::Faults);
    };
    let did = outputs.write(&catalogue, base.as_ref(), &registries, cancel)?;
    if !arguments.gather.quiet {
        did.iter().try_for_each(|line| talk(line))?;
        outputs.tell_if_inside(&named)?;
    }
    Ok(Outcome::Clean)
}
