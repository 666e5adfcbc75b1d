//! How a service is run.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use start_points::Kind;
use start_points::gate::Policy;
use start_points_catalogue::Source;
use start_points_oci::registry;

use crate::limits::Limits;
use crate::readiness::Readiness;
use crate::shas::ShasSettings;

/// How a service is run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// Where the catalogue is read from, at the start and on each reload.
    pub source: Source,
    /// The kind of its start-points, for a catalogue that does not say it itself.
    pub kind: Option<Kind>,
    /// How a registry is spoken to, for a catalogue that is in one.
    pub registry: registry::Options,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 takes any that is free. Without one, it is that of the catalogue's kind.
    pub port: Option<u16>,
    /// The hosts that requests may name, besides addresses; `*` is any. Without one, a service that listens on loopback
    /// answers for that alone, and another one for any.
    pub allowed_hosts: Vec<String>,
    /// What `/sha` answers.
    pub sha: Option<String>,
    /// The certificate and key for TLS; without them there is none.
    pub tls: Option<Tls>,
    /// The origins whose pages may read the answers.
    pub origins: Vec<String>,
    /// Who holds this may reload; without one `/v1/reload` refuses all.
    pub reload_token: Option<String>,
    /// The folder of the set-up page; without one, the page that the binary holds.
    pub web: Option<PathBuf>,
    /// Whether `/metrics` is answered.
    pub metrics: bool,
    /// Readiness until somebody says otherwise.
    pub readiness: Readiness,
    /// The gate; without one no registry is asked about images.
    pub gate: Option<GateSettings>,
    /// What the shas page shows besides the catalogue.
    pub shas: ShasSettings,
    /// What requests and connections may cost.
    pub limits: Limits,
}

/// What the gate allows, and what comes of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GateSettings {
    /// What it allows.
    pub policy: Policy,
    /// What becomes of start-points whose images it does not allow.
    pub mode: GateMode,
}

/// What becomes of start-points whose images the gate does not allow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GateMode {
    /// They are offered; `/v1/gate` and the shas page show what the gate says.
    #[default]
    Report,
    /// They are not offered, and nothing is ready before the gate has decided.
    Enforce,
}

/// Files in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The certificate, and those that lead to its root.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Settings {
    /// Serves this catalogue on any free port of this machine alone, with the usual limits.
    #[must_use]
    pub fn new(source: Source) -> Self {
        Self {
            source,
            kind: None,
            registry: registry::Options::default(),
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: Some(0),
            sha: None,
            tls: None,
            allowed_hosts: Vec::new(),
            origins: Vec::new(),
            reload_token: None,
            web: None,
            metrics: false,
            readiness: Readiness::default(),
            gate: None,
            shas: ShasSettings::default(),
            limits: Limits::default(),
        }
    }
}
