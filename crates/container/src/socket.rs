//! Where the container engine listens.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use start_points::shown::shown;
use thiserror::Error;

/// Where docker listens unless told otherwise.
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

/// Why a text is no socket that can be spoken to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SocketError {
    /// Nothing at all.
    #[error("the engine's socket is empty")]
    Empty,
    /// A way to reach an engine that is not spoken.
    #[error("the engine cannot be reached as `{0}`: only `unix://` and `tcp://` are spoken")]
    Scheme(String),
    /// Not a host and port.
    #[error("`{0}` names no host and port")]
    Malformed(String),
    /// Docker's own client would speak TLS.
    #[error("`{0}` wants TLS, which is not spoken with the engine")]
    Tls(String),
}

impl SocketError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::Scheme(_) => "write the path of a socket, such as `/var/run/docker.sock`",
            Self::Malformed(_) => "write `tcp://HOST:PORT`",
            Self::Tls(_) => "use the engine's own socket, or a proxy for it on this machine",
        }
    }
}

impl Default for Socket {
    fn default() -> Self {
        Self::Unix(PathBuf::from(DEFAULT))
    }
}

impl Socket {
    /// What `DOCKER_HOST` says, and docker's usual place where it says nothing.
    ///
    /// # Errors
    ///
    /// A value that names no socket that can be spoken to; a TCP socket while `DOCKER_TLS_VERIFY` is set.
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
                let is_good = address.rsplit_once(':').is_some_and(|(host, port)| {
                    !host.is_empty()
                        && !host.contains(['/', '@', '?', '#'])
                        && !host.contains(char::is_whitespace)
                        && port.parse::<u16>().is_ok()
                });
                match is_good {
                    true => Ok(Self::Tcp(address.to_owned())),
                    false => Err(SocketError::Malformed(shown(text).into_owned())),
                }
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
    fn what_is_not_spoken_is_refused() {
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
