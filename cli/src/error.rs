//! How a command ends.

use std::io;

use start_points_catalogue::read::ReadError;
use start_points_gate::FileError;
use start_points_oci::Cancel;

use crate::output::{print_error, print_hint};

/// How a command that could run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommandOutcome {
    /// Nothing is wrong.
    Clean,
    /// Faults were found and told.
    Faults,
}

/// Why a command could not run.
#[derive(Debug)]
pub(crate) struct CliError {
    error: anyhow::Error,
    hint: Option<String>,
}

impl CliError {
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
        let (message, hint) = (self.message(), self.hint());
        print_error(&message)?;
        hint.map_or(Ok(()), |hint| print_hint(&hint))
    }

    /// What went wrong, and why: `what: why`.
    fn message(&self) -> String {
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
        message
    }

    fn hint(&self) -> Option<String> {
        let of_disk = || self.error.downcast_ref::<start_points_workspace::WorkspaceError>()?.hint();
        let of_read = || self.error.downcast_ref::<ReadError>()?.hint();
        let of_policy = || self.error.downcast_ref::<FileError>()?.hint();
        self.hint.as_deref().or_else(of_disk).or_else(of_read).map(str::to_owned).or_else(of_policy)
    }
}

impl<E: Into<anyhow::Error>> From<E> for CliError {
    fn from(error: E) -> Self {
        Self { error: error.into(), hint: None }
    }
}

/// The message after Ctrl-C.
pub(crate) fn interrupted() -> CliError {
    anyhow::anyhow!("interrupted; nothing was written").into()
}

/// The first interrupt ends what is under way in an orderly way, the second one ends this process.
pub(crate) fn end_on_interrupt(cancel: Cancel) -> Result<(), CliError> {
    ctrlc::set_handler(move || {
        if cancel.is_cancelled() {
            #[expect(clippy::exit, reason = "the user asked twice, and nothing half-done is ever in place")]
            std::process::exit(2);
        }
        cancel.cancel();
    })?;
    Ok(())
}
