//! What the system tells a service: to stop, and to read its catalogue again.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

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

/// SIGHUPs; from here on they do not end the process.
#[derive(Debug)]
pub struct Hangups {
    #[cfg(unix)]
    signal: Signal,
}

impl Hangups {
    /// Hears them from now on.
    ///
    /// # Errors
    /// Where the system does not let signals be heard.
    pub fn hear() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            signal: signal(SignalKind::hangup())?,
        })
    }

    /// Reads the catalogue again on each one, for ever; what became of it is in the log.
    pub async fn reload(self, handle: Handle) {
        #[cfg(unix)]
        {
            let mut signal = self.signal;
            while signal.recv().await.is_some() {
                let _ = handle.reload().await;
            }
        }
        #[cfg(not(unix))]
        {
            let _keep = handle;
            std::future::pending::<()>().await;
        }
    }
}
