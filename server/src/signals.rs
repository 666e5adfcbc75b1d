//! What the system tells a service: to stop, and to read its catalogue again.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};

use crate::serve::Handle;

/// Done when the process is asked to stop: SIGTERM, or an interrupt from the keyboard.
///
/// # Errors
/// Where the system does not let signals be heard.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send> {
    #[cfg(unix)]
    {
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Reads the catalogue again on each SIGHUP, for ever; on other systems never.
///
/// # Errors
/// Where the system does not let signals be heard.
pub fn reload_on_hangup(handle: Handle) -> io::Result<impl Future<Output = ()> + Send> {
    #[cfg(unix)]
    {
        let mut hangup = signal(SignalKind::hangup())?;
        Ok(async move {
            while hangup.recv().await.is_some() {
                // What became of it is in the log.
                let _ = handle.reload().await;
            }
        })
    }
    #[cfg(not(unix))]
    {
        drop(handle);
        Ok(std::future::pending())
    }
}
