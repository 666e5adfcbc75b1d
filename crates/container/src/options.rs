//! What is pulled how, and when that is enough.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use start_points::shown::shown;
use start_points_oci::registry::Credentials;
use thiserror::Error;

use crate::limits::{Limits, Retry};
use crate::socket::Socket;

/// How images are pulled.
#[derive(Debug, Clone)]
pub struct Options {
    /// The engine.
    pub socket: Socket,
    /// How many images are pulled at once, at most.
    pub jobs: NonZeroUsize,
    /// The file that says what was pulled, for the next start.
    pub marker: Option<PathBuf>,
    /// How much must be there.
    pub ready_when: ReadyWhen,
    /// What becomes of images that cannot be had.
    pub missing: Missing,
    /// Who asks private registries.
    pub credentials: Credentials,
    /// How soon an image is asked for again.
    pub retry: Retry,
    /// What a request may cost.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            socket: Socket::default(),
            jobs: NonZeroUsize::MIN.saturating_add(3),
            marker: None,
            ready_when: ReadyWhen::default(),
            missing: Missing::default(),
            credentials: Credentials::default(),
            retry: Retry::default(),
            limits: Limits::default(),
        }
    }
}

/// How many of the images must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadyWhen {
    /// Every one.
    #[default]
    All,
    /// One.
    Any,
    /// So many of a hundred, 1 to 100.
    Percent(u8),
}

/// What becomes of images that cannot be had until somebody mends something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// They count: with [`ReadyWhen::All`] it is not ready as long as one is missing.
    #[default]
    StayUnready,
    /// They do not count, and what needs them is not offered.
    ServeWithout,
}

/// Why a text is none of the choices.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{said}` is not one of {choices}")]
pub struct OptionsError {
    said: String,
    choices: &'static str,
}

impl OptionsError {
    fn new(said: &str, choices: &'static str) -> Self {
        Self { said: shown(said).into_owned(), choices }
    }
}

impl ReadyWhen {
    /// Whether `there` of `wanted` images are enough. Where no image is wanted, nothing is waited for.
    pub(crate) fn is_met(self, there: usize, wanted: usize) -> bool {
        match self {
            _ if wanted == 0 => true,
            Self::All => there >= wanted,
            Self::Any => there > 0,
            Self::Percent(percent) => {
                there.saturating_mul(100) >= wanted.saturating_mul(usize::from(percent))
            }
        }
    }
}

impl FromStr for ReadyWhen {
    type Err = OptionsError;

    fn from_str(text: &str) -> Result<Self, OptionsError> {
        let percent = |text: &str| text.strip_suffix('%')?.parse().ok().filter(|n| (1..=100).contains(n));
        match text {
            "all" => Ok(Self::All),
            "any" => Ok(Self::Any),
            text => percent(text)
                .map(Self::Percent)
                .ok_or_else(|| OptionsError::new(text, "`all`, `any` and `1%` to `100%`")),
        }
    }
}

impl FromStr for Missing {
    type Err = OptionsError;

    fn from_str(text: &str) -> Result<Self, OptionsError> {
        match text {
            "stay-unready" => Ok(Self::StayUnready),
            "serve-without" => Ok(Self::ServeWithout),
            text => Err(OptionsError::new(text, "`stay-unready` and `serve-without`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read() {
        assert_eq!("all".parse(), Ok(ReadyWhen::All));
        assert_eq!("80%".parse(), Ok(ReadyWhen::Percent(80)));
        for text in ["", "80", "0%", "101%", "-1%", "most"] {
            assert!(text.parse::<ReadyWhen>().is_err(), "{text}");
        }
        assert_eq!("serve-without".parse(), Ok(Missing::ServeWithout));
        assert_eq!(
            "no".parse::<Missing>().unwrap_err().to_string(),
            "`no` is not one of `stay-unready` and `serve-without`"
        );
    }

    #[test]
    fn enough_is_enough() {
        assert!(ReadyWhen::All.is_met(5, 5) && !ReadyWhen::All.is_met(4, 5));
        assert!(ReadyWhen::Any.is_met(1, 5) && !ReadyWhen::Any.is_met(0, 5));
        assert!(ReadyWhen::Percent(80).is_met(4, 5) && !ReadyWhen::Percent(81).is_met(4, 5));
        assert!(ReadyWhen::Any.is_met(0, 0));
    }
}
