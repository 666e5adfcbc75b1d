//! `serve`: a catalogue over HTTP, until it is stopped.

use std::env;

use start_points::render;
use start_points_server::{
    LoadError, Server, Settings, StartError, Tls, log, read_services, reload_on_hangup, stop_signal,
};

use crate::arguments::ServeArguments;
use crate::error::{Failure, Outcome};
use crate::output::{print, talk};

/// Where the token for reloading is looked for: an argument would be seen by everybody.
const RELOAD_TOKEN: &str = "START_POINTS_RELOAD_TOKEN";

pub(crate) fn run(arguments: &ServeArguments) -> Result<Outcome, Failure> {
    log(arguments.log, arguments.log_level);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let settings = settings(arguments)?;
    runtime.block_on(async {
        let server = match Server::start(settings).await {
            Ok(server) => server,
            Err(StartError::Catalogue(LoadError::Faults(faults))) => {
                print(&render::full(&faults.report, &faults.sources, true))?;
                talk(&render::summary(faults.report.summary()))?;
                return Ok(Outcome::Faults);
            }
            Err(error) => {
                let hint = error.hint();
                return Err(Failure::hinted(error, hint));
            }
        };
        let scheme = if arguments.tls_cert.is_some() { "https" } else { "http" };
        talk(&format!("serving {} at {scheme}://{}", arguments.catalogue, server.address()))?;
        let reloading = tokio::spawn(reload_on_hangup(server.handle())?);
        server.run_until_stopped(stop_signal()?).await;
        reloading.abort();
        Ok(Outcome::Clean)
    })
}

fn settings(arguments: &ServeArguments) -> Result<Settings, Failure> {
    let tls = arguments.tls_cert.clone().zip(arguments.tls_key.clone());
    let mut settings = Settings::new(arguments.catalogue.clone());
    settings.kind = arguments.kind;
    settings.host = arguments.host;
    settings.port = arguments.port;
    settings.sha = arguments.sha.clone();
    settings.tls = tls.map(|(certificate, key)| Tls { certificate, key });
    settings.origins = arguments.origin.clone();
    settings.reload_token = env::var(RELOAD_TOKEN).ok().filter(|token| !token.is_empty());
    if arguments.gate || arguments.policy.is_some() || !arguments.risks.is_empty() {
        settings.gate = Some(super::gate::of_files(arguments.policy.as_deref(), &arguments.risks)?);
    }
    if let Some(file) = &arguments.services {
        settings.shas.services = read_services(file).map_err(|error| {
            let hint = error.hint();
            Failure::hinted(error, Some(hint))
        })?;
    }
    settings.shas.durations = arguments.durations.clone();
    Ok(settings)
}
