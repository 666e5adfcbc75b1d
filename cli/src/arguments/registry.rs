//! The arguments of the commands that speak to registries.

use std::path::PathBuf;

use clap::Args;
use start_points_oci::registry::Options;

/// How registries are spoken to.
#[derive(Debug, Args, Clone, Default)]
pub(crate) struct RegistryArguments {
    /// Speak to registries without encryption; one on this machine is anyway, where it has none
    #[arg(long)]
    pub plain_http: bool,
    /// A file of certificates (PEM) to trust besides the system's; may be repeated
    #[arg(long, value_name = "FILE")]
    pub ca_file: Vec<PathBuf>,
    /// A host that may be sent the log-in of a registry whose tokens come from there; may be repeated
    #[arg(long, value_name = "HOST[:PORT]")]
    pub token_host: Vec<String>,
}

impl RegistryArguments {
    /// How the client speaks to registries; what the arguments do not say is as usual.
    pub(crate) fn options(&self) -> Options {
        Options {
            plain_http: self.plain_http,
            roots: self.ca_file.clone(),
            token_hosts: self.token_host.clone(),
            ..Options::default()
        }
    }
}
