//! What requests and connections may cost: everything follows from the memory that the service may take.
//!
//! | part | of 96 MiB | what |
//! |---|---|---|
//! | [`PROCESS`] | 32 MiB | the process, a catalogue, and the next one while it is read |
//! | 3/8 of the rest | 24 MiB | bytes in flight: bodies, heads and answers |
//! | 2/8 | 16 MiB | connections, [`CONNECTION`] each: 1,024 |
//! | 3/8 | 24 MiB | work that takes CPU, [`WORK`] each: 2 at once |
//!
//! The number of connections is also held to the files that the system allows: see `serve/files.rs`.

use std::thread;
use std::time::Duration;

/// The memory that is taken at most where nothing else is said: what `deploy/` sets as the limit of its container.
pub const MEMORY: usize = 96 << 20;

/// For the process, a catalogue of some hundred start-points, and the next one while it is read.
const PROCESS: usize = 32 << 20;

/// What a connection takes that has said something: hyper's buffer of 8 KiB, a task, a socket in the kernel, and
/// bodies and answers too small to be counted.
const CONNECTION: usize = 16 << 10;

/// The same with TLS: records, and what of an answer is encrypted ahead.
const TLS_CONNECTION: usize = 64 << 10;

/// What the check of the largest manifest takes, and mixing the largest two.
const WORK: usize = 12 << 20;

/// What requests and connections may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at once; for one more the one that has kept us waiting longest is closed.
    pub connections: usize,
    /// The bytes of bodies, heads and answers that are in memory at once. What is beyond is refused with 503.
    pub in_flight: usize,
    /// The checks and mixes at once.
    pub work: usize,
    /// How many of them may wait; more are refused with 503.
    pub work_waiting: usize,
    /// For one of them to begin.
    pub work_time: Duration,
    /// The bytes of a request's body where nothing smaller is said: that of `/v1/gate`.
    pub body_bytes: usize,
    /// The bytes of a manifest to check.
    pub manifest_bytes: usize,
    /// The bytes of what is mixed: two manifests with their files.
    pub mix_bytes: usize,
    /// The bytes of a body of the deployed API, which holds a name.
    pub arguments_bytes: usize,
    /// The bytes of a request's line and headers.
    pub head_bytes: usize,
    /// For a request's line and headers to arrive, counted from the end of the answer before.
    pub head_time: Duration,
    /// For a request's body to arrive.
    pub body_time: Duration,
    /// For a connection on which nothing moves.
    pub idle_time: Duration,
    /// For requests to be finished once the service is asked to stop.
    pub stop_time: Duration,
}

impl Limits {
    /// What fits into so many bytes of memory, with TLS or without.
    #[must_use]
    pub fn within(memory: usize, tls: bool) -> Self {
        // A service that is given next to nothing still answers a few.
        let rest = memory.saturating_sub(PROCESS).max(PROCESS / 4);
        let connection = if tls { TLS_CONNECTION } else { CONNECTION };
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self {
            connections: rest / 4 / connection,
            in_flight: rest / 8 * 3,
            work: (rest / 8 * 3 / WORK).clamp(1, cores),
            work_waiting: 64,
            work_time: Duration::from_secs(5),
            body_bytes: 64 << 10,
            manifest_bytes: 256 << 10,
            mix_bytes: 512 << 10,
            arguments_bytes: 16 << 10,
            head_bytes: 16 << 10,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(60),
            stop_time: Duration::from_secs(10),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::within(MEMORY, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The limit of the container in `deploy/`, as it is written there.
    fn deployed() -> usize {
        let manifest = include_str!("../../../deploy/base/daemonset.yaml");
        let limits = manifest.split("limits:").nth(1).expect("limits");
        let memory = limits.lines().find_map(|line| line.trim().strip_prefix("memory: ")).expect("memory");
        let mebibytes: usize = memory.strip_suffix("Mi").expect("mebibytes").parse().expect("a number");
        mebibytes << 20
    }

    #[test]
    fn what_is_deployed_is_what_the_limits_are_made_for() {
        assert_eq!(deployed(), MEMORY);
    }

    #[test]
    fn every_part_fits_into_the_memory_together() {
        for memory in [40 << 20, MEMORY, 1 << 30] {
            for (tls, connection) in [(false, CONNECTION), (true, TLS_CONNECTION)] {
                let limits = Limits::within(memory, tls);
                let parts = PROCESS + limits.in_flight + limits.connections * connection + limits.work * WORK;
                assert!(parts <= memory.max(PROCESS + WORK + PROCESS / 4), "{limits:?}");
                // One of the largest requests and its answer always fit.
                assert!(limits.in_flight >= 2 * limits.mix_bytes && limits.connections >= 32, "{limits:?}");
            }
        }
        let limits = Limits::default();
        assert_eq!((limits.connections, limits.in_flight), (1024, 24 << 20));
    }

    /// The documents say the same.
    #[test]
    fn documents_have_the_figures() {
        let service = include_str!("../../../docs/service.md");
        for figure in ["| 1,024", "24 MiB", "96 MiB", "256 KiB", "512 KiB", "16 KiB"] {
            assert!(service.contains(figure), "{figure}");
        }
        assert!(include_str!("../../../deploy/README.md").contains("Limits: 96 MiB and one CPU."));
    }
}
