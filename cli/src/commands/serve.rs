//! `serve`: a catalogue over HTTP, until it is stopped.

use std::env;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};
use start_points::{Kind, render};
use start_points_container::Socket;
use start_points_server::prepull::{MissingImages, PrePullOptions, PrePullTask, ReadyWhen};
use start_points_server::{
    CatalogueSource, GateMode, GateSettings, Hangups, LoadError, LogFormat, LogLevel, MEMORY, Readiness,
    Server, ServerLimits, ServerSettings, StartError, TlsFiles, log, read_services, stop_signal,
};

use crate::arguments::kind_parser;
use crate::error::{CliError, CommandOutcome};
use crate::output::{eprint_line, print_styled};
use crate::registry::RegistryArguments;

/// In MiB.
const DEFAULT_MEMORY: u32 = (MEMORY >> 20) as u32;

/// Arguments of `serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points serve ./acme-languages               a folder that `create` made
  start-points serve oci:./layout --port 0          an image layout, on any free port
  start-points serve ghcr.io/acme/languages:1.0     an image in a registry
  PORT=4524 IMAGE_TYPE=languages start-points serve as the current image does, from /app/repos
  start-points serve ./acme-languages --pull docker --marker /tmp/pulled.json
                                                    ready when docker has all of its images
  start-points serve ./acme-languages --gate enforce
                                                    without denied images

The catalogue is checked first: faults are reported as by `check`, with exit code 1. SIGHUP, or \
POST /v1/reload with the token in START_POINTS_RELOAD_TOKEN, reloads it unless it has faults. SIGTERM \
and SIGINT finish open requests, then stop. The API is described in docs/service.md and at /openapi.json.")]
pub(crate) struct ServeArguments {
    /// A catalogue folder, oci:PATH, or an image in a registry
    #[arg(default_value = "/app/repos", value_name = "CATALOGUE")]
    pub catalogue: CatalogueSource,
    /// The kind of its start-points, if the catalogue does not record it: languages, exercises, custom
    #[arg(long, value_name = "KIND", value_parser = kind_parser(), hide_possible_values = true, env = "IMAGE_TYPE", hide_env_values = true)]
    pub kind: Option<Kind>,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0")]
    pub host: IpAddr,
    /// The port to listen on; 0 for any free port
    /// [default: 4524 languages, 4525 exercises, 4526 custom]
    #[arg(long, value_name = "PORT", env = "PORT", hide_env_values = true)]
    pub port: Option<u16>,
    /// A host name to accept in requests, in addition to IP addresses; * accepts any; repeatable
    /// [default: localhost on a loopback address, otherwise any]
    #[arg(long, value_name = "HOST")]
    pub allowed_host: Vec<String>,
    /// The memory for the service in MiB, from which its limits follow
    #[arg(long, value_name = "MIB", env = "START_POINTS_MEMORY", hide_env_values = true, default_value_t = DEFAULT_MEMORY, value_parser = value_parser!(u32).range(40..))]
    pub memory: u32,
    /// The response of /sha
    #[arg(long, value_name = "SHA", env = "SHA", hide_env_values = true)]
    pub sha: Option<String>,
    /// PEM certificate; serves HTTPS only
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// PEM key of the certificate
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub registry: RegistryArguments,
    /// An origin to allow for CORS, such as https://example.com; repeatable
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Vec<String>,
    /// Decide whether images may run: report shows the decisions at /v1/gate and /shas; enforce also hides
    /// start-points that may not run, and is ready once all are decided
    #[arg(long, value_name = "MODE", num_args = 0..=1, default_missing_value = "report")]
    pub gate: Option<GateArgument>,
    /// The gate's policy file, in TOML, or in JSON if named *.json; implies --gate
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A list of advisories for the gate; implies --gate; repeatable
    #[arg(long, value_name = "FILE")]
    pub risks: Vec<PathBuf>,
    /// The services that /shas shows: a JSON object of names and URLs or shas
    #[arg(long, value_name = "FILE")]
    pub services: Option<PathBuf>,
    /// Test durations for /shas: a folder with NAME/TAG.json for images
    #[arg(long, value_name = "DIR")]
    pub durations: Option<PathBuf>,
    /// The folder of the set-up page, served at /setup/ [default: the built-in page]
    #[arg(long, value_name = "DIR")]
    pub web: Option<PathBuf>,
    /// Serve Prometheus metrics at /metrics
    #[arg(long)]
    pub metrics: bool,
    /// Pull the images of the catalogue before the service is ready
    #[arg(long, value_name = "HOW", default_value = "none")]
    pub pull: PullArgument,
    /// The container engine: a path, unix://PATH or tcp://HOST:PORT
    /// [default: $DOCKER_HOST, or /var/run/docker.sock]
    #[arg(long, value_name = "SOCKET", requires = "pull")]
    pub socket: Option<Socket>,
    /// The number of concurrent pulls
    #[arg(long, value_name = "N", default_value = "4", requires = "pull")]
    pub pull_jobs: NonZeroUsize,
    /// The share of images to be present for readiness: all, any, N%
    #[arg(long, value_name = "WHEN", default_value = "all", requires = "pull")]
    pub ready_when: ReadyWhen,
    /// If images are missing or cannot be pulled: stay-unready, or serve-without (hides their start-points until
    /// they are present)
    #[arg(long, value_name = "HOW", default_value = "stay-unready", requires = "pull")]
    pub missing: MissingImages,
    /// A file that records pulled images: after a restart with the same catalogue the service is ready at once
    #[arg(long, value_name = "FILE", requires = "pull")]
    pub marker: Option<PathBuf>,
    /// Log format: text, json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log: LogFormat,
    /// Log level: warn, info, debug (logs every request)
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log_level: LogLevel,
}

