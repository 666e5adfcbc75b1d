//! The arguments of `serve`.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};
use start_points::Kind;
use start_points_container::{Missing, ReadyWhen, Socket};
use start_points_server::{LogFormat, LogLevel, MEMORY, Source};

use super::RegistryArguments;

/// In MiB.
const DEFAULT_MEMORY: u32 = (MEMORY >> 20) as u32;

/// Arguments of `serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points serve ./acme-languages               a folder that `create` made
  start-points serve oci:./layout --port 0          an image layout, on any free port
  start-points serve ghcr.io/acme/languages:1.0     an image in a registry
  PORT=4524 IMAGE_TYPE=languages start-points serve as in today's image, from /app/repos
  start-points serve ./acme-languages --pull docker --marker /tmp/pulled.json
                                                    ready when docker has every image that it names
  start-points serve ./acme-languages --gate enforce
                                                    without what is too old, risky or unknown

The catalogue is read and checked first: a bad one is told as `check` tells it, and the exit code \
is 1. SIGHUP, or POST /v1/reload with the token in START_POINTS_RELOAD_TOKEN, reads it again and \
serves it from the next request on; a bad one is refused. SIGTERM and SIGINT finish the requests \
that are there. What is answered is in docs/service.md and at /openapi.json.")]
pub(crate) struct ServeArguments {
    /// A catalogue folder, oci:PATH, or an image in a registry
    #[arg(default_value = "/app/repos", value_name = "CATALOGUE")]
    pub catalogue: Source,
    /// The kind of its start-points, where it does not say it: languages, exercises, custom
    #[arg(long, value_name = "KIND", value_parser = super::words::kind(), hide_possible_values = true, env = "IMAGE_TYPE", hide_env_values = true)]
    pub kind: Option<Kind>,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0")]
    pub host: IpAddr,
    /// The port to listen on; 0 takes any that is free
    /// [default: 4524 languages, 4525 exercises, 4526 custom]
    #[arg(long, value_name = "PORT", env = "PORT", hide_env_values = true)]
    pub port: Option<u16>,
    /// A host that requests may name, besides addresses; * is any; may be repeated
    /// [default: on a loopback address localhost alone, else any]
    #[arg(long, value_name = "HOST")]
    pub allowed_host: Vec<String>,
    /// The memory that the service may take, in MiB: its limits follow from it
    #[arg(long, value_name = "MIB", env = "START_POINTS_MEMORY", hide_env_values = true, default_value_t = DEFAULT_MEMORY, value_parser = value_parser!(u32).range(40..))]
    pub memory: u32,
    /// What /sha answers
    #[arg(long, value_name = "SHA", env = "SHA", hide_env_values = true)]
    pub sha: Option<String>,
    /// A certificate in PEM: with it, TLS alone is spoken
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's key in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub registry: RegistryArguments,
    /// An origin whose pages may read the answers, such as https://example.com; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Vec<String>,
    /// Decide whether images may run, with the registries' facts: report shows it at /v1/gate and /shas; enforce
    /// besides leaves out what may not run, and is ready once it is decided
    #[arg(long, value_name = "MODE", num_args = 0..=1, default_missing_value = "report")]
    pub gate: Option<Gate>,
    /// The gate's policy, in TOML, or in JSON where the file's name ends in .json; with it, there is a gate
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A list of risks for the gate; may be repeated
    #[arg(long, value_name = "FILE")]
    pub risks: Vec<PathBuf>,
    /// The services that /shas shows: JSON, a name with a URL or a sha each
    #[arg(long, value_name = "FILE")]
    pub services: Option<PathBuf>,
    /// How long tests take, for /shas: a folder with NAME/TAG.json for images
    #[arg(long, value_name = "DIR")]
    pub durations: Option<PathBuf>,
    /// The folder of the set-up page, served at /setup/ [default: the page that was built with this command]
    #[arg(long, value_name = "DIR")]
    pub web: Option<PathBuf>,
    /// Count requests, and tell Prometheus at /metrics
    #[arg(long)]
    pub metrics: bool,
    /// Pulls the images that the catalogue names before it is ready
    #[arg(long, value_name = "HOW", default_value = "none")]
    pub pull: Pull,
    /// The container engine: a path, unix://PATH or tcp://HOST:PORT
    /// [default: $DOCKER_HOST, or /var/run/docker.sock]
    #[arg(long, value_name = "SOCKET", requires = "pull")]
    pub socket: Option<Socket>,
    /// How many images are pulled at once, at most
    #[arg(long, value_name = "N", default_value = "4", requires = "pull")]
    pub pull_jobs: NonZeroUsize,
    /// How much must be there to be ready: all, any, N%
    #[arg(long, value_name = "WHEN", default_value = "all", requires = "pull")]
    pub ready_when: ReadyWhen,
    /// What becomes of images that do not exist or may not be pulled: stay-unready, serve-without (what needs them is
    /// not offered until they are there)
    #[arg(long, value_name = "HOW", default_value = "stay-unready", requires = "pull")]
    pub missing: Missing,
    /// A file that remembers what was pulled: started again with the same catalogue, it is ready at once
    #[arg(long, value_name = "FILE", requires = "pull")]
    pub marker: Option<PathBuf>,
    /// How the log is written: text, json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log: LogFormat,
    /// What is logged: warn, info, debug (every request)
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log_level: LogLevel,
}

/// What comes of the gate's decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gate {
    /// They are shown.
    Report,
    /// What may not run is not offered.
    Enforce,
}

/// Arguments of `probe`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points probe || exit 1                      a container's health check
  start-points probe --port 8080

Exit codes: 0 ready, 1 not ready or not there. TLS is not spoken.")]
pub(crate) struct ProbeArguments {
    /// The port it listens on [default: whichever of 4524, 4525 and 4526 answers]
    #[arg(long, value_name = "PORT", env = "PORT", hide_env_values = true)]
    pub port: Option<u16>,
}

/// How images are pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pull {
    /// Not at all: it is ready as soon as it serves.
    None,
    /// By the container engine behind the socket, docker's or podman's.
    Docker,
}
