//! Git's error messages, mapped to [`FetchErrorKind`].
//!
//! Git reports errors in words, and `LC_ALL=C` keeps them English. Lines of the server (`remote: …`) are ignored: a
//! server must not choose how its failure is reported. The words come from git
//! (<https://github.com/git/git/blob/master/remote-curl.c>, <https://github.com/git/git/blob/master/fetch-pack.c>),
//! from curl (<https://github.com/curl/curl/blob/master/lib/strerror.c>) and from OpenSSH.

use start_points::shown::shown;

use crate::error::{FetchErrorKind, NetworkFault};

/// The standard error of a run of git, without secrets.
#[derive(Debug, Clone)]
pub(crate) struct GitStderr(String);

/// What a server refused, and another request avoids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerRefusal {
    /// An object that no reference points at, by its hash
    /// (<https://git-scm.com/docs/git-config#Documentation/git-config.txt-uploadpackallowAnySHA1InWant>).
    Unadvertised,
    /// A shallow or filtered fetch.
    Shallow,
}

const NETWORK: [(&str, NetworkFault); 26] = [
    ("could not resolve", NetworkFault::Name),
    ("name or service not known", NetworkFault::Name),
    ("temporary failure in name resolution", NetworkFault::Name),
    ("connection refused", NetworkFault::Refused),
    ("couldn't connect to server", NetworkFault::Refused),
    ("could not connect to server", NetworkFault::Refused),
    ("failed to connect", NetworkFault::Refused),
    ("no route to host", NetworkFault::Refused),
    ("network is unreachable", NetworkFault::Refused),
    ("operation too slow", NetworkFault::Stalled),
    ("timed out", NetworkFault::Stalled),
    ("timeout", NetworkFault::Stalled),
    ("returned error: 408", NetworkFault::Server),
    ("returned error: 429", NetworkFault::Server),
    ("returned error: 5", NetworkFault::Server),
    ("connection reset", NetworkFault::Broken),
    ("connection closed by", NetworkFault::Broken),
    ("empty reply from server", NetworkFault::Broken),
    ("early eof", NetworkFault::Broken),
    ("recv failure", NetworkFault::Broken),
    ("send failure", NetworkFault::Broken),
    ("transfer closed", NetworkFault::Broken),
    ("hung up unexpectedly", NetworkFault::Broken),
    ("unexpected disconnect", NetworkFault::Broken),
    ("unexpected eof", NetworkFault::Broken),
    ("http/2 stream", NetworkFault::Broken),
];

impl GitStderr {
    pub(super) fn new(stderr: &str, secret: Option<&str>) -> Self {
        Self(match secret {
            Some(secret) if !secret.is_empty() => stderr.replace(secret, "****"),
            _ => stderr.to_owned(),
        })
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("remote:"))
    }

    /// The line to show: the first one that git marks as fatal or as an error.
    fn main_line(&self) -> &str {
        let is_error = |line: &&str| line.starts_with("fatal:") || line.starts_with("error:");
        let first =
            self.lines().find(is_error).or_else(|| self.lines().next()).unwrap_or("git printed no message");
        let plain = first.trim_start_matches("fatal:").trim_start_matches("error:").trim();
        // Our message names the URL already.
        let after_url = plain.strip_prefix("unable to access '").and_then(|rest| rest.split_once("': "));
        after_url.map_or(plain, |(_, rest)| rest)
    }

    /// What the server refused, if another request avoids it.
    pub(crate) fn refusal(&self) -> Option<ServerRefusal> {
        let text = self.0.to_ascii_lowercase();
        let any = |needles: &[&str]| needles.iter().any(|needle| text.contains(needle));
        if any(&["unadvertised object", "not our ref", "no such remote ref", "couldn't find remote ref"]) {
            return Some(ServerRefusal::Unadvertised);
        }
        any(&["dumb http transport", "does not support shallow", "does not support --depth"])
            .then_some(ServerRefusal::Shallow)
    }

    /// Whether several objects begin with the given digits.
    pub(crate) fn is_ambiguous(&self) -> bool {
        self.0.contains("is ambiguous")
    }

    /// The reason of the failure.
    pub(crate) fn kind(&self) -> FetchErrorKind {
        let text = unquoted(&self.lines().collect::<Vec<_>>().join("\n")).to_ascii_lowercase();
        let any = |needles: &[&str]| needles.iter().any(|needle| text.contains(needle));
        let message = || shown(self.main_line()).into_owned();
        if any(&["no space left on device"]) {
            return FetchErrorKind::Io(message());
        }
        if any(&["signal 25", "file too large", "file size limit"]) {
            return FetchErrorKind::TransferTooLarge;
        }
        if any(&["out of memory", "memory exhausted", "mmap failed", "cannot allocate memory"]) {
            return FetchErrorKind::TooMuchMemory;
        }
        if any(&["dubious ownership"]) {
            return FetchErrorKind::DubiousOwnership;
        }
        let redirected = any(&["redirect", "returned error: 30"]);
        let scheme = any(&["disabled in libcurl", "disabled or unsupported", "unsupported protocol"])
            || text.contains("protocol \"") && any(&["\" disabled", "\" not supported"]);
        if redirected || scheme {
            return FetchErrorKind::Redirected(message());
        }
        if any(&["transport '' not allowed"]) {
            return FetchErrorKind::TransportNotAllowed(message());
        }
        if any(&["certificate", "ssl connection", "gnutls_handshake", "ssl routines"]) {
            return FetchErrorKind::Certificate(message());
        }
        if any(&[
            "authentication failed",
            "could not read username",
            "could not read password",
            "unable to get password",
            "returned error: 401",
            "returned error: 403",
            "permission denied (",
            "host key verification failed",
            "terminal prompts disabled",
            "access denied",
        ]) {
            return FetchErrorKind::Denied(message());
        }
        if any(&[
            "fsck error",
            "badobject",
            "in packed object",
            "object corrupt",
            "inflate: data stream error",
        ]) {
            return FetchErrorKind::BadObjects(message());
        }
        if let Some((_, fault)) = NETWORK.iter().find(|(needle, _)| text.contains(needle)) {
            return FetchErrorKind::Network { fault: *fault, said: message() };
        }
        if any(&[
            "returned error: 404",
            "repository not found",
            "not found",
            "does not appear to be a git repository",
            "not a git repository",
            "does not exist",
            "no such file or directory",
        ]) {
            return FetchErrorKind::NoRepository(message());
        }
        if any(&[
            "not valid: is this a git repository",
            "unexpected packet",
            "protocol error",
            "bad line length",
        ]) {
            return FetchErrorKind::NotGit(message());
        }
        FetchErrorKind::Other(message())
    }
}

