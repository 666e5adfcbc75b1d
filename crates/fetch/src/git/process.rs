//! Running a program to its end, or ending it.

use std::io::{self, Read};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use start_points_io::{Cancel, Deadline};
use wait_timeout::ChildExt as _;

use crate::error::FetchErrorKind;
use crate::limits::FetchLimits;

/// How often a run checks for cancellation.
const SLICE: Duration = Duration::from_millis(100);

/// How long pipes may stay open after a program ends: a process that it left behind may hold them.
const GRACE: Duration = Duration::from_secs(2);

/// The most bytes of standard error that are kept: the first half and the last.
const MAX_STDERR: usize = 32 * 1024;

/// Why a program did not end by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProcessError {
    /// It timed out.
    Time,
    /// It was cancelled.
    Cancelled,
    /// It could not be started, or its pipes broke.
    Io(String),
}

impl ProcessError {
    /// As the cause of an error.
    pub(crate) fn kind(self, limits: &FetchLimits) -> FetchErrorKind {
        match self {
            Self::Time => FetchErrorKind::TimedOut { seconds: limits.retry.time.as_secs() },
            Self::Cancelled => FetchErrorKind::Cancelled,
            Self::Io(reason) => FetchErrorKind::Io(reason),
        }
    }
}

impl From<io::Error> for ProcessError {
    fn from(error: io::Error) -> Self {
        Self::Io(error.to_string())
    }
}

/// The limits of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProcessLimits<'a> {
    pub(super) deadline: Deadline,
    pub(super) cancel: &'a Cancel,
    pub(super) memory_bytes: u64,
    /// The size of the largest file that it may write.
    pub(super) file_bytes: u64,
}

/// A program that ended by itself.
pub(super) struct FinishedProcess<T> {
    pub(super) status: ExitStatus,
    pub(super) stderr: String,
    /// The result of the work on its pipes.
    pub(super) result: T,
}

/// Runs a program while `work` uses its pipes on a thread of its own.
pub(super) fn supervise<T: Send + 'static>(
    command: &mut Command,
    bounds: ProcessLimits<'_>,
    work: impl FnOnce(ChildStdin, ChildStdout) -> T + Send + 'static,
) -> Result<FinishedProcess<T>, ProcessError> {
    let mut by_shell = (cfg!(unix) && !BOUNDS_CHILDREN).then(|| bounded_by_shell(command, bounds.file_bytes));
    let command = by_shell.as_mut().unwrap_or(command);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = command.spawn()?;
    limit(&child, bounds);
    let (Some(stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(ProcessError::Io("no pipes".to_owned()));
    };
    let result = on_a_thread(move || work(stdin, stdout));
    let stderr = on_a_thread(move || read_stderr(stderr));
    let status = match wait(&mut child, bounds) {
        Ok(status) => status,
        Err(stop) => {
            kill(&mut child);
            return Err(stop);
        }
    };
    let late = |_| {
        kill(&mut child);
        ProcessError::Io("its pipes stayed open after its end".to_owned())
    };
    let result = result.recv_timeout(bounds.deadline.left().unwrap_or(GRACE)).map_err(late)?;
    let stderr = stderr.recv_timeout(GRACE).unwrap_or_default();
    Ok(FinishedProcess { status, stderr, result })
}

fn wait(child: &mut Child, bounds: ProcessLimits<'_>) -> Result<ExitStatus, ProcessError> {
    loop {
        if bounds.cancel.is_cancelled() {
            return Err(ProcessError::Cancelled);
        }
        let left = bounds.deadline.left().ok_or(ProcessError::Time)?;
        if let Some(status) = child.wait_timeout(left.min(SLICE))? {
            return Ok(status);
        }
    }
}

fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::spawn(move || sender.send(work()));
    receiver
}

