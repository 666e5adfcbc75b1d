//! Which hosts a registry's log-in may go to.
//!
//! A registry says where its tokens come from, and whoever answers for it could name any host: see
//! [CVE-2020-15157](https://nvd.nist.gov/vuln/detail/CVE-2020-15157). A log-in goes to the registry itself, and over TLS
//! to its name on another port, and to names above and below it: who answers for `example.com` answers for
//! `registry.example.com`. Beside it, as `auth.example.com` is, anybody may be, for all that a name tells.

use std::net::IpAddr;

use ureq::http::Uri;

/// Pairs of registry and token host that have their own names and one owner.
const PAIRS: [(&str, &str); 1] = [("registry-1.docker.io", "auth.docker.io")];

/// Whether the log-in of a registry may be sent to where its tokens come from. Both URLs have the same scheme.
pub(super) fn may_log_in(registry: &Uri, realm: &Uri, allowed: &[String]) -> bool {
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

/// Addresses, and names of one label such as `localhost`, are of a machine that others have a port on as well.
fn is_name(host: &str) -> bool {
    host.contains('.') && !host.starts_with('[') && host.parse::<IpAddr>().is_err()
}

fn is_below(name: &str, above: &str) -> bool {
    name.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(registry: &str, realm: &str, allowed: &[&str]) -> bool {
        let allowed: Vec<String> = allowed.iter().map(|&host| host.to_owned()).collect();
        may_log_in(&registry.parse().unwrap(), &realm.parse().unwrap(), &allowed)
    }

    #[test]
    fn a_log_in_goes_to_its_registry_and_to_whoever_answers_for_its_name() {
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
    fn it_goes_nowhere_else_unless_that_is_allowed() {
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
