//! A stream that ends where nothing moves on it, or where its reader takes next to nothing.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::Connection;

/// What a reader has to take in a second for its connection to be kept.
const SLOWEST_READER: u64 = 1024;

/// The answer to a head for which there is no room.
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// For a client to see an answer that came before all of its request was read, and to leave: a system that is closed on
/// while bytes are unread resets the connection, and the answer is lost.
const LINGER: Duration = Duration::from_secs(1);

/// The most bytes that are read for that.
const MOST_DRAINED: usize = 1 << 20;

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
        connection: Arc<Connection>,
        closed: bool,
        drained: usize,
        // Whether what is written here is what the client reads.
        plain: bool,
    }
}

impl<S> Activity<S> {
    pub(super) fn new(
        stream: S,
        period: Duration,
        connection: Arc<Connection>,
        plain: bool,
    ) -> Pin<Box<Self>> {
        let timer = tokio::time::sleep(period);
        let (moved, written, blocked, was_slow) = (false, 0, false, false);
        let (closed, drained) = (false, 0);
        Box::pin(Self {
            stream,
            timer,
            period,
            moved,
            written,
            blocked,
            was_slow,
            connection,
            closed,
            drained,
            plain,
        })
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

impl<S: AsyncRead + AsyncWrite> AsyncRead for Activity<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = self.as_mut().project().stream.poll_read(context, buffer);
        match &result {
            Poll::Pending => self.check(context)?,
            Poll::Ready(_) => {
                let this = self.project();
                *this.moved = true;
                if this.connection.read(buffer.filled().len() - before).is_err() {
                    if *this.plain && !*this.blocked {
                        // There is no request yet to answer. What does not fit at once is not waited for.
                        let _ = this.stream.poll_write(context, REFUSAL);
                    }
                    return Poll::Ready(Err(io::ErrorKind::OutOfMemory.into()));
                }
            }
        }
        result
    }
}

impl<S: AsyncRead + AsyncWrite> AsyncWrite for Activity<S> {
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

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut this = self.as_mut().project();
        if !*this.closed {
            std::task::ready!(this.stream.as_mut().poll_shutdown(context))?;
            *this.closed = true;
            *this.period = LINGER;
            this.timer.as_mut().reset(Instant::now() + LINGER);
        }
        if !this.connection.is_unread() {
            return Poll::Ready(Ok(()));
        }
        let mut scratch = [0; 4096];
        while this.timer.as_mut().poll(context).is_pending() && *this.drained < MOST_DRAINED {
            let mut buffer = ReadBuf::new(&mut scratch);
            std::task::ready!(this.stream.as_mut().poll_read(context, &mut buffer))?;
            *this.drained += buffer.filled().len();
            if buffer.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}
