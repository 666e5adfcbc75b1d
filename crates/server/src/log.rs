//! The log, on standard error: for people, or a JSON object a line.

use std::io::{self, IsTerminal as _, Write};
use std::panic;
use std::str::FromStr;

use start_points::shown;

use tracing::level_filters::LevelFilter;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// What is logged: failures, what happens to the service, or each request too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogLevel {
    /// What went wrong.
    Warn,
    /// And what happens to the service.
    #[default]
    Info,
    /// And every request.
    Debug,
}

/// A word that is none of those expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is none of {expected}")]
pub struct UnknownLog {
    found: String,
    expected: &'static str,
}

/// Begins the log of this process; a second one changes nothing.
pub fn log(format: LogFormat, level: LogLevel) {
    let level = match level {
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    // Where nobody reads the log any more, the service goes on without it: to complain would be to panic.
    let log = tracing_subscriber::fmt().with_max_level(level).with_target(false).log_internal_errors(false);
    let escaped = move || Escaped(format);
    let _ = match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).with_writer(escaped).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_writer(escaped).try_init(),
    };
    // In the form of all else that is logged.
    panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a fault of this program")));
}

/// Standard error, with what cannot be seen escaped. An event arrives in one piece.
struct Escaped(LogFormat);

impl Write for Escaped {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let escaped = match self.0 {
            LogFormat::Text => shown::styled_lines(&text).into_owned(),
            LogFormat::Json => shown::json(text.into_owned()),
        };
        io::stderr().write_all(escaped.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl FromStr for LogFormat {
    type Err = UnknownLog;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(unknown(text, "text, json")),
        }
    }
}

impl FromStr for LogLevel {
    type Err = UnknownLog;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "warn" => Ok(Self::Warn),
            "info" => Ok(Self::Info),
            "debug" => Ok(Self::Debug),
            _ => Err(unknown(text, "warn, info, debug")),
        }
    }
}

fn unknown(text: &str, expected: &'static str) -> UnknownLog {
    UnknownLog { found: shown::shown(text).into_owned(), expected }
}
