//! One run of git, put together.

use std::ffi::{OsStr, OsString};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command};
use std::thread;

use start_points_io::Deadline;

use super::environment::CONFIGURATION;
use super::program::Git;
use super::said::Said;
use super::supervise::{Bounds, Ended, Stop, supervise};

/// A run of git that is about to be made. It may use no transport unless it is told so.
#[derive(Debug)]
pub(crate) struct Call<'a> {
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

/// What git answered.
#[derive(Debug)]
pub(crate) struct Answered<T = Vec<u8>> {
    /// Whether it ended with 0.
    pub(crate) success: bool,
    /// What it wrote, or what was made of that.
    pub(crate) result: T,
    /// What it complained of.
    pub(crate) said: Said,
}

impl<'a> Call<'a> {
    pub(super) fn new(git: &'a Git, arguments: &[&str]) -> Self {
        Self {
            git,
            helper: None,
            arguments: arguments.iter().map(OsString::from).collect(),
            configuration: Vec::new(),
            // Outside any repository: the one we happen to stand in has no say.
            variables: vec![("GIT_DIR".into(), "/dev/null".into())],
            transports: "none",
            deadline: Deadline::after(git.limits().retry.time),
            file_bytes: git.limits().transfer_bytes,
            secret: None,
            input: Vec::new(),
        }
    }

    /// Of this helper of git's instead.
    pub(crate) fn by(mut self, helper: &'a str) -> Self {
        self.helper = Some(helper);
        self
    }

    /// In the repository of this git folder.
    pub(crate) fn git_dir(self, folder: &Path) -> Self {
        self.variable("GIT_DIR", folder)
    }

    /// In the repository that a folder belongs to, which git looks for.
    pub(crate) fn inside(mut self, folder: &Path) -> Self {
        self.variables.retain(|(name, _)| name != "GIT_DIR");
        let mut arguments = vec![OsString::from("-C"), folder.into()];
        arguments.append(&mut self.arguments);
        Self { arguments, ..self }
    }

    /// With an environment variable.
    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.retain(|(found, _)| found != name);
        self.variables.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// With a setting.
    pub(crate) fn set(mut self, key: &str, value: &str) -> Self {
        self.configuration.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Through these transports, separated by `:`.
    pub(crate) fn through(mut self, transports: &'a str) -> Self {
        self.transports = transports;
        self
    }

    /// Until then.
    pub(crate) fn until(mut self, deadline: Deadline) -> Self {
        self.deadline = deadline;
        self
    }

    /// Writing no file larger than this.
    pub(crate) fn writing_at_most(mut self, bytes: u64) -> Self {
        self.file_bytes = bytes;
        self
    }

    /// Replacing this text wherever git repeats it.
    pub(crate) fn hiding(mut self, secret: Option<&'a str>) -> Self {
        self.secret = secret;
        self
    }

    /// With this on standard input.
    pub(crate) fn input(mut self, bytes: Vec<u8>) -> Self {
        self.input = bytes;
        self
    }

    /// Runs; keeps what git writes, up to `most` bytes and one more that shows there were more.
    pub(crate) fn output(mut self, most: u64) -> Result<Answered, Stop> {
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

    /// Runs while `work` speaks with it.
    pub(crate) fn talk<T: Send + 'static>(
        self,
        work: impl FnOnce(ChildStdin, ChildStdout) -> T + Send + 'static,
    ) -> Result<Answered<T>, Stop> {
        let bounds = Bounds {
            deadline: self.deadline,
            cancel: self.git.cancel(),
            memory_bytes: self.git.limits().memory_bytes,
            file_bytes: self.file_bytes,
        };
        let Ended { status, stderr, result } = supervise(&mut self.command(), bounds, work)?;
        Ok(Answered { success: status.success(), result, said: Said::new(&stderr, self.secret) })
    }

    fn command(&self) -> Command {
        let mut command = self.git.command(self.helper);
        let stall = self.git.limits().stall.as_secs().max(1).to_string();
        let timing = [("http.lowSpeedLimit", "1000"), ("http.lowSpeedTime", stall.as_str())];
        let configured = self.configuration.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let all = CONFIGURATION.into_iter().chain(timing).chain(configured);
        let mut count = 0;
        for (index, (key, value)) in all.enumerate() {
            // In the environment, which other users cannot read as they can a command line.
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

impl Answered<std::io::Result<Vec<u8>>> {
    fn flatten(self) -> Result<Answered, Stop> {
        Ok(Answered { success: self.success, result: self.result?, said: self.said })
    }
}
