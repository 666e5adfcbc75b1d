//! What git complained of, read as a cause.
//!
//! Git says things in words (`LC_ALL=C` keeps them English). What the other side said (`remote: …`) is not
//! looked at: a server must not be able to choose what we take its failure for.

use start_points::shown::shown;

use crate::error::{FetchErrorKind, NetworkFault};

/// Git's complaints, with secrets taken out.
#[derive(Debug, Clone)]
pub(crate) struct GitStderr(String);

/// What a server refused to do, for which there is another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerRefusal {
    /// To hand out a commit that no reference points at, by its name.
    Unadvertised,
    /// To cut history off, or to leave blobs out.
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

    /// The line that says most: the first that git calls fatal or an error.
    fn chief(&self) -> &str {
        let is_chief = |line: &&str| line.starts_with("fatal:") || line.starts_with("error:");
        let first = self.lines().find(is_chief).or_else(|| self.lines().next()).unwrap_or("git said nothing");
        let plain = first.trim_start_matches("fatal:").trim_start_matches("error:").trim();
        // The error names the URL already.
        let after_url = plain.strip_prefix("unable to access '").and_then(|rest| rest.split_once("': "));
        after_url.map_or(plain, |(_, rest)| rest)
    }

    /// What the server refused, where there is another way.
    pub(crate) fn refused(&self) -> Option<ServerRefusal> {
        let text = self.0.to_ascii_lowercase();
        let any = |needles: &[&str]| needles.iter().any(|needle| text.contains(needle));
        if any(&["unadvertised object", "not our ref", "no such remote ref", "couldn't find remote ref"]) {
            return Some(ServerRefusal::Unadvertised);
        }
        any(&["dumb http transport", "does not support shallow", "does not support --depth"])
            .then_some(ServerRefusal::Shallow)
    }

    /// Whether a short name fits several objects.
    pub(crate) fn is_ambiguous(&self) -> bool {
        self.0.contains("is ambiguous")
    }

    /// Why it failed.
    pub(crate) fn kind(&self) -> FetchErrorKind {
        let text = unquoted(&self.lines().collect::<Vec<_>>().join("\n")).to_ascii_lowercase();
        let any = |needles: &[&str]| needles.iter().any(|needle| text.contains(needle));
        let said = || shown(self.chief()).into_owned();
        if any(&["no space left on device"]) {
            return FetchErrorKind::Io(said());
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
            return FetchErrorKind::Redirected(said());
        }
        if any(&["transport '' not allowed"]) {
            return FetchErrorKind::TransportNotAllowed(said());
        }
        if any(&["certificate", "ssl connection", "gnutls_handshake", "ssl routines"]) {
            return FetchErrorKind::Certificate(said());
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
            return FetchErrorKind::Denied(said());
        }
        if any(&[
            "fsck error",
            "badobject",
            "in packed object",
            "object corrupt",
            "inflate: data stream error",
        ]) {
            return FetchErrorKind::BadObjects(said());
        }
        if let Some((_, fault)) = NETWORK.iter().find(|(needle, _)| text.contains(needle)) {
            return FetchErrorKind::Network { fault: *fault, said: said() };
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
            return FetchErrorKind::NoRepository(said());
        }
        if any(&[
            "not valid: is this a git repository",
            "unexpected packet",
            "protocol error",
            "bad line length",
        ]) {
            return FetchErrorKind::NotGit(said());
        }
        FetchErrorKind::Other(said())
    }
}

/// The text without what is quoted in it: a URL or a name must not be taken for what git says.
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
    fn network_faults_are_told_from_others() {
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
    fn what_is_quoted_does_not_choose_the_cause() {
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
    fn a_server_does_not_choose_its_cause() {
        let text = "remote: Could not resolve host\nfatal: repository 'http://h/x/' not found";
        assert!(matches!(kind(text), FetchErrorKind::NoRepository(_)));
    }

    #[test]
    fn secrets_are_not_repeated() {
        let said = GitStderr::new("fatal: unable to access 'http://u:pw@h/x/': odd", Some("http://u:pw@h/x"));
        assert!(!said.kind().to_string().contains("pw"), "{}", said.kind());
    }

    #[test]
    fn control_characters_are_not_repeated() {
        assert!(!kind("fatal: \u{1b}[31mred").to_string().contains('\u{1b}'));
    }
}
