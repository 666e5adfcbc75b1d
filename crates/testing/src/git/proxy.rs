//! A proxy that adds a round trip to every exchange, and counts bytes.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Passes connections on to a server, late. It runs until the process ends.
#[derive(Debug)]
pub struct DelayProxy {
    address: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    bytes: AtomicU64,
    connections: AtomicU64,
}

impl DelayProxy {
    /// Adds `round_trip` to every exchange with `target`: half of it each way, and once more to connect.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn start(target: SocketAddr, round_trip: Duration) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                counted.connections.fetch_add(1, Ordering::Relaxed);
                let Ok(server) = TcpStream::connect(target) else { continue };
                let connected = Instant::now() + round_trip;
                pass(&client, &server, connected, round_trip / 2, &counted);
                pass(&server, &client, connected, round_trip / 2, &counted);
            }
        });
        Ok(Self { address, counts })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Bytes passed on so far, both ways.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.counts.bytes.load(Ordering::Relaxed)
    }

    /// Connections made so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.counts.connections.load(Ordering::Relaxed)
    }
}

/// Passes bytes one way; none leaves before `connected`, and each is `late`.
fn pass(from: &TcpStream, to: &TcpStream, connected: Instant, late: Duration, counts: &Arc<Counts>) {
    let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else { return };
    let _ = to.set_nodelay(true);
    let counts = Arc::clone(counts);
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read) = from.read(&mut buffer) {
            counts.bytes.fetch_add(read as u64, Ordering::Relaxed);
            let due = Instant::now().max(connected) + late;
            let bytes = buffer.get(..read).unwrap_or_default().to_vec();
            if read == 0 || sender.send((due, bytes)).is_err() {
                return;
            }
        }
    });
}
