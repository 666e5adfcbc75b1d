//! The `git` program, run closed: a clean environment, no prompts, no hooks, bounded in time, bytes and memory.
//!
//! - No `GIT_*` variable of the caller that names a repository is passed on: inside a hook it names another one
//!   (<https://git-scm.com/docs/githooks>).
//! - Every call lists the transports that it may use; all others are forbidden, `ext::` among them
//!   (<https://git-scm.com/docs/git#Documentation/git.txt-GITALLOWPROTOCOL>).
//! - Every run is a process group of its own, which is killed as a whole when it times out.

mod environment;
mod process;
mod stderr;

use std::ffi::{OsStr, OsString};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command};
use std::sync::Arc;
use std::thread;

use start_points_io::{Cancel, Deadline};
use thiserror::Error;

use self::environment::CONFIGURATION;
use self::process::{FinishedProcess, ProcessLimits, supervise};
use self::stderr::GitStderr;
use crate::limits::FetchLimits;

pub use self::environment::GitConfig;
pub(crate) use self::process::ProcessError;
pub(crate) use self::stderr::ServerRefusal;

/// The oldest git with everything that is used here.
const OLDEST: (u32, u32) = (2, 30);

/// A git program that works, its environment and its limits.
#[derive(Debug, Clone)]
pub struct Git {
    program: PathBuf,
    environment: Arc<Vec<(OsString, OsString)>>,
    /// The folder of its helpers.
    helpers: PathBuf,
    limits: FetchLimits,
    cancel: Cancel,
}

/// Why no git can be run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GitMissing {
    /// The program does not start.
    #[error("cannot run `{program}`: {reason}")]
    DoesNotRun {
        /// The program.
        program: String,
        /// The system's error.
        reason: String,
    },
    /// The program is too old.
    #[error("`{program}` is git {found}; at least {}.{} is needed", OLDEST.0, OLDEST.1)]
    TooOld {
        /// The program.
        program: String,
        /// Its version.
        found: String,
    },
}

impl GitMissing {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::DoesNotRun { .. } => "install git, and make sure that it is on the PATH",
            Self::TooOld { .. } => "install a newer git",
        }
    }
}

impl Git {
    /// The `git` on the PATH.
    ///
    /// # Errors
    /// If there is no git, or it is too old.
    pub fn find(configuration: GitConfig, limits: FetchLimits) -> Result<Self, GitMissing> {
        Self::at(Path::new("git"), configuration, limits)
    }

    /// The git program at a path.
    ///
    /// # Errors
    /// If there is no git, or it is too old.
    pub fn at(program: &Path, configuration: GitConfig, limits: FetchLimits) -> Result<Self, GitMissing> {
        let mut environment = environment::environment(configuration);
        let shown = || program.display().to_string();
        let program = &absolute(program);
        let mut asked = Command::new(program);
        // The version, the folder of its helpers and the user's ssh command, in one run: an alias that begins with `!`
        // is a shell command, see https://git-scm.com/docs/git-config#Documentation/git-config.txt-alias.
        asked
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .env("GIT_DIR", "/dev/null")
            .args([
                "-c",
                "alias.start-points=!git version; git --exec-path; git config core.sshCommand || true",
            ])
            .arg("start-points");
        let output = asked
            .output()
            .map_err(|error| GitMissing::DoesNotRun { program: shown(), reason: error.to_string() })?;
        let said = String::from_utf8_lossy(&output.stdout);
        let mut lines = said.lines();
        let version = lines.next().and_then(|line| line.strip_prefix("git version ")).unwrap_or_default();
        match numbers(version) {
            Some(found) if found >= OLDEST => {}
            Some(_) => return Err(GitMissing::TooOld { program: shown(), found: version.to_owned() }),
            None => {
                let reason = "it does not print its version".to_owned();
                return Err(GitMissing::DoesNotRun { program: shown(), reason });
            }
        }
        let helpers = lines.next().map(PathBuf::from).unwrap_or_default();
        environment::with_ssh(&mut environment, lines.next());
        Ok(Self {
            program: program.to_owned(),
            environment: Arc::new(environment),
            helpers,
            limits,
            cancel: Cancel::default(),
        })
    }

