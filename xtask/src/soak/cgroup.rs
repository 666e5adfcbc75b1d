//! A memory cgroup of what `deploy/` sets, where the system allows one: what takes more is killed there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::repository;

/// A cgroup of our own, removed at the end.
pub(super) struct Cgroup {
    folder: PathBuf,
    peak: &'static str,
}

/// The limit of the container in `deploy/`, in bytes.
pub(super) fn deployed_limit() -> Result<u64> {
    let manifest = fs::read_to_string(repository::path("deploy/base/daemonset.yaml"))?;
    let limits = manifest.split("limits:").nth(1).context("limits in deploy/")?;
    let memory = limits.lines().find_map(|line| line.trim().strip_prefix("memory: ")).context("memory")?;
    let mebibytes: u64 = memory.trim().strip_suffix("Mi").context("mebibytes")?.parse()?;
    Ok(mebibytes << 20)
}

impl Cgroup {
    /// One that holds its processes to so many bytes. Fails if the system does not allow one.
    pub(super) fn new(limit: u64) -> Result<Self> {
        let name = format!("start-points-soak-{}", std::process::id());
        let root = Path::new("/sys/fs/cgroup");
        // Of version 1, or of both at once, each controller has a tree of its own.
        let is_first = root.join("memory/memory.limit_in_bytes").exists();
        let (folder, limited, peak) = match is_first {
            true => (root.join("memory").join(name), "memory.limit_in_bytes", "memory.max_usage_in_bytes"),
            false => (root.join(name), "memory.max", "memory.peak"),
        };
        fs::create_dir(&folder).with_context(|| format!("no cgroup at {}", folder.display()))?;
        let cgroup = Self { folder, peak };
        fs::write(cgroup.folder.join(limited), limit.to_string())
            .with_context(|| format!("no limit in {}", cgroup.folder.display()))?;
        // What would be swapped out must be killed too.
        let (swap, swapped) = match is_first {
            true => ("memory.memsw.limit_in_bytes", limit),
            false => ("memory.swap.max", 0),
        };
        let _ = fs::write(cgroup.folder.join(swap), swapped.to_string());
        Ok(cgroup)
    }

    /// A command whose process is in it from its first instruction on.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "echo $$ > \"$0\" && exec \"$@\""]);
        command.arg(self.folder.join("cgroup.procs")).arg(program);
        command
    }

    /// The most that its processes have taken together, with what the system keeps for them.
    pub(super) fn peak(&self) -> Option<f64> {
        fs::read_to_string(self.folder.join(self.peak)).ok()?.trim().parse().ok()
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // Only an empty one goes, which it is once the system has buried its processes.
        for _ in 0..50 {
            if fs::remove_dir(&self.folder).is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
}
