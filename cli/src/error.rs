//! How a command ends.

use std::io::{self, Write};

/// How a command that could run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing is wrong.
    Clean,
    /// Faults were found and told.
    Faults,
}

/// Why a command could not run.
#[derive(Debug)]
pub(crate) struct Failure {
    error: anyhow::Error,
    hint: Option<String>,
}

impl Failure {
    /// A failure with advice.
    pub(crate) fn with_hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { error: anyhow::Error::msg(message.into()), hint: Some(hint.into()) }
    }

    /// A failure with advice, where there is some.
    pub(crate) fn hinted(error: impl Into<anyhow::Error>, hint: Option<impl Into<String>>) -> Self {
        Self { error: error.into(), hint: hint.map(Into::into) }
    }

    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.error.chain().any(|cause| {
            cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
        })
    }

    /// Prints it to standard error, where the command goes on.
    pub(crate) fn tell(&self) -> io::Result<()> {
        self.print(&mut anstream::AutoStream::auto(io::stderr()))
    }

    /// `error: what: why`, and the hint on a line of its own.
    pub(crate) fn print(&self, stream: &mut impl Write) -> io::Result<()> {
        let mut message = self.error.to_string();
        let mut cause = self.error.source();
        while let Some(error) = cause {
            let why = error.to_string();
            // Some errors say their cause themselves.
            if !message.ends_with(&why) {
                message = format!("{message}: {why}");
            }
            cause = error.source();
        }
        writeln!(stream, "\u{1b}[1;31merror\u{1b}[0m: {message}")?;
        let of_disk = || self.error.downcast_ref::<start_points_disk::Error>()?.hint();
        match self.hint.as_deref().or_else(of_disk) {
            Some(hint) => writeln!(stream, "\u{1b}[1;36mhint\u{1b}[0m: {hint}"),
            None => Ok(()),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { error: error.into(), hint: None }
    }
}
