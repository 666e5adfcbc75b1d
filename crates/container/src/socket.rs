//! The socket on which the container engine listens, as `DOCKER_HOST` has it.
//!
//! <https://docs.docker.com/reference/cli/docker/#environment-variables>

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use start_points::shown::shown;
use thiserror::Error;

/// Docker's default socket: <https://docs.docker.com/reference/cli/dockerd/#daemon-socket-option>
const DEFAULT: &str = "/var/run/docker.sock";

/// A container engine's socket.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Socket {
    /// A socket in the file system.
    Unix(PathBuf),
    /// `host:port`, without encryption.
    Tcp(String),
}

/// Why a text is not a socket that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SocketError {
    /// The text is empty.
    #[error("the engine's socket is empty")]
    Empty,
    /// A scheme other than `unix` and `tcp`.
    #[error("unsupported engine socket `{0}`; expected a path, `unix://` or `tcp://`")]
    Scheme(String),
    /// Not a host and port.
    #[error("`{0}` is not `tcp://HOST:PORT`")]
    Malformed(String),
    /// `DOCKER_TLS_VERIFY` is set.
    #[error("TLS to the engine at `{0}` is not supported")]
    Tls(String),
}

impl SocketError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::Scheme(_) => "write the path of a socket, such as `/var/run/docker.sock`",
            Self::Malformed(_) => "write `tcp://HOST:PORT`",
            Self::Tls(_) => "use the engine's Unix socket, or a local proxy that speaks TLS to the engine",
        }
    }
}

impl Default for Socket {
    fn default() -> Self {
        Self::Unix(PathBuf::from(DEFAULT))
    }
}

impl Socket {
    /// The socket in `DOCKER_HOST`, by default Docker's own.
    ///
    /// # Errors
    ///
    /// `DOCKER_HOST` is not a supported socket, or is TCP while `DOCKER_TLS_VERIFY` is set.
    pub fn from_environment() -> Result<Self, SocketError> {
        let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        let Some(host) = set("DOCKER_HOST") else { return Ok(Self::default()) };
        match host.parse()? {
            Self::Tcp(address) if set("DOCKER_TLS_VERIFY").is_some() => Err(SocketError::Tls(address)),
            socket => Ok(socket),
        }
    }
}

impl FromStr for Socket {
    type Err = SocketError;

    /// A path, `unix://PATH` or `tcp://HOST:PORT`.
    fn from_str(text: &str) -> Result<Self, SocketError> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("unix", text));
        match scheme {
            _ if rest.is_empty() => Err(SocketError::Empty),
            "unix" => Ok(Self::Unix(PathBuf::from(rest))),
            "tcp" | "http" => {
                let address = rest.trim_end_matches('/');
                let is_valid = address.rsplit_once(':').is_some_and(|(host, port)| {
                    !host.is_empty()
                        && !host.contains(['/', '@', '?', '#'])
                        && !host.contains(char::is_whitespace)
                        && port.parse::<u16>().is_ok()
                });
                if !is_valid {
                    return Err(SocketError::Malformed(shown(text).into_owned()));
                }
                Ok(Self::Tcp(address.to_owned()))
            }
            _ => Err(SocketError::Scheme(shown(text).into_owned())),
        }
    }
}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => f.write_str(&shown(&path.to_string_lossy())),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_hosts_are_sockets() {
        let unix = |path: &str| Ok(Socket::Unix(PathBuf::from(path)));
        assert_eq!("/run/podman.sock".parse(), unix("/run/podman.sock"));
        assert_eq!("unix:///run/podman.sock".parse(), unix("/run/podman.sock"));
        assert_eq!("tcp://127.0.0.1:2375/".parse(), Ok(Socket::Tcp("127.0.0.1:2375".to_owned())));
        assert_eq!("tcp://[::1]:2375".parse(), Ok(Socket::Tcp("[::1]:2375".to_owned())));
    }

    #[test]
    fn unsupported_sockets_are_refused() {
        for text in ["", "unix://"] {
            assert_eq!(text.parse::<Socket>(), Err(SocketError::Empty), "{text}");
        }
        for text in ["ssh://me@host", "npipe:////./pipe/docker_engine", "https://host:1"] {
            assert!(matches!(text.parse::<Socket>(), Err(SocketError::Scheme(_))), "{text}");
        }
        for text in ["tcp://host", "tcp://:1", "tcp://host:99999", "tcp://host/path:1", "tcp://a b:1"] {
            assert!(matches!(text.parse::<Socket>(), Err(SocketError::Malformed(_))), "{text}");
        }
    }
}
