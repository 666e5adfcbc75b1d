//! How many files, and with them connections, the system lets this process have.

/// Files besides connections: the listener, the log, a catalogue that is read again, registries that are asked.
const BESIDES: u64 = 128;

/// Asks for as many files as the connections take, and answers how many connections the system allows.
///
/// Of few files a quarter is left for what else is opened.
#[cfg(unix)]
pub(super) fn allow(connections: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let wanted = connections as u64 + BESIDES;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let mut allowed = current.unwrap_or(u64::MAX);
    if allowed < wanted {
        let more = maximum.map_or(wanted, |maximum| maximum.min(wanted));
        if setrlimit(Resource::Nofile, Rlimit { current: Some(more), maximum }).is_ok() {
            allowed = more;
        }
    }
    let places = places(connections, allowed);
    if places < connections {
        tracing::warn!(
            files = allowed,
            connections = places,
            "fewer connections, as the system allows few files"
        );
    }
    places
}

#[cfg(not(unix))]
pub(super) fn allow(connections: usize) -> usize {
    connections
}

/// How many connections so many files are enough for.
#[cfg(unix)]
fn places(connections: usize, files: u64) -> usize {
    let left = files.saturating_sub(BESIDES.min(files / 4)).max(1);
    connections.min(usize::try_from(left).unwrap_or(usize::MAX))
}

#[cfg(all(test, unix))]
mod tests {
    use super::places;

    #[test]
    fn connections_follow_from_files() {
        assert_eq!([64, 256, 1_024, 20_000].map(|files| places(1_024, files)), [48, 192, 896, 1_024]);
        assert_eq!(places(1_024, 0), 1);
    }
}
