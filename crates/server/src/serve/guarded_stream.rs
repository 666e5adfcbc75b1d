//! A stream that fails if nothing moves on it, or if its reader is too slow.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::connections::Connection;

/// The bytes a second that a reader has to accept.
const SLOWEST_READER: u64 = 1024;

/// The response to a head that does not fit into the budget.
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// How long a client has to read a response sent before its request was read to the end. Closing a socket with unread
/// bytes resets the connection, and the response is lost: <https://www.rfc-editor.org/rfc/rfc9112#section-9.6>.
const LINGER: Duration = Duration::from_secs(1);

/// The most bytes read during that time.
const MAX_DRAINED: usize = 1 << 20;

/// A turn has 128 operations, and so moves 128 KiB at most.
const BYTES_PER_OPERATION: usize = 1024;

pin_project! {
    /// A stream that is checked once a period. It fails if nothing moved, or if in two periods in a row the reader
    /// accepted less than [`SLOWEST_READER`] although more was to be written.
    #[derive(Debug)]
    pub(super) struct GuardedStream<S> {
        #[pin]
        stream: S,
        #[pin]
        timer: Sleep,
        period: Duration,
        moved: bool,
        written: u64,
        blocked: bool,
        // Whether the last period was too slow. One alone does not count: the write may have begun at its very end.
        was_slow: bool,
        connection: Arc<Connection>,
        closed: bool,
        drained: usize,
        // Whether the client reads bytes as they are written here: without TLS.
        plain: bool,
    }
}

impl<S> GuardedStream<S> {
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

    /// Checks the period, if it is over.
    fn check(self: Pin<&mut Self>, context: &mut Context<'_>) -> io::Result<()> {
        let mut this = self.project();
        if this.timer.as_mut().poll(context).is_pending() {
            return Ok(());
        }
        let expected = SLOWEST_READER * this.period.as_secs();
        let is_slow = *this.blocked && *this.written < expected;
        if !*this.moved || (is_slow && *this.was_slow) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        *this.was_slow = is_slow;
        (*this.moved, *this.written, *this.blocked) = (false, 0, false);
        this.timer.as_mut().reset(Instant::now() + *this.period);
        // Registers the waker for the next period.
        let _ = this.timer.poll(context);
        Ok(())
    }

    /// Records the result of a write.
    fn record_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let this = self.as_mut().project();
        match &result {
            Poll::Ready(Ok(count)) => {
                *this.moved = true;
                *this.written += *count as u64;
                spend_turn(*count, context);
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

/// Spends more of a task's turn the more bytes it moved, so that a client that moves many does not hold up those that
/// want little. tokio itself counts operations, however large: <https://docs.rs/tokio/latest/tokio/task/coop/>.
fn spend_turn(bytes: usize, context: &mut Context<'_>) {
    for _ in 0..bytes / BYTES_PER_OPERATION {
        if pin!(tokio::task::coop::consume_budget()).poll(context).is_pending() {
            break;
        }
    }
}

impl<S: AsyncRead + AsyncWrite> AsyncRead for GuardedStream<S> {
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
                let count = buffer.filled().len() - before;
                spend_turn(count, context);
                if this.connection.received(count).is_err() {
                    if *this.plain && !*this.blocked {
                        // There is no request yet that hyper could respond to. Whatever does not fit is dropped.
                        let _ = this.stream.poll_write(context, REFUSAL);
                    }
                    return Poll::Ready(Err(io::ErrorKind::OutOfMemory.into()));
                }
            }
        }
        result
    }
}

impl<S: AsyncRead + AsyncWrite> AsyncWrite for GuardedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = self.as_mut().project().stream.poll_write(context, bytes);
        self.record_write(context, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = self.as_mut().project().stream.poll_write_vectored(context, bytes);
        self.record_write(context, result)
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
        if !this.connection.has_unread_body() {
            return Poll::Ready(Ok(()));
        }
        let mut scratch = [0; 4096];
        while this.timer.as_mut().poll(context).is_pending() && *this.drained < MAX_DRAINED {
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