    /// Cancels every run of this git and of its clones.
    #[must_use]
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// The limits of every run.
    #[must_use]
    pub fn limits(&self) -> &FetchLimits {
        &self.limits
    }

    /// Whether it has this helper.
    pub(crate) fn has_helper(&self, name: &str) -> bool {
        self.helpers.is_absolute() && self.helpers.join(name).is_file()
    }

    /// A run of git with these arguments.
    pub(crate) fn call(&self, arguments: &[&str]) -> GitCall<'_> {
        GitCall::new(self, arguments)
    }

    /// A command that begins with git, or with one of its helpers.
    pub(super) fn command(&self, helper: Option<&str>) -> Command {
        let mut command = match helper {
            Some(helper) => Command::new(self.helpers.join(helper)),
            None => Command::new(&self.program),
        };
        command.env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Looks a program up on the PATH, once: for a bare name, every start would copy this whole process (`fork`, not
/// `posix_spawn`).
fn absolute(program: &Path) -> PathBuf {
    if program.components().count() > 1 {
        return program.to_owned();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.filter(|path| path.is_absolute()).unwrap_or_else(|| program.to_owned())
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(['.', ' ']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// A run of git to be made. It may use no transport unless [`GitCall::through`] allows it.
#[derive(Debug)]
pub(crate) struct GitCall<'a> {
    git: &'a Git,
    helper: Option<&'a str>,
    arguments: Vec<OsString>,
    configuration: Vec<(String, String)>,
    variables: Vec<(OsString, OsString)>,
    transports: &'a str,
    deadline: Deadline,
    file_bytes: u64,
    secret: Option<&'a str>,
    input: Vec<u8>,
}

/// The result of a run of git.
#[derive(Debug)]
pub(crate) struct GitOutput<T = Vec<u8>> {
    /// Whether the exit code is 0.
    pub(crate) success: bool,
    /// Its standard output, or what was made of it.
    pub(crate) result: T,
    /// Its standard error.
    pub(crate) stderr: GitStderr,
}

impl<'a> GitCall<'a> {
    pub(super) fn new(git: &'a Git, arguments: &[&str]) -> Self {
        Self {
            git,
            helper: None,
            arguments: arguments.iter().map(OsString::from).collect(),
            configuration: Vec::new(),
            // Outside any repository: that of the current folder must not matter.
            variables: vec![("GIT_DIR".into(), "/dev/null".into())],
            transports: "none",
            deadline: Deadline::after(git.limits().retry.time),
            file_bytes: git.limits().transfer_bytes,
            secret: None,
            input: Vec::new(),
        }
    }

    /// Runs this helper of git instead of git.
    pub(crate) fn by(mut self, helper: &'a str) -> Self {
        self.helper = Some(helper);
        self
    }

    /// Runs in the repository with this git folder.
    pub(crate) fn git_dir(self, folder: &Path) -> Self {
        self.variable("GIT_DIR", folder)
    }

    /// Runs in the repository that a folder belongs to; git looks for it.
    pub(crate) fn inside(mut self, folder: &Path) -> Self {
        self.variables.retain(|(name, _)| name != "GIT_DIR");
        let mut arguments = vec![OsString::from("-C"), folder.into()];
        arguments.append(&mut self.arguments);
        Self { arguments, ..self }
    }

    /// Sets an environment variable.
    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.retain(|(found, _)| found != name);
        self.variables.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Sets a configuration key.
    pub(crate) fn set(mut self, key: &str, value: &str) -> Self {
        self.configuration.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Allows these transports, separated by `:`.
    pub(crate) fn through(mut self, transports: &'a str) -> Self {
        self.transports = transports;
        self
    }

    /// Sets the deadline.
    pub(crate) fn until(mut self, deadline: Deadline) -> Self {
        self.deadline = deadline;
        self
    }

    /// Bounds the size of every file that git writes.
    pub(crate) fn writing_at_most(mut self, bytes: u64) -> Self {
        self.file_bytes = bytes;
        self
    }

    /// Hides this text wherever git repeats it.
    pub(crate) fn hiding(mut self, secret: Option<&'a str>) -> Self {
        self.secret = secret;
        self
    }

    /// Writes this to standard input.
    pub(crate) fn input(mut self, bytes: Vec<u8>) -> Self {
        self.input = bytes;
        self
    }

    /// Runs, and keeps up to `most` bytes of standard output, and one more that shows that there are more.
    pub(crate) fn output(mut self, most: u64) -> Result<GitOutput, ProcessError> {
        let input = std::mem::take(&mut self.input);
        self.talk(move |mut stdin, stdout| {
            let writer = thread::spawn(move || stdin.write_all(&input));
            let mut bytes = Vec::new();
            let read = stdout.take(most.saturating_add(1)).read_to_end(&mut bytes);
            let _ = writer.join();
            read.map(|_| bytes)
        })?
        .flatten()
    }

    /// Runs while `work` reads from and writes to it.
    pub(crate) fn talk<T: Send + 'static>(
        self,
        work: impl FnOnce(ChildStdin, ChildStdout) -> T + Send + 'static,
    ) -> Result<GitOutput<T>, ProcessError> {
        let bounds = ProcessLimits {
            deadline: self.deadline,
            cancel: self.git.cancel(),
            memory_bytes: self.git.limits().memory_bytes,
            file_bytes: self.file_bytes,
        };
        let FinishedProcess { status, stderr, result } = supervise(&mut self.command(), bounds, work)?;
        Ok(GitOutput { success: status.success(), result, stderr: GitStderr::new(&stderr, self.secret) })
    }

    fn command(&self) -> Command {
        let mut command = self.git.command(self.helper);
        let stall = self.git.limits().stall.as_secs().max(1).to_string();
        let timing = [("http.lowSpeedLimit", "1000"), ("http.lowSpeedTime", stall.as_str())];
        let configured = self.configuration.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let all = CONFIGURATION.into_iter().chain(timing).chain(configured);
        let mut count = 0;
        for (index, (key, value)) in all.enumerate() {
            // In the environment, which other users cannot read, unlike the command line:
            // https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT
            command
                .env(format!("GIT_CONFIG_KEY_{index}"), key)
                .env(format!("GIT_CONFIG_VALUE_{index}"), value);
            count = index + 1;
        }
        command
            .env("GIT_CONFIG_COUNT", count.to_string())
            .env("GIT_ALLOW_PROTOCOL", self.transports)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .args(&self.arguments);
        command
    }
}

impl GitOutput<std::io::Result<Vec<u8>>> {
    fn flatten(self) -> Result<GitOutput, ProcessError> {
        Ok(GitOutput { success: self.success, result: self.result?, stderr: self.stderr })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_version_is_read() {
        for (text, expected) in [
            ("2.47.3", Some((2, 47))),
            ("2.39.5 (Apple Git-154)", Some((2, 39))),
            ("2.45.1.windows.1", Some((2, 45))),
            ("", None),
        ] {
            assert_eq!(numbers(text), expected);
        }
    }

    #[test]
    fn a_missing_git_is_named() {
        let error = Git::at(Path::new("/no/such/git"), GitConfig::None, FetchLimits::default()).unwrap_err();
        assert!(error.to_string().contains("`/no/such/git`"), "{error}");
        assert!(!error.hint().is_empty());
    }

    #[test]
    fn this_machine_has_git() {
        Git::find(GitConfig::None, FetchLimits::default()).unwrap();
    }
}
