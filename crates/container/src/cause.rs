//! Why an image is not there, as data; the sentence is a rendering of it.

use start_points::shown::one_line;
use thiserror::Error;

/// The most characters of what an engine says that are shown.
const MAX_CHARACTERS: usize = 400;

/// Why an image could not be had. What engine and registry say is on one line and without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Cause {
    /// A name that is no image's: the engine is never asked.
    #[error("it is no image name: {0}")]
    MalformedName(String),
    /// The registry has no such image.
    #[error("the registry has no such image: {0}")]
    Missing(String),
    /// The registry does not let it be pulled; that is also what some say of an image that is not there.
    #[error("it may not be pulled, or is not there: {0}")]
    Denied(String),
    /// There is no such image for this machine's platform.
    #[error("it is not made for this machine: {0}")]
    OtherPlatform(String),
    /// The registry counts who asks, and we have asked too often.
    #[error("the registry answers too many requests: {0}")]
    TooManyRequests(String),
    /// The engine has no room for it.
    #[error("the engine's disk is full: {0}")]
    DiskFull(String),
    /// The engine cannot reach the registry.
    #[error("the engine cannot reach the registry: {0}")]
    Network(String),
    /// Whatever else the engine says.
    #[error("the engine cannot pull it: {0}")]
    Refused(String),
    /// The engine says that it pulled the image, and does not have it.
    #[error("the engine pulled it without complaint, and does not have it")]
    NotKept,
    /// The log-in for the registry cannot be had.
    #[error("{0}")]
    Credentials(String),
    /// Nothing listens on the engine's socket.
    #[error("the container engine cannot be reached at `{socket}`: {why}")]
    NoEngine {
        /// The socket.
        socket: String,
        /// What the system says.
        why: String,
    },
    /// The socket is there, and not for us.
    #[error("the container engine's socket `{0}` may not be used")]
    NoAccess(String),
    /// The engine hung up before its answer was complete.
    #[error("the container engine hung up: {0}")]
    HungUp(String),
    /// The engine says nothing.
    #[error("the container engine said nothing for {seconds} s")]
    Stalled {
        /// How long was waited.
        seconds: u64,
    },
    /// It took longer than an image may.
    #[error("its time is up: more than {seconds} s")]
    TimeUp {
        /// The limit.
        seconds: u64,
    },
    /// What answers is no container engine, or a broken one.
    #[error("what answers does not speak as a container engine: {0}")]
    NotAnEngine(String),
}

impl Cause {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::MalformedName(_) => "mend the `image_name` in the start-point's manifest",
            Self::Missing(_) => "push the image, or mend the name and its tag in the catalogue",
            Self::Denied(_) => {
                "check the name; for a private image, `docker login` as whoever runs the service"
            }
            Self::OtherPlatform(_) => "build the image for this machine's architecture too",
            Self::TooManyRequests(_) => {
                "wait, or `docker login`: registries let those who log in ask more often"
            }
            Self::DiskFull(_) => "free some of the engine's disk: `docker system prune`",
            Self::Network(_) => "check that the engine's machine reaches the registry",
            Self::Refused(_) | Self::NotKept => "try `docker pull` on that machine, and see the engine's log",
            Self::Credentials(_) => "see that the credential helper in docker's `config.json` runs",
            Self::NoEngine { .. } => "start the engine, or name its socket with `--socket` or `DOCKER_HOST`",
            Self::NoAccess(_) => "run with the group that the socket belongs to",
            Self::HungUp(_) | Self::Stalled { .. } => "see the engine's log; it is asked again",
            Self::TimeUp { .. } => "make the image smaller, or pull it on that machine by hand",
            Self::NotAnEngine(_) => "name the socket of docker or of `podman system service`",
        }
    }

    /// Whether somebody must mend something before it can succeed. Such an image is asked for again only now and
    /// then.
    #[must_use]
    pub const fn is_lasting(&self) -> bool {
        matches!(self, Self::MalformedName(_) | Self::Missing(_) | Self::Denied(_) | Self::OtherPlatform(_))
    }

    /// Whether it is the engine that fails, and not this image.
    pub(crate) const fn is_engines(&self) -> bool {
        matches!(self, Self::NoEngine { .. } | Self::NoAccess(_) | Self::HungUp(_) | Self::NotAnEngine(_))
    }

    /// What an engine says of a pull that failed. Docker and Podman pass on what the registry, the network or the
    /// disk said, in words alone.
    pub(crate) fn said(message: &str) -> Self {
        let lower = message.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let message = said(message);
        // Before all others: a host that is not found is no image that is not found.
        if has(NETWORK) {
            Self::Network(message)
        } else if has(TOO_MANY) {
            Self::TooManyRequests(message)
        } else if has(DISK) {
            Self::DiskFull(message)
        } else if has(PLATFORM) {
            Self::OtherPlatform(message)
        } else if has(DENIED) {
            Self::Denied(message)
        } else if has(MISSING) {
            Self::Missing(message)
        } else {
            Self::Refused(message)
        }
    }
}

