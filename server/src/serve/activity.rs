//! A stream that ends where nothing moves on it, or where its reader takes next to nothing.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// What a reader has to take in a second for its connection to be kept.
const SLOWEST_READER: u64 = 1024;

pin_project! {
    /// A stream that is looked at once in each period: it fails where nothing moved since, and where for two in a
    /// row fewer bytes were taken than a slow reader would while there were some to take.
    #[derive(Debug)]
    pub(super) struct Activity<S> {
        #[pin]
        stream: S,
        #[pin]
        timer: Sleep,
        period: Duration,
        moved: bool,
        written: u64,
        blocked: bool,
        // Whether the period before was too slow: one may have begun with its last instant.
        was_slow: bool,
    }
}

impl<S> Activity<S> {
    pub(super) fn new(stream: S, period: Duration) -> Pin<Box<Self>> {
        let timer = tokio::time::sleep(period);
        Box::pin(Self { stream, timer, period, moved: false, written: 0, blocked: false, was_slow: false })
    }

    /// Looks whether the period is over, and what came of it.
    fn check(self: Pin<&mut Self>, context: &mut Context<'_>) -> io::Result<()> {
        let mut this = self.project();
        if this.timer.as_mut().poll(context).is_pending() {
            return Ok(());
        }
        let wanted = SLOWEST_READER * this.period.as_secs();
        let is_slow = *this.blocked && *this.written < wanted;
        if !*this.moved || (is_slow && *this.was_slow) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        *this.was_slow = is_slow;
        (*this.moved, *this.written, *this.blocked) = (false, 0, false);
        this.timer.as_mut().reset(Instant::now() + *this.period);
        // Registers for the next period.
        let _ = this.timer.poll(context);
        Ok(())
    }

    /// After a write: what was taken, or that nothing was.
    fn wrote(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let this = self.as_mut().project();
        match &result {
            Poll::Ready(Ok(count)) => {
                *this.moved = true;
                *this.written += *count as u64;
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                *this.blocked = true;
                self.check(context)?;
            }
        }
        result
    }
}

impl<S: AsyncRead> AsyncRead for Activity<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let result = self.as_mut().project().stream.poll_read(context, buffer);
        match &result {
            Poll::Pending => self.check(context)?,
            Poll::Ready(_) => *self.project().moved = true,
        }
        result
    }
}

impl<S: AsyncWrite> AsyncWrite for Activity<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = self.as_mut().project().stream.poll_write(context, bytes);
        self.wrote(context, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = self.as_mut().project().stream.poll_write_vectored(context, bytes);
        self.wrote(context, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().stream.poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().stream.poll_shutdown(context)
    }
}
