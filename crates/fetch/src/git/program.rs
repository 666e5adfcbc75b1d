//! Finding the git program, once.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use start_points_io::Cancel;
use thiserror::Error;

use super::call::Call;
use super::environment::{self, Configuration};
use crate::limits::Limits;

/// The oldest git that has all we ask for.
const OLDEST: (u32, u32) = (2, 30);

/// A git program that answered, with what it is told and how far it may go.
#[derive(Debug, Clone)]
pub struct Git {
    program: PathBuf,
    environment: Arc<Vec<(OsString, OsString)>>,
    /// Where its helpers are.
    helpers: PathBuf,
    limits: Limits,
    cancel: Cancel,
}

/// Why there is no git to run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GitMissing {
    /// It does not start.
    #[error("cannot run `{program}`: {reason}")]
    DoesNotRun {
        /// What was run.
        program: String,
        /// What the system says.
        reason: String,
    },
    /// It is older than what we ask of it.
    #[error("`{program}` is git {found}, and {}.{} is the oldest that will do", OLDEST.0, OLDEST.1)]
    TooOld {
        /// What was run.
        program: String,
        /// What it says it is.
        found: String,
    },
}

impl GitMissing {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::DoesNotRun { .. } => "install git, and see that it is on the PATH",
            Self::TooOld { .. } => "install a newer git",
        }
    }
}

impl Git {
    /// The `git` on the PATH.
    ///
    /// # Errors
    /// Where there is none, or an old one.
    pub fn find(configuration: Configuration, limits: Limits) -> Result<Self, GitMissing> {
        Self::at(Path::new("git"), configuration, limits)
    }

    /// The git program at a path.
    ///
    /// # Errors
    /// Where there is none, or an old one.
    pub fn at(program: &Path, configuration: Configuration, limits: Limits) -> Result<Self, GitMissing> {
        let mut environment = environment::environment(configuration);
        let shown = || program.display().to_string();
        let program = &absolute(program);
        let mut asked = Command::new(program);
        // The version, the place of its helpers and the user's ssh command, in one run.
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
                let reason = "it does not say its version".to_owned();
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

    /// What ends every run of this git, and of its clones, at once.
    #[must_use]
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// How far a run may go.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether it has this helper.
    pub(crate) fn has_helper(&self, name: &str) -> bool {
        self.helpers.is_absolute() && self.helpers.join(name).is_file()
    }

    /// A run of git with these arguments.
    pub(crate) fn call(&self, arguments: &[&str]) -> Call<'_> {
        Call::new(self, arguments)
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

/// A program that is looked up on the PATH, looked up once: a bare name is started by a copy of this whole process.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_spelling_of_a_version() {
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
    fn a_git_that_is_not_there_is_named() {
        let error = Git::at(Path::new("/no/such/git"), Configuration::None, Limits::default()).unwrap_err();
        assert!(error.to_string().contains("`/no/such/git`"), "{error}");
        assert!(!error.hint().is_empty());
    }

    #[test]
    fn this_machine_has_git() {
        Git::find(Configuration::None, Limits::default()).unwrap();
    }
}
