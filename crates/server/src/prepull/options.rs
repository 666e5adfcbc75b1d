//! How images are pulled, when the service is ready, and when a failed pull is retried.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use start_points::shown::shown;
use start_points_container::{EngineLimits, PullError, Socket};
use start_points_io::Backoff;
use start_points_oci::registry::CredentialSource;
use thiserror::Error;

/// How images are pulled.
#[derive(Debug, Clone)]
pub struct PrePullOptions {
    /// The engine's socket.
    pub socket: Socket,
    /// The most images that are pulled at once.
    pub jobs: NonZeroUsize,
    /// The file that records which images are present, for the next start.
    pub marker: Option<PathBuf>,
    /// How many images must be present.
    pub ready_when: ReadyWhen,
    /// What happens to start-points whose images cannot be pulled.
    pub missing: MissingImages,
    /// The credentials for private registries.
    pub credentials: CredentialSource,
    /// When a failed pull is retried.
    pub retry: RetryPauses,
    /// The bounds of one request to the engine.
    pub limits: EngineLimits,
}

impl Default for PrePullOptions {
    fn default() -> Self {
        Self {
            socket: Socket::default(),
            jobs: NonZeroUsize::MIN.saturating_add(3),
            marker: None,
            ready_when: ReadyWhen::default(),
            missing: MissingImages::default(),
            credentials: CredentialSource::default(),
            retry: RetryPauses::default(),
            limits: EngineLimits::default(),
        }
    }
}

/// How many of the images must be present before the service is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadyWhen {
    /// All of them.
    #[default]
    All,
    /// At least one.
    Any,
    /// At least so many percent, 1 to 100.
    Percent(u8),
}

/// What happens to start-points whose images cannot be pulled until somebody fixes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingImages {
    /// They count: with [`ReadyWhen::All`] the service is not ready while an image is missing.
    #[default]
    StayUnready,
    /// They do not count, and are not offered.
    ServeWithout,
}

/// A text is not one of the choices.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown value `{value}`; expected {choices}")]
pub struct UnknownChoice {
    value: String,
    choices: &'static str,
}

impl UnknownChoice {
    fn new(value: &str, choices: &'static str) -> Self {
        Self { value: shown(value).into_owned(), choices }
    }
}

impl ReadyWhen {
    /// Whether `present` of `wanted` images are enough. They are if none is wanted.
    pub(crate) fn is_met(self, present: usize, wanted: usize) -> bool {
        match self {
            _ if wanted == 0 => true,
            Self::All => present >= wanted,
            Self::Any => present > 0,
            Self::Percent(percent) => {
                present.saturating_mul(100) >= wanted.saturating_mul(usize::from(percent))
            }
        }
    }
}

impl FromStr for ReadyWhen {
    type Err = UnknownChoice;

    fn from_str(text: &str) -> Result<Self, UnknownChoice> {
        let percent = |text: &str| text.strip_suffix('%')?.parse().ok().filter(|n| (1..=100).contains(n));
        match text {
            "all" => Ok(Self::All),
            "any" => Ok(Self::Any),
            text => percent(text)
                .map(Self::Percent)
                .ok_or_else(|| UnknownChoice::new(text, "`all`, `any` or `1%` to `100%`")),
        }
    }
}

impl FromStr for MissingImages {
    type Err = UnknownChoice;

    fn from_str(text: &str) -> Result<Self, UnknownChoice> {
        match text {
            "stay-unready" => Ok(Self::StayUnready),
            "serve-without" => Ok(Self::ServeWithout),
            text => Err(UnknownChoice::new(text, "`stay-unready` or `serve-without`")),
        }
    }
}

/// The pauses before an image is tried again. Each is up to a half longer, at random.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPauses {
    /// After the first failure; each further failure doubles it.
    pub first: Duration,
    /// The longest pause after a temporary failure.
    pub longest: Duration,
    /// After a failure that lasts until somebody fixes it.
    pub permanent: Duration,
}

impl Default for RetryPauses {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(60),
            permanent: Duration::from_secs(10 * 60),
        }
    }
}

impl RetryPauses {
    /// The pause after this many failures in a row, of which `error` is the last.
    pub(crate) fn pause(&self, error: &PullError, failures: u32) -> Duration {
        let (first, longest) =
            if error.is_permanent() { (self.permanent, self.permanent) } else { (self.first, self.longest) };
        Backoff { first, longest }.pause(failures)
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
        assert_eq!("serve-without".parse(), Ok(MissingImages::ServeWithout));
        assert_eq!(
            "no".parse::<MissingImages>().unwrap_err().to_string(),
            "unknown value `no`; expected `stay-unready` or `serve-without`"
        );
    }

    #[test]
    fn ready_when_counts_present_images() {
        assert!(ReadyWhen::All.is_met(5, 5) && !ReadyWhen::All.is_met(4, 5));
        assert!(ReadyWhen::Any.is_met(1, 5) && !ReadyWhen::Any.is_met(0, 5));
        assert!(ReadyWhen::Percent(80).is_met(4, 5) && !ReadyWhen::Percent(81).is_met(4, 5));
        assert!(ReadyWhen::Any.is_met(0, 0));
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let retry = RetryPauses::default();
        let temporary = PullError::Network("connection refused".to_owned());
        for (failures, least) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (u32::MAX, 60)] {
            let pause = retry.pause(&temporary, failures).as_secs_f64();
            let least = f64::from(least);
            assert!((least..=least * 1.5).contains(&pause), "{failures}: {pause}");
        }
        assert!(retry.pause(&PullError::Missing("manifest unknown".to_owned()), 1) >= retry.permanent);
    }
}
