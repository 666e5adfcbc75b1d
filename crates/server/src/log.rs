//! The log, on standard error: text, or a JSON object per line.

use std::io::{self, IsTerminal as _, Write};
use std::panic;
use std::str::FromStr;

use start_points::shown;

use tracing::level_filters::LevelFilter;

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// Text for people.
    #[default]
    Text,
    /// A JSON object per line.
    Json,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogLevel {
    /// Failures.
    Warn,
    /// Also events such as reloads.
    #[default]
    Info,
    /// Also every request.
    Debug,
}

/// An unknown format or level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {option} `{found}`; expected {expected}")]
pub struct UnknownLogOption {
    option: &'static str,
    found: String,
    expected: &'static str,
}

/// Starts the log of this process; a second call changes nothing.
pub fn log(format: LogFormat, level: LogLevel) {
    let level = match level {
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    // If standard error is closed, the service goes on without a log: reporting the error there would panic.
    let log = tracing_subscriber::fmt().with_max_level(level).with_target(false).log_internal_errors(false);
    let writer = move || EscapingWriter(format);
    let _ = match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).with_writer(writer).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_writer(writer).try_init(),
    };
    // A panic is logged in the same format.
    panic::set_hook(Box::new(|panic| tracing::error!(%panic, "bug: the program panicked")));
}

/// Standard error, with invisible characters escaped. An event is written in one piece.
struct EscapingWriter(LogFormat);

impl Write for EscapingWriter {
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
    type Err = UnknownLogOption;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(unknown("log format", text, "`text` or `json`")),
        }
    }
}

impl FromStr for LogLevel {
    type Err = UnknownLogOption;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "warn" => Ok(Self::Warn),
            "info" => Ok(Self::Info),
            "debug" => Ok(Self::Debug),
            _ => Err(unknown("log level", text, "`warn`, `info` or `debug`")),
        }
    }
}

fn unknown(option: &'static str, text: &str, expected: &'static str) -> UnknownLogOption {
    UnknownLogOption { option, found: shown::shown(text).into_owned(), expected }
}
