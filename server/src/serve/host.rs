//! Which hosts a request may be for.
//!
//! A page of anybody's whose name is made to resolve to this machine (DNS rebinding) is of the same origin as what it
//! then asks; only the name gives it away. A service on loopback is for this machine alone, and is asked by its names.
//! Elsewhere nobody but who runs the service knows its names: probes ask by the address of a pod.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::header::HOST;
use http::uri::Authority;
use http::{Request, StatusCode, Version};

use crate::settings::Settings;
use crate::v1::Failure;

/// The hosts that requests may name.
#[derive(Debug, Clone)]
pub(super) enum Hosts {
    /// Any.
    Any,
    /// These, in lower case, and this machine's own names.
    These(Vec<String>),
}

impl Hosts {
    /// What the settings allow; by themselves any, but on loopback only this machine.
    pub(super) fn of(settings: &Settings) -> Self {
        match settings.allowed_hosts.is_empty() && !settings.host.is_loopback() {
            true => Self::Any,
            false => {
                Self::These(settings.allowed_hosts.iter().map(|host| host.to_ascii_lowercase()).collect())
            }
        }
    }

    /// Refuses a request that names no host, several, or one that is not meant.
    pub(super) fn check<B>(&self, request: &Request<B>) -> Result<(), Failure> {
        let wrong = |what: &str| Err(Failure::new(StatusCode::BAD_REQUEST, what));
        let mut named = request.headers().get_all(HOST).iter();
        let (first, second) = (named.next(), named.next());
        if second.is_some() {
            return wrong("the request has more than one `Host`");
        }
        // The authority of an absolute target wins: RFC 9112, section 3.2.2.
        let authority = match (request.uri().authority(), first) {
            (Some(authority), _) => authority.clone(),
            (None, None) if request.version() < Version::HTTP_11 => return Ok(()),
            (None, None) => return wrong("the request has no `Host`"),
            (None, Some(value)) => match Authority::try_from(value.as_bytes()) {
                Ok(authority) => authority,
                Err(_) => return wrong("`Host` is not a host with a port"),
            },
        };
        match self {
            Self::These(hosts)
                if !is_own(authority.host()) && !hosts.iter().any(|host| names(host, &authority)) =>
            {
                let failure =
                    Failure::new(StatusCode::MISDIRECTED_REQUEST, "this service is not for that host");
                Err(failure.hint("allow its name with `--allowed-host`"))
            }
            _ => Ok(()),
        }
    }
}

/// Whether an allowed host, with a port or for any, is the one named.
fn names(allowed: &str, authority: &Authority) -> bool {
    allowed.eq_ignore_ascii_case(authority.as_str()) || allowed.eq_ignore_ascii_case(authority.host())
}

/// The names of this machine for itself.
fn is_own(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| match address {
            IpAddr::V4(address) => address == Ipv4Addr::LOCALHOST,
            IpAddr::V6(address) => address == Ipv6Addr::LOCALHOST,
        })
}
