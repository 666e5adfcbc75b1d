//! The resource limits for requests and connections, all derived from the memory that the service may use.
//!
//! | part | of 96 MiB | for |
//! |---|---|---|
//! | [`PROCESS`] | 32 MiB | the process, a catalogue, and the next one during a reload |
//! | 3/8 of the rest | 24 MiB | bytes in flight: bodies, heads and responses |
//! | 2/8 | 16 MiB | connections, [`CONNECTION`] each: 1,024 |
//! | 3/8 | 24 MiB | work that takes CPU, [`WORK`] each: 2 at once |
//!
//! The limit of open files also bounds the number of connections: see `serve/listener.rs`.

use std::thread;
use std::time::Duration;

/// The default memory: the limit of the container in `deploy/`.
pub const MEMORY: usize = 96 << 20;

/// For the process, a catalogue of some hundred start-points, and the next one during a reload.
const PROCESS: usize = 32 << 20;

/// The price of a connection that has sent something: hyper's buffer of 8 KiB, a task, a socket in the kernel, and
/// bodies and responses too small to be charged.
const CONNECTION: usize = 16 << 10;

/// The same with TLS: its records, and the part of a response that is encrypted ahead.
const TLS_CONNECTION: usize = 64 << 10;

/// The memory for checking the largest manifest, or mixing the largest two.
const WORK: usize = 12 << 20;

/// The resource limits for requests and connections.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerLimits {
    /// Open connections. For one more, the one that has been waited for longest is closed.
    pub connections: usize,
    /// The bytes of bodies, heads and responses in memory. More are refused with 503.
    pub in_flight: usize,
    /// Concurrent checks and mixes.
    pub work: usize,
    /// How many more may wait; others are refused with 503.
    pub work_waiting: usize,
    /// How long they wait.
    pub work_time: Duration,
    /// The bytes of a request's body in general: that of `/v1/gate`.
    pub body_bytes: usize,
    /// The bytes of a manifest to check.
    pub manifest_bytes: usize,
    /// The bytes of a body for `/v1/mix`: two manifests with their files.
    pub mix_bytes: usize,
    /// The bytes of a body for the deployed API, which contains a name.
    pub arguments_bytes: usize,
    /// The bytes of a request's line and headers.
    pub head_bytes: usize,
    /// How long a request's line and headers may take, from the end of the previous response.
    pub head_time: Duration,
    /// How long a request's body may take.
    pub body_time: Duration,
    /// How long a connection may be idle.
    pub idle_time: Duration,
    /// How long requests in progress may take once the service is asked to stop.
    pub stop_time: Duration,
}

impl ServerLimits {
    /// The limits that fit into this many bytes of memory, with or without TLS.
    #[must_use]
    pub fn within(memory: usize, tls: bool) -> Self {
        // A service with hardly any memory still answers a few requests.
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

impl Default for ServerLimits {
    fn default() -> Self {
        Self::within(MEMORY, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The limit of the container in `deploy/`.
    fn deployed() -> usize {
        let manifest = include_str!("../../../deploy/base/daemonset.yaml");
        let limits = manifest.split("limits:").nth(1).expect("limits");
        let memory = limits.lines().find_map(|line| line.trim().strip_prefix("memory: ")).expect("memory");
        let mebibytes: usize = memory.strip_suffix("Mi").expect("mebibytes").parse().expect("a number");
        mebibytes << 20
    }

    #[test]
    fn the_default_memory_is_that_of_the_deployed_container() {
        assert_eq!(deployed(), MEMORY);
    }

    #[test]
    fn all_parts_together_fit_into_the_memory() {
        for memory in [40 << 20, MEMORY, 1 << 30] {
            for (tls, connection) in [(false, CONNECTION), (true, TLS_CONNECTION)] {
                let limits = ServerLimits::within(memory, tls);
                let parts = PROCESS + limits.in_flight + limits.connections * connection + limits.work * WORK;
                assert!(parts <= memory.max(PROCESS + WORK + PROCESS / 4), "{limits:?}");
                // The largest request and its response always fit.
                assert!(limits.in_flight >= 2 * limits.mix_bytes && limits.connections >= 32, "{limits:?}");
            }
        }
        let limits = ServerLimits::default();
        assert_eq!((limits.connections, limits.in_flight), (1024, 24 << 20));
    }

    #[test]
    fn the_docs_have_the_same_figures() {
        let service = include_str!("../../../docs/service.md");
        for figure in ["| 1,024", "24 MiB", "96 MiB", "256 KiB", "512 KiB", "16 KiB"] {
            assert!(service.contains(figure), "{figure}");
        }
        assert!(include_str!("../../../deploy/README.md").contains("Limits: 96 MiB and one CPU."));
    }
}
