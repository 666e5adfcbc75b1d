//! The ways a repository can be reached.

use std::fmt;

/// How a source URL reaches its repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `https://host/path`
    Https,
    /// `http://host/path`
    Http,
    /// `ssh://[user@]host[:port]/path`
    Ssh,
    /// `[user@]host:path`, which git runs over ssh
    Scp,
    /// `file:///absolute/path`
    File,
    /// A path on this machine: absolute, relative, or `.`
    Local,
}

impl Scheme {
    /// The schemes that are written `name://`.
    const WRITTEN: [Self; 4] = [Self::Https, Self::Http, Self::Ssh, Self::File];

    /// The name in lower case: what stands before `://`, or `scp` or `local`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::Ssh => "ssh",
            Self::Scp => "scp",
            Self::File => "file",
            Self::Local => "local",
        }
    }

    /// The scheme written `name://`, in either case.
    pub(super) fn written(name: &str) -> Option<Self> {
        Self::WRITTEN.into_iter().find(|scheme| scheme.as_str().eq_ignore_ascii_case(name))
    }

    /// The port that goes without saying.
    pub(super) const fn default_port(self) -> Option<u16> {
        match self {
            Self::Https => Some(443),
            Self::Http => Some(80),
            Self::Ssh | Self::Scp => Some(22),
            Self::File | Self::Local => None,
        }
    }

    /// Whether the user part of the URL is an account on an ssh server, and so no secret.
    pub(super) const fn is_ssh(self) -> bool {
        matches!(self, Self::Ssh | Self::Scp)
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
