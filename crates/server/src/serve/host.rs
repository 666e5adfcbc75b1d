//! Which `Host` a request may have. A web page must not reach a service on this machine under a name of its own that
//! resolves to this machine (DNS rebinding): <https://en.wikipedia.org/wiki/DNS_rebinding>.

use std::net::IpAddr;

use http::header::HOST;
use http::uri::Authority;
use http::{Request, StatusCode, Version};

use crate::settings::ServerSettings;

/// Why a request is refused for its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostError {
    /// HTTP/1.1 requires exactly one: <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>.
    NotOne,
    /// Not a host and port.
    Malformed,
    /// Not a host of this service: <https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20>.
    NotOurs,
}

impl HostError {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::NotOne | Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NotOurs => StatusCode::MISDIRECTED_REQUEST,
        }
    }

    pub(super) const fn message(self) -> &'static str {
        match self {
            Self::NotOne => "a request needs exactly one Host header",
            Self::Malformed => "the Host header is not a host and port",
            Self::NotOurs => "this service does not serve the host of the request; `--allowed-host` adds it",
        }
    }
}

/// Checks the `Host` of a request, and the host in its target if it has one.
pub(super) fn check<B>(settings: &ServerSettings, request: &Request<B>) -> Result<(), HostError> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => Some(Authority::try_from(host.as_bytes()).map_err(|_| HostError::Malformed)?),
        // HTTP/1.0 does not require one, and browsers do not use HTTP/1.0.
        (None, _) if request.version() < Version::HTTP_11 => None,
        _ => return Err(HostError::NotOne),
    };
    for named in host.iter().chain(request.uri().authority()) {
        if named.as_str().contains('@') {
            return Err(HostError::Malformed);
        }
        if !is_ours(settings, named.host()) {
            return Err(HostError::NotOurs);
        }
    }
    Ok(())
}

/// An IP address cannot be rebound. A service on loopback accepts loopback names and addresses only.
fn is_ours(settings: &ServerSettings, host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let address: Option<IpAddr> = name.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let is_listed = |listed: &String| listed == "*" || listed.eq_ignore_ascii_case(name);
    if settings.allowed_hosts.iter().any(is_listed) {
        return true;
    }
    match (settings.host.is_loopback(), address) {
        (true, Some(address)) => address.is_loopback(),
        (true, None) => name.eq_ignore_ascii_case("localhost"),
        (false, Some(_)) => true,
        (false, None) => settings.allowed_hosts.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use start_points_catalogue::Source;

    fn is_accepted(listen: &str, allowed: &[&str], host: &str) -> bool {
        let mut settings = ServerSettings::new(Source::Folder("/".into()));
        settings.host = listen.parse().expect("an address");
        settings.allowed_hosts = allowed.iter().map(|host| (*host).to_owned()).collect();
        let request = Request::builder().header(HOST, host).body(()).expect("a request");
        check(&settings, &request).is_ok()
    }

    #[test]
    fn a_service_on_loopback_accepts_loopback_names_only() {
        for host in
            ["localhost", "LOCALHOST:80", "localhost.:1", "127.0.0.1:4524", "127.1.2.3", "[::1]", "[::1]:80"]
        {
            assert!(is_accepted("127.0.0.1", &[], host) && is_accepted("::1", &[], host), "{host}");
        }
        for host in
            ["example.com", "localhost.example.com", "10.0.0.1", "127.0.0.1.example.com", "x@localhost", ""]
        {
            assert!(!is_accepted("127.0.0.1", &[], host), "{host}");
            assert!(
                is_accepted("127.0.0.1", &["*"], host) != host.is_empty() || host.contains('@'),
                "{host}"
            );
        }
        assert!(is_accepted("127.0.0.1", &["example.com"], "Example.com:8080"));
        assert!(is_accepted("127.0.0.1", &["example.com"], "localhost"));
    }

    #[test]
    fn other_services_accept_any_host_until_some_are_listed() {
        assert!(is_accepted("0.0.0.0", &[], "example.com"));
        assert!(is_accepted("0.0.0.0", &["a.example"], "a.example:80"));
        assert!(
            is_accepted("0.0.0.0", &["a.example"], "10.1.2.3:8080"),
            "Kubernetes sends probes to the address"
        );
        assert!(!is_accepted("0.0.0.0", &["a.example"], "b.example"));
    }
}