/// The text without quoted parts: words in a URL or a name must not be taken for git's.
fn unquoted(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" '") {
        let Some((_, after)) = after.split_once('\'') else { break };
        out.push_str(before);
        out.push_str(" ''");
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> FetchErrorKind {
        GitStderr::new(text, None).kind()
    }

    #[test]
    fn network_faults_are_distinguished() {
        for (text, expected) in [
            ("fatal: unable to access 'http://h/x/': Could not resolve host: h", NetworkFault::Name),
            (
                "fatal: unable to access 'http://h/x/': Failed to connect to h port 1 after 0 ms: Couldn't connect to server",
                NetworkFault::Refused,
            ),
            (
                "error: RPC failed; HTTP 500 curl 22 The requested URL returned error: 500",
                NetworkFault::Server,
            ),
            (
                "error: RPC failed; curl 28 Operation too slow. Less than 1000 bytes/sec",
                NetworkFault::Stalled,
            ),
            ("fatal: early EOF\nfatal: fetch-pack: invalid index-pack output", NetworkFault::Broken),
        ] {
            assert!(
                matches!(kind(text), FetchErrorKind::Network { fault, .. } if fault == expected),
                "{text}"
            );
        }
        assert!(matches!(kind("fatal: repository 'http://h/x/' not found"), FetchErrorKind::NoRepository(_)));
        assert!(matches!(
            kind("fatal: could not read Username for 'http://h': terminal prompts disabled"),
            FetchErrorKind::Denied(_)
        ));
    }

    #[test]
    fn quoted_words_are_ignored() {
        let text = "fatal: unable to access 'http://h/redirect-timeout/': Couldn't connect to server";
        assert_eq!(
            kind(text),
            FetchErrorKind::Network {
                fault: NetworkFault::Refused,
                said: "Couldn't connect to server".to_owned()
            }
        );
        assert!(matches!(kind("fatal: transport 'ext' not allowed"), FetchErrorKind::TransportNotAllowed(_)));
    }

    #[test]
    fn words_of_the_server_are_ignored() {
        let text = "remote: Could not resolve host\nfatal: repository 'http://h/x/' not found";
        assert!(matches!(kind(text), FetchErrorKind::NoRepository(_)));
    }

    #[test]
    fn secrets_are_hidden() {
        let said = GitStderr::new("fatal: unable to access 'http://u:pw@h/x/': odd", Some("http://u:pw@h/x"));
        assert!(!said.kind().to_string().contains("pw"), "{}", said.kind());
    }

    #[test]
    fn control_characters_are_escaped() {
        assert!(!kind("fatal: \u{1b}[31mred").to_string().contains('\u{1b}'));
    }
}
