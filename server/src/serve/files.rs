//! How many files, and with them connections, the system lets this process have.

/// Files besides connections: the listener, the log, a catalogue that is read again.
const BESIDES: u64 = 128;

/// Asks for as many files as the connections take, as far as the system allows.
#[cfg(unix)]
pub(super) fn allow(connections: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let wanted = connections as u64 + BESIDES;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let allowed = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    if current.is_none_or(|current| current >= wanted) {
        return;
    }
    let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum });
    if allowed < wanted {
        tracing::warn!(allowed, wanted, "the system allows fewer files than the connections may take");
    }
}

#[cfg(not(unix))]
pub(super) fn allow(_connections: usize) {}
