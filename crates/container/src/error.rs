//! Why an image could not be pulled, as data; the sentence is a rendering of it.

use start_points::shown::one_line;
use thiserror::Error;

/// Longer messages of an engine are cut.
const MAX_CHARACTERS: usize = 400;

/// Why an image could not be pulled. Text from the engine or the registry is on one line, with control characters
/// escaped.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PullError {
    /// Not an image name: the engine is never asked.
    #[error("not an image name: {0}")]
    MalformedName(String),
    /// The registry does not have the image.
    #[error("not found in the registry: {0}")]
    Missing(String),
    /// Access is denied. Some registries also say so of an image that does not exist.
    #[error("access denied, or no such image: {0}")]
    Denied(String),
    /// The image has no variant for this machine's platform.
    #[error("no image for this machine's platform: {0}")]
    OtherPlatform(String),
    /// The registry's rate limit is reached.
    #[error("too many requests to the registry: {0}")]
    TooManyRequests(String),
    /// The engine's disk is full.
    #[error("the engine's disk is full: {0}")]
    DiskFull(String),
    /// The engine cannot reach the registry.
    #[error("the engine cannot reach the registry: {0}")]
    Network(String),
    /// Any other error of the engine.
    #[error("the engine cannot pull the image: {0}")]
    Other(String),
    /// The engine reported success, and does not have the image.
    #[error("the engine reported a successful pull but does not have the image")]
    NotKept,
    /// The credential for the registry cannot be read.
    #[error("{0}")]
    Credentials(String),
    /// Nothing listens on the engine's socket.
    #[error("cannot connect to the container engine at `{socket}`: {why}")]
    Unreachable {
        /// The socket.
        socket: String,
        /// The system's error.
        why: String,
    },
    /// The system denies access to the socket.
    #[error("no permission to use the container engine's socket `{0}`")]
    NoAccess(String),
    /// The engine closed the connection before its response was complete.
    #[error("the container engine closed the connection: {0}")]
    HungUp(String),
    /// The engine sent nothing for too long.
    #[error("the container engine sent nothing for {seconds} s")]
    Stalled {
        /// The limit.
        seconds: u64,
    },
    /// The request took too long.
    #[error("timed out after {seconds} s")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// The response is not a container engine's, or broken.
    #[error("not a container engine's response: {0}")]
    NotAnEngine(String),
}

impl PullError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::MalformedName(_) => "fix the `image_name` in the start-point's manifest",
            Self::Missing(_) => "push the image, or fix the name and its tag in the catalogue",
            Self::Denied(_) => {
                "check the name; for a private image, run `docker login` as the service's user"
            }
            Self::OtherPlatform(_) => "build the image for this machine's architecture too",
            Self::TooManyRequests(_) => {
                "wait, or run `docker login`: registries allow more requests with a log-in"
            }
            Self::DiskFull(_) => "free space on the engine's disk, for example with `docker system prune`",
            Self::Network(_) => "check that the engine's machine reaches the registry",
            Self::Other(_) | Self::NotKept => "try `docker pull` on that machine, and see the engine's log",
            Self::Credentials(_) => "check that the credential helper in Docker's `config.json` works",
            Self::Unreachable { .. } => {
                "start the engine, or name its socket with `--socket` or `DOCKER_HOST`"
            }
            Self::NoAccess(_) => "run in the group that owns the socket",
            Self::HungUp(_) | Self::Stalled { .. } => "see the engine's log; the pull is retried",
            Self::TimedOut { .. } => "make the image smaller, or pull it on that machine by hand",
            Self::NotAnEngine(_) => "name the socket of docker or of `podman system service`",
        }
    }

    /// Whether somebody must fix something before a retry can succeed.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::MalformedName(_) | Self::Missing(_) | Self::Denied(_) | Self::OtherPlatform(_))
    }

    /// Whether the engine failed, not this image.
    #[must_use]
    pub const fn is_engine_failure(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::NoAccess(_) | Self::HungUp(_) | Self::NotAnEngine(_))
    }

    /// Reads an engine's message. Docker's API has no error codes for pulls, only text that passes on the words of
    /// the registry, the network or the disk: <https://docs.docker.com/reference/api/engine/>
    pub(crate) fn from_message(message: &str) -> Self {
        let lower = message.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let message = excerpt(message);
        // First: "host not found" must not be read as "image not found".
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
            Self::Other(message)
        }
    }
}

/// A message on one line. Of a long one the end, where engines put the reason.
fn excerpt(message: &str) -> String {
    let from = message.char_indices().rev().nth(MAX_CHARACTERS - 1).map_or(0, |(at, _)| at);
    let end = message.get(from..).unwrap_or_default();
    one_line(if from == 0 { end.to_owned() } else { format!("…{end}") })
}

// Docker Engine 20 to 28 and Podman 4. The registry's own words are error codes of the distribution specification:
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
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

    /// Messages of Docker 20 to 28 and Podman 4, word for word.
    #[test]
    fn messages_of_engines_are_recognised() {
        type Make = fn(String) -> PullError;
        let cases: [(&str, Make); 14] = [
            ("manifest for gcc:nope not found: manifest unknown: manifest unknown", PullError::Missing),
            (
                "initializing source docker://x/none:1: reading manifest 1 in 127.0.0.1:5677/x/none: name unknown: repository name not known to registry",
                PullError::Missing,
            ),
            (
                "failed to resolve reference \"docker.io/library/gcc:nope\": docker.io/library/gcc:nope: not found",
                PullError::Missing,
            ),
            (
                "pull access denied for nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
                PullError::Denied,
            ),
            ("Head \"https://ghcr.io/v2/a/b/manifests/1\": unauthorized", PullError::Denied),
            (
                "initializing source docker://ghcr.io/a/b:1: unable to retrieve auth token: invalid username/password: unauthorized: authentication required",
                PullError::Denied,
            ),
            (
                "Get \"https://nope.example/v2/\": dial tcp: lookup nope.example: no such host",
                PullError::Network,
            ),
            (
                "initializing source docker://a/b:1: pinging container registry 127.0.0.1:1: Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused",
                PullError::Network,
            ),
            (
                "Get \"https://registry-1.docker.io/v2/\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
                PullError::Network,
            ),
            ("received unexpected HTTP status: 503 Service Unavailable", PullError::Network),
            ("toomanyrequests: You have reached your pull rate limit.", PullError::TooManyRequests),
            ("write /var/lib/docker/tmp/GetImageBlob1: no space left on device", PullError::DiskFull),
            (
                "no matching manifest for linux/arm64/v8 in the manifest list entries",
                PullError::OtherPlatform,
            ),
            ("layers from manifest don't match image configuration", PullError::Other),
        ];
        for (message, make) in cases {
            assert_eq!(PullError::from_message(message), make(message.to_owned()));
        }
    }

    #[test]
    fn of_a_long_message_the_end_is_shown() {
        let long = format!("{}: manifest\u{1b} unknown: manifest unknown", "é".repeat(10_000));
        let PullError::Missing(message) = PullError::from_message(&long) else { panic!("{long}") };
        assert!(message.starts_with("…é") && message.ends_with("manifest\\u{1b} unknown: manifest unknown"));
        assert!(message.chars().count() < MAX_CHARACTERS + 10);
    }

    #[test]
    fn only_what_somebody_must_mend_is_permanent() {
        assert!(
            PullError::from_message("manifest unknown").is_permanent()
                && PullError::from_message("unauthorized").is_permanent()
        );
        assert!(
            !PullError::from_message("unexpected EOF").is_permanent()
                && !PullError::from_message("what?").is_permanent()
        );
    }
}
