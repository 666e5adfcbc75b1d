//! `serve`: a catalogue over HTTP, until it is stopped.

use std::env;

use start_points::render;
use start_points_container::{Options, Socket};
use start_points_server::{
    GateMode, GateSettings, Hangups, LoadError, LogFormat, Pulling, Readiness, Server, ServerLimits,
    ServerSettings, StartError, TlsFiles, log, read_services, stop_signal,
};

use crate::arguments::{Gate, Pull, ServeArguments};
use crate::error::{Failure, Outcome};
use crate::output::{print_styled, talk};

/// Where the token for reloading is looked for: an argument would be seen by everybody.
const RELOAD_TOKEN: &str = "START_POINTS_RELOAD_TOKEN";

pub(crate) fn run(arguments: &ServeArguments) -> Result<Outcome, Failure> {
    log(arguments.log, arguments.log_level);
    let pull = pull(arguments)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let settings = settings(arguments)?;
    runtime.block_on(async {
        // From the first instant on, so that a signal is never the system's to answer.
        let (stop, hangups) = (stop_signal()?, Hangups::listen()?);
        let server = match Server::start(settings).await {
            Ok(server) => server,
            Err(StartError::Catalogue(LoadError::Faults(faults))) => {
                print_styled(&render::full(&faults.report, &faults.sources, true))?;
                talk(&render::summary(faults.report.summary()))?;
                return Ok(Outcome::Faults);
            }
            Err(error) => {
                let hint = error.hint();
                return Err(Failure::hinted(error, hint));
            }
        };
        tell(arguments, &server)?;
        let pulling = match pull {
            Some(options) => Some(tokio::spawn(Pulling::start(server.handle(), options).await.follow())),
            None => None,
        };
        let reloading = tokio::spawn(hangups.reload(server.handle()));
        server.run_until_stopped(stop).await;
        reloading.abort();
        if let Some(pulling) = pulling {
            pulling.abort();
        }
        Ok(Outcome::Clean)
    })
}

/// Says where it listens, as the rest of the log is written.
fn tell(arguments: &ServeArguments, server: &Server) -> Result<(), Failure> {
    let scheme = if arguments.tls_cert.is_some() { "https" } else { "http" };
    let (catalogue, url) = (arguments.catalogue.to_string(), format!("{scheme}://{}", server.address()));
    match arguments.log {
        LogFormat::Text => talk(&format!("serving {catalogue} at {url}"))?,
        LogFormat::Json => tracing::info!(catalogue, url, "serving"),
    }
    Ok(())
}

fn settings(arguments: &ServeArguments) -> Result<ServerSettings, Failure> {
    let tls = arguments.tls_cert.clone().zip(arguments.tls_key.clone());
    let mut settings = ServerSettings::new(arguments.catalogue.clone());
    settings.kind = arguments.kind;
    settings.host = arguments.host;
    settings.port = arguments.port;
    settings.allowed_hosts = arguments.allowed_host.clone();
    settings.limits =
        ServerLimits::within((arguments.memory as usize).saturating_mul(1 << 20), tls.is_some());
    settings.sha = arguments.sha.clone();
    settings.tls = tls.map(|(certificate, key)| TlsFiles { certificate, key });
    settings.origins = arguments.origin.clone();
    if arguments.pull == Pull::Docker {
        settings.readiness = Readiness::not_yet();
    }
    settings.reload_token = env::var(RELOAD_TOKEN).ok().filter(|token| !token.is_empty());
    settings.registry = arguments.registry.options();
    settings.web = arguments.web.clone();
    settings.metrics = arguments.metrics;
    if arguments.gate.is_some() || arguments.policy.is_some() || !arguments.risks.is_empty() {
        let mode = match arguments.gate {
            Some(Gate::Enforce) => GateMode::Enforce,
            Some(Gate::Report) | None => GateMode::Report,
        };
        let policy = super::gate::of_files(arguments.policy.as_deref(), &arguments.risks)?;
        settings.gate = Some(GateSettings { policy, mode });
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

/// How images are pulled, where they are.
fn pull(arguments: &ServeArguments) -> Result<Option<Options>, Failure> {
    if arguments.pull == Pull::None {
        return Ok(None);
    }
    let socket = match &arguments.socket {
        Some(socket) => socket.clone(),
        None => Socket::from_environment().map_err(|error| {
            let hint = error.hint();
            Failure::hinted(error, Some(hint))
        })?,
    };
    Ok(Some(Options {
        socket,
        jobs: arguments.pull_jobs,
        ready_when: arguments.ready_when,
        missing: arguments.missing,
        marker: arguments.marker.clone(),
        ..Options::default()
    }))
}
