//! Where an image's registry is, and what it calls the image.

use std::net::IpAddr;

use start_points::ImageName;

/// Docker Hub by its name, by the host that serves it, and by what docker's configuration calls it.
const DOCKER_HUB: &str = "docker.io";
const DOCKER_HUB_HOST: &str = "registry-1.docker.io";
const DOCKER_HUB_LOGIN: &str = "https://index.docker.io/v1/";

/// The registry and the repository of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// `host[:port]`.
    pub(super) host: String,
    /// The path on it.
    pub(super) repository: String,
}

impl Address {
    pub(super) fn of(name: &ImageName) -> Self {
        let canonical = name.canonical();
        let registry = canonical.registry().unwrap_or(DOCKER_HUB);
        let host = if registry == DOCKER_HUB { DOCKER_HUB_HOST } else { registry };
        Self { host: host.to_owned(), repository: canonical.path().to_owned() }
    }

    /// What docker's configuration calls the registry.
    pub(super) fn login(&self) -> &str {
        if self.host == DOCKER_HUB_HOST { DOCKER_HUB_LOGIN } else { &self.host }
    }
}

/// Whether a `host[:port]` is on this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_hub_has_three_names() {
        let address = Address::of(&ImageName::parse("ruby:3").unwrap());
        assert_eq!(address.host, "registry-1.docker.io");
        assert_eq!(address.repository, "library/ruby");
        assert_eq!(address.login(), "https://index.docker.io/v1/");
        let address =
            Address::of(&ImageName::parse("ghcr.io/a/b@sha256:00112233445566778899aabbccddeeff").unwrap());
        assert_eq!((address.login(), address.repository.as_str()), ("ghcr.io", "a/b"));
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "localhost:5000", "127.0.0.1:80", "127.9.9.9", "[::1]:5000"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example.com", "127.0.0.1.example.com", "10.0.0.1:80", "ghcr.io", "1270.0.0.1"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