/// Reads to the end, and keeps the first and the last bytes.
fn read_stderr(mut stderr: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stderr.read(&mut buffer) {
        kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
        if kept.len() > MAX_STDERR {
            kept.drain(MAX_STDERR / 2..kept.len() - MAX_STDERR / 2);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Kills the process group, and waits for its leader.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Whether one process can limit another: `prlimit` of Linux, <https://man7.org/linux/man-pages/man2/prlimit.2.html>.
const BOUNDS_CHILDREN: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// The same program, started by a shell that limits the size of written files if it can.
///
/// Only the variables of the command are passed on, not those of this process.
fn bounded_by_shell(command: &Command, file_bytes: u64) -> Command {
    /// The unit of `ulimit -f`: <https://pubs.opengroup.org/onlinepubs/9699919799/utilities/ulimit.html>.
    const BLOCK: u64 = 512;
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", r#"ulimit -f "$0" 2>/dev/null; exec "$@""#])
        .arg(file_bytes.div_ceil(BLOCK).to_string())
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}

/// Limits memory and the size of written files; child processes inherit the limits.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn limit(child: &Child, bounds: ProcessLimits<'_>) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return };
    for (resource, limit) in [(Resource::As, bounds.memory_bytes), (Resource::Fsize, bounds.file_bytes)] {
        let _ = prlimit(Some(pid), resource, Rlimit { current: Some(limit), maximum: Some(limit) });
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn limit(_: &Child, _: ProcessLimits<'_>) {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn bounds(cancel: &Cancel, time: Duration) -> ProcessLimits<'_> {
        ProcessLimits { deadline: Deadline::after(time), cancel, memory_bytes: 1 << 30, file_bytes: 1 << 20 }
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn read(_: ChildStdin, mut stdout: ChildStdout) -> String {
        let mut text = String::new();
        let _ = stdout.read_to_string(&mut text);
        text
    }

    #[test]
    fn output_and_exit_code_are_returned() {
        let cancel = Cancel::default();
        let ended = supervise(
            &mut shell("echo out; echo err >&2; exit 3"),
            bounds(&cancel, Duration::from_secs(9)),
            read,
        )
        .unwrap();
        assert_eq!((ended.result.as_str(), ended.stderr.as_str()), ("out\n", "err\n"));
        assert_eq!(ended.status.code(), Some(3));
    }

    #[test]
    fn a_timeout_kills_a_program_and_its_children() {
        let cancel = Cancel::default();
        let started = Instant::now();
        let mark = tempfile::tempdir().unwrap();
        let late = mark.path().join("late");
        let script = format!("(sleep 1; touch {}) & sleep 60", late.display());
        let stopped = supervise(&mut shell(&script), bounds(&cancel, Duration::from_millis(200)), read);
        assert_eq!(stopped.err(), Some(ProcessError::Time));
        assert!(started.elapsed() < Duration::from_secs(5));
        thread::sleep(Duration::from_millis(1500));
        assert!(!late.exists(), "a child outlived its group");
    }

    #[test]
    fn cancelling_kills_a_program() {
        let cancel = Cancel::default();
        cancel.cancel();
        let stopped = supervise(&mut shell("sleep 60"), bounds(&cancel, Duration::from_secs(60)), read);
        assert_eq!(stopped.err(), Some(ProcessError::Cancelled));
    }

    #[test]
    #[cfg(unix)]
    fn a_shell_limits_files_and_passes_on_everything_else() {
        let folder = tempfile::tempdir().unwrap();
        let script = |text: &str| {
            let mut command = Command::new("/bin/sh");
            command.args(["-c", text, "zero", "a b", ""]).env("SAID", "x y").env("PATH", "/usr/bin:/bin");
            command.current_dir(folder.path());
            bounded_by_shell(&command, 4096)
        };
        let said = script(r#"printf '%s|' "$SAID" "$@" "$HOME""#).output().unwrap();
        assert_eq!(String::from_utf8(said.stdout).unwrap(), "x y|a b|||");
        let size = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().len();
        assert!(script("head -c 2000 /dev/zero >small").status().unwrap().success());
        assert!(!script("head -c 2000000 /dev/zero >large").status().unwrap().success());
        assert_eq!(size("small"), 2000);
        assert!(size("large") <= 8192, "{}", size("large"));
    }

    #[test]
    fn endless_output_is_cut() {
        let cancel = Cancel::default();
        let script = "echo first >&2; yes x | head -c 3000000 >&2; echo last >&2";
        let ended = supervise(&mut shell(script), bounds(&cancel, Duration::from_secs(30)), read).unwrap();
        assert!(ended.stderr.len() <= MAX_STDERR + 8, "{}", ended.stderr.len());
        assert!(ended.stderr.starts_with("first") && ended.stderr.ends_with("last\n"));
    }
}