/// What the gate's decisions are used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GateArgument {
    /// They are shown
    Report,
    /// Denied start-points are hidden as well
    Enforce,
}

/// How images are pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PullArgument {
    /// Not at all: the service is ready at once
    None,
    /// By docker or podman, behind the socket
    Docker,
}

/// Where the token for reloading is looked for: an argument would be seen by everybody.
const RELOAD_TOKEN: &str = "START_POINTS_RELOAD_TOKEN";

pub(crate) fn run(arguments: &ServeArguments) -> Result<CommandOutcome, CliError> {
    log(arguments.log, arguments.log_level);
    let pull = pull(arguments)?;
    let runtime = start_points_server::runtime()?;
    let settings = settings(arguments)?;
    runtime.block_on(async {
        // From the first instant on, so that a signal is never the system's to answer.
        let (stop, hangups) = (stop_signal()?, Hangups::listen()?);
        let server = match Server::start(settings).await {
            Ok(server) => server,
            Err(StartError::Catalogue(LoadError::Faults(faults))) => {
                print_styled(&render::full(&faults.report, &faults.sources, true))?;
                eprint_line(&render::summary(faults.report.summary()))?;
                return Ok(CommandOutcome::Faults);
            }
            Err(error) => {
                let hint = error.hint();
                return Err(CliError::hinted(error, hint));
            }
        };
        tell(arguments, &server)?;
        let pulling = match pull {
            Some(options) => Some(tokio::spawn(PrePullTask::start(server.handle(), options).await.run())),
            None => None,
        };
        let reloading = tokio::spawn(hangups.reload(server.handle()));
        server.run_until_stopped(stop).await;
        reloading.abort();
        if let Some(pulling) = pulling {
            pulling.abort();
        }
        Ok(CommandOutcome::Clean)
    })
}

/// Says where it listens, as the rest of the log is written.
fn tell(arguments: &ServeArguments, server: &Server) -> Result<(), CliError> {
    let scheme = if arguments.tls_cert.is_some() { "https" } else { "http" };
    let (catalogue, url) = (arguments.catalogue.to_string(), format!("{scheme}://{}", server.address()));
    match arguments.log {
        LogFormat::Text => eprint_line(&format!("serving {catalogue} at {url}"))?,
        LogFormat::Json => tracing::info!(catalogue, url, "serving"),
    }
    Ok(())
}

fn settings(arguments: &ServeArguments) -> Result<ServerSettings, CliError> {
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
    if arguments.pull == PullArgument::Docker {
        settings.readiness = Readiness::not_yet();
    }
    settings.reload_token = env::var(RELOAD_TOKEN).ok().filter(|token| !token.is_empty());
    settings.registry = arguments.registry.options();
    settings.web = arguments.web.clone();
    settings.metrics = arguments.metrics;
    if arguments.gate.is_some() || arguments.policy.is_some() || !arguments.risks.is_empty() {
        let mode = match arguments.gate {
            Some(GateArgument::Enforce) => GateMode::Enforce,
            Some(GateArgument::Report) | None => GateMode::Report,
        };
        let policy = start_points_gate::read_policy_with(arguments.policy.as_deref(), &arguments.risks)?;
        settings.gate = Some(GateSettings { policy, mode });
    }
    if let Some(file) = &arguments.services {
        settings.shas.services = read_services(file).map_err(|error| {
            let hint = error.hint();
            CliError::hinted(error, Some(hint))
        })?;
    }
    settings.shas.durations = arguments.durations.clone();
    Ok(settings)
}

/// How images are pulled, where they are.
fn pull(arguments: &ServeArguments) -> Result<Option<PrePullOptions>, CliError> {
    if arguments.pull == PullArgument::None {
        return Ok(None);
    }
    let socket = match &arguments.socket {
        Some(socket) => socket.clone(),
        None => Socket::from_environment().map_err(|error| {
            let hint = error.hint();
            CliError::hinted(error, Some(hint))
        })?,
    };
    Ok(Some(PrePullOptions {
        socket,
        jobs: arguments.pull_jobs,
        ready_when: arguments.ready_when,
        missing: arguments.missing,
        marker: arguments.marker.clone(),
        ..PrePullOptions::default()
    }))
}
