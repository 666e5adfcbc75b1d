//! The registry and repository of an image, and which hosts may get a registry's credential.

use std::net::IpAddr;

use start_points::ImageName;
use ureq::http::Uri;

/// Docker Hub: its name, its host, and its key in Docker's configuration:
/// <https://github.com/distribution/reference/blob/main/normalize.go> and
/// <https://github.com/moby/moby/blob/v28.0.0/registry/config.go> (`IndexServer`, `DefaultV2Registry`).
const DOCKER_HUB: &str = "docker.io";
const DOCKER_HUB_HOST: &str = "registry-1.docker.io";
const DOCKER_HUB_KEY: &str = "https://index.docker.io/v1/";

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

    /// The key of the registry in Docker's configuration.
    pub(super) fn credential_key(&self) -> &str {
        if self.host == DOCKER_HUB_HOST { DOCKER_HUB_KEY } else { &self.host }
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

/// The reference of a manifest in a registry: the digest of the name, or else its tag.
pub(super) fn tag_or_digest(name: &ImageName) -> String {
    name.digest().or(name.tag()).unwrap_or("latest").to_owned()
}

/// Registries and token services with unrelated names and one owner.
const PAIRS: [(&str, &str); 1] = [("registry-1.docker.io", "auth.docker.io")];

/// Which hosts may get a registry's credential.
///
/// A registry names its token service, so a hijacked one could name any host: see
/// [CVE-2020-15157](https://nvd.nist.gov/vuln/detail/CVE-2020-15157). A credential goes to the registry itself, and over
/// TLS also to its name on another port and to names above and below it: the owner of `example.com` controls
/// `registry.example.com`. A sibling such as `auth.example.com` may belong to somebody else.
/// Both URLs have the same scheme.
pub(super) fn may_send_credential(registry: &Uri, realm: &Uri, allowed: &[String]) -> bool {
    let host_of = |url: &Uri| url.host().unwrap_or_default().to_ascii_lowercase();
    let port_of = |url: &Uri| url.port_u16().unwrap_or(if is_secure(url) { 443 } else { 80 });
    let (ours, theirs) = (host_of(registry), host_of(realm));
    if (&ours, port_of(registry)) == (&theirs, port_of(realm)) {
        return true;
    }
    let names_it = |allowed: &String| {
        let allowed = allowed.to_ascii_lowercase();
        match realm.port() {
            Some(port) => allowed == format!("{theirs}:{port}"),
            None => allowed == theirs,
        }
    };
    if allowed.iter().any(names_it) {
        return true;
    }
    let is_near = ours == theirs || is_below(&ours, &theirs) || is_below(&theirs, &ours);
    is_secure(registry)
        && is_secure(realm)
        && is_name(&ours)
        && is_name(&theirs)
        && (is_near || PAIRS.contains(&(&*ours, &*theirs)))
}

fn is_secure(url: &Uri) -> bool {
    url.scheme_str() == Some("https")
}

/// Not an address, nor a name of one label such as `localhost`: on such a host others may have a port as well.
fn is_name(host: &str) -> bool {
    host.contains('.') && !host.starts_with('[') && host.parse::<IpAddr>().is_err()
}

fn is_below(name: &str, above: &str) -> bool {
    name.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_hub_has_three_names() {
        let address = Address::of(&ImageName::parse("ruby:3").unwrap());
        assert_eq!(address.host, "registry-1.docker.io");
        assert_eq!(address.repository, "library/ruby");
        assert_eq!(address.credential_key(), "https://index.docker.io/v1/");
        let address =
            Address::of(&ImageName::parse("ghcr.io/a/b@sha256:00112233445566778899aabbccddeeff").unwrap());
        assert_eq!((address.credential_key(), address.repository.as_str()), ("ghcr.io", "a/b"));
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

    fn may(registry: &str, realm: &str, allowed: &[&str]) -> bool {
        let allowed: Vec<String> = allowed.iter().map(|&host| host.to_owned()).collect();
        may_send_credential(&registry.parse().unwrap(), &realm.parse().unwrap(), &allowed)
    }

    #[test]
    fn a_credential_goes_to_its_registry_and_related_hosts() {
        for (registry, realm) in [
            ("https://ghcr.io/v2/x", "https://ghcr.io/token"),
            ("https://ghcr.io/v2/x", "https://GHCR.io:443/token"),
            ("https://registry-1.docker.io/v2/", "https://auth.docker.io/token"),
            ("https://registry.gitlab.com/v2/", "https://gitlab.com/jwt/auth"),
            ("https://git.example.com:5050/v2/", "https://git.example.com/jwt/auth"),
            ("https://example.com/v2/", "https://auth.example.com/token"),
            ("http://127.0.0.1:5000/v2/", "http://127.0.0.1:5000/token"),
            ("http://localhost/v2/", "http://localhost:80/token"),
            ("http://registry.example/v2/", "http://registry.example/token"),
        ] {
            assert!(may(registry, realm, &[]), "{registry} {realm}");
        }
    }

    #[test]
    fn it_goes_to_no_other_host_unless_allowed() {
        for (registry, realm, allowed) in [
            ("https://ghcr.io/v2/x", "https://evil.example/token", "evil.example"),
            ("https://ghcr.io/v2/x", "https://notghcr.io/token", "notghcr.io"),
            ("https://ghcr.io/v2/x", "https://ghcr.io.evil.example/token", "ghcr.io.evil.example"),
            ("https://alice.github.io/v2/", "https://bob.github.io/token", "bob.github.io"),
            ("https://registry.example.com/v2/", "https://auth.example.com/token", "AUTH.example.com"),
            ("https://evil.example/v2/", "https://auth.docker.io/token", "auth.docker.io"),
            ("https://registry-1.docker.io/v2/", "https://docker.io.evil.example/", "docker.io.evil.example"),
            ("http://127.0.0.1:5000/v2/", "http://127.0.0.1:5001/token", "127.0.0.1:5001"),
            ("https://127.0.0.1:5000/v2/", "https://127.0.0.1:5001/token", "127.0.0.1:5001"),
            ("https://[::1]:5000/v2/", "https://[::1]:5001/token", "[::1]:5001"),
            ("https://10.0.0.1/v2/", "https://0.0.1/token", "0.0.1"),
            ("https://localhost:1/v2/", "https://localhost:2/token", "localhost:2"),
            ("https://registry.example/v2/", "https://example/token", "example"),
            ("http://registry.example.com/v2/", "http://example.com/token", "example.com"),
            ("http://example.com:5000/v2/", "http://example.com/token", "example.com"),
        ] {
            assert!(!may(registry, realm, &[]), "{registry} {realm}");
            assert!(!may(registry, realm, &["other.example", "other.example:443"]), "{registry} {realm}");
            assert!(may(registry, realm, &[allowed]), "{registry} {realm}");
        }
    }
}