/// What an engine says, on one line: of a long message the end, where engines put the reason.
fn said(message: &str) -> String {
    let from = message.char_indices().rev().nth(MAX_CHARACTERS - 1).map_or(0, |(at, _)| at);
    let end = message.get(from..).unwrap_or_default();
    one_line(if from == 0 { end.to_owned() } else { format!("…{end}") })
}

const NETWORK: &[&str] = &[
    "dial tcp",
    "no such host",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "no route to host",
    "i/o timeout",
    "handshake timeout",
    "deadline exceeded",
    "client.timeout exceeded",
    "unexpected eof",
    ": eof",
    "bad gateway",
    "service unavailable",
    "gateway timeout",
];
const TOO_MANY: &[&str] = &["toomanyrequests", "too many requests", "rate limit"];
const DISK: &[&str] = &["no space left on device", "disk quota exceeded"];
const PLATFORM: &[&str] =
    &["no matching manifest", "no image found in manifest list", "no image found in image index"];
const DENIED: &[&str] = &[
    "access denied",
    "unauthorized",
    "denied:",
    "is denied",
    "forbidden",
    "authentication required",
    "no basic auth",
];
const MISSING: &[&str] =
    &["manifest unknown", "name unknown", "not found", "no such image", "does not exist", "unknown tag"];

#[cfg(test)]
mod tests {
    use super::*;

    /// What docker 20 to 28 and podman 4 say, word for word.
    #[test]
    fn engines_words_are_understood() {
        type Make = fn(String) -> Cause;
        let cases: [(&str, Make); 14] = [
            ("manifest for gcc:nope not found: manifest unknown: manifest unknown", Cause::Missing),
            (
                "initializing source docker://x/none:1: reading manifest 1 in 127.0.0.1:5677/x/none: name unknown: repository name not known to registry",
                Cause::Missing,
            ),
            (
                "failed to resolve reference \"docker.io/library/gcc:nope\": docker.io/library/gcc:nope: not found",
                Cause::Missing,
            ),
            (
                "pull access denied for nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
                Cause::Denied,
            ),
            ("Head \"https://ghcr.io/v2/a/b/manifests/1\": unauthorized", Cause::Denied),
            (
                "initializing source docker://ghcr.io/a/b:1: unable to retrieve auth token: invalid username/password: unauthorized: authentication required",
                Cause::Denied,
            ),
            ("Get \"https://nope.example/v2/\": dial tcp: lookup nope.example: no such host", Cause::Network),
            (
                "initializing source docker://a/b:1: pinging container registry 127.0.0.1:1: Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused",
                Cause::Network,
            ),
            (
                "Get \"https://registry-1.docker.io/v2/\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
                Cause::Network,
            ),
            ("received unexpected HTTP status: 503 Service Unavailable", Cause::Network),
            ("toomanyrequests: You have reached your pull rate limit.", Cause::TooManyRequests),
            ("write /var/lib/docker/tmp/GetImageBlob1: no space left on device", Cause::DiskFull),
            ("no matching manifest for linux/arm64/v8 in the manifest list entries", Cause::OtherPlatform),
            ("layers from manifest don't match image configuration", Cause::Refused),
        ];
        for (said, make) in cases {
            assert_eq!(Cause::said(said), make(said.to_owned()));
        }
    }

    #[test]
    fn of_much_the_end_is_shown() {
        let long = format!("{}: manifest\u{1b} unknown: manifest unknown", "é".repeat(10_000));
        let Cause::Missing(said) = Cause::said(&long) else { panic!("{long}") };
        assert!(said.starts_with("…é") && said.ends_with("manifest\\u{1b} unknown: manifest unknown"));
        assert!(said.chars().count() < MAX_CHARACTERS + 10);
    }

    #[test]
    fn only_what_somebody_must_mend_is_lasting() {
        assert!(Cause::said("manifest unknown").is_lasting() && Cause::said("unauthorized").is_lasting());
        assert!(!Cause::said("unexpected EOF").is_lasting() && !Cause::said("what?").is_lasting());
    }
}
