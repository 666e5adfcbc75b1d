//! The settings of a service, and the readiness it starts with.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use start_points::Kind;
use start_points::gate::Policy;
use start_points_catalogue::CatalogueSource;
use start_points_oci::registry;

use crate::limits::ServerLimits;
use crate::shas::services::ShasService;

/// The settings of a service.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ServerSettings {
    /// Where the catalogue is read from, at the start and on each reload.
    pub source: CatalogueSource,
    /// The kind of its start-points, for a catalogue that does not state it.
    pub kind: Option<Kind>,
    /// How to reach a registry, for a catalogue that is in one.
    pub registry: registry::RegistryOptions,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 picks a free one. `None` is the port of the catalogue's kind.
    pub port: Option<u16>,
    /// The host names that requests may have besides IP addresses; `*` is any. Empty, a service that listens on
    /// loopback accepts loopback names only, and any other service accepts all.
    pub allowed_hosts: Vec<String>,
    /// The answer of `/sha`.
    pub sha: Option<String>,
    /// The certificate and key for HTTPS; `None` serves plain HTTP.
    pub tls: Option<TlsFiles>,
    /// The origins whose pages may read responses (CORS).
    pub origins: Vec<String>,
    /// The token that permits a reload; without one, `/v1/reload` refuses every request.
    pub reload_token: Option<String>,
    /// The folder of the set-up page; `None` is the page built into the binary.
    pub web: Option<PathBuf>,
    /// Whether `/metrics` is served.
    pub metrics: bool,
    /// Readiness until [`ServerHandle::readiness`](crate::ServerHandle::readiness) changes it.
    pub readiness: Readiness,
    /// The gate; without one, no registry is asked about images.
    pub gate: Option<GateSettings>,
    /// What the shas page shows besides the catalogue.
    pub shas: ShasSettings,
    /// The resource limits for requests and connections.
    pub limits: ServerLimits,
}

/// The gate's policy, and what its decisions lead to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GateSettings {
    /// Which images it allows.
    pub policy: Policy,
    /// What happens to start-points whose images it does not allow.
    pub mode: GateMode,
}

/// What happens to start-points whose images the gate does not allow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GateMode {
    /// They are offered; `/v1/gate` and the shas page show the decisions.
    #[default]
    Report,
    /// They are not offered, and the service is not ready before the gate has decided.
    Enforce,
}

/// What the shas page shows besides the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShasSettings {
    /// The services, in display order.
    pub services: Vec<ShasService>,
    /// A folder of test durations: `NAME/TAG.json`, by the last part of the image's name and its tag.
    pub durations: Option<PathBuf>,
}

/// The PEM files for HTTPS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by its intermediates.
    pub certificate: PathBuf,
    /// The certificate's private key.
    pub key: PathBuf,
}

/// Whether the service is ready; the holder of the other end of its channel decides.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Readiness {
    /// The answer of `/ready`.
    pub ready: bool,
    /// The images whose start-points are not offered, because the images are not present. Empty, everything is
    /// offered.
    pub missing_images: BTreeSet<String>,
    /// A JSON object that `/v1/ready` adds to its answer.
    pub details: Option<serde_json::Value>,
}

impl Readiness {
    /// Not ready, with everything offered.
    #[must_use]
    pub fn not_yet() -> Self {
        Self { ready: false, ..Self::default() }
    }
}

/// Ready as soon as the service runs.
impl Default for Readiness {
    fn default() -> Self {
        Self { ready: true, missing_images: BTreeSet::new(), details: None }
    }
}

impl ServerSettings {
    /// Serves this catalogue on a free loopback port, with the default limits.
    #[must_use]
    pub fn new(source: CatalogueSource) -> Self {
        Self {
            source,
            kind: None,
            registry: registry::RegistryOptions::default(),
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
            limits: ServerLimits::default(),
        }
    }
}
