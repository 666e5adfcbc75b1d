//! Git repositories made to measure, with nothing of the machine's git set-up in them.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use super::program;

/// A change to one path in a commit.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// A regular file.
    File(&'a [u8]),
    /// A file that may be run.
    Executable(&'a [u8]),
    /// A symbolic link.
    Link(&'a str),
    /// A submodule at this commit.
    Submodule(&'a str),
    /// No longer there.
    Gone,
}

/// A repository on disk.
#[derive(Debug, Clone)]
pub struct GitRepository {
    folder: PathBuf,
    time: u64,
}

impl GitRepository {
    /// A new bare repository whose default branch is `branch`.
    ///
    /// # Errors
    /// Where git fails.
    pub fn bare(folder: &Path, branch: &str) -> Result<Self> {
        Self::init(folder, &["--bare", "--initial-branch", branch])
    }

    /// A new repository with a work tree; see [`GitRepository::check_out`].
    ///
    /// # Errors
    /// Where git fails.
    pub fn with_work_tree(folder: &Path, branch: &str) -> Result<Self> {
        Self::init(folder, &["--initial-branch", branch])
    }

    fn init(folder: &Path, arguments: &[&str]) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let repository = Self { folder: folder.to_owned(), time: 1_700_000_000 };
        let mut all = vec!["init", "--quiet", "--template="];
        all.extend(arguments);
        repository.git(&all)?;
        Ok(repository)
    }

    /// The same; what is committed from here on is committed at this time, in seconds since the beginning of 1970.
    #[must_use]
    pub fn at(self, time: u64) -> Self {
        Self { time, ..self }
    }

    /// Where it lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds a commit to the default branch; answers its sha.
    ///
    /// # Errors
    /// Where git fails.
    pub fn commit(&self, changes: &[(&str, Change<'_>)]) -> Result<String> {
        let branch = self.git(&["symbolic-ref", "HEAD"])?;
        self.commit_to(&branch, changes)
    }

    /// Adds a commit to a branch, named in full; answers its sha.
    ///
    /// # Errors
    /// Where git fails.
    pub fn commit_to(&self, branch: &str, changes: &[(&str, Change<'_>)]) -> Result<String> {
        let mut stream = Vec::new();
        let time = self.time;
        writeln!(stream, "commit {branch}\nmark :1\ncommitter Tester <tester@example.com> {time} +0000")?;
        writeln!(stream, "data 6\nchange")?;
        if self.git(&["rev-parse", "--verify", "--quiet", branch]).is_ok() {
            writeln!(stream, "from {branch}^0")?;
        }
        for (path, change) in changes {
            let (mode, bytes) = match change {
                Change::File(bytes) => ("100644", *bytes),
                Change::Executable(bytes) => ("100755", *bytes),
                Change::Link(target) => ("120000", target.as_bytes()),
                Change::Submodule(commit) => {
                    writeln!(stream, "M 160000 {commit} {path}")?;
                    continue;
                }
                Change::Gone => {
                    writeln!(stream, "D {path}")?;
                    continue;
                }
            };
            writeln!(stream, "M {mode} inline {path}\ndata {}", bytes.len())?;
            stream.write_all(bytes)?;
            stream.push(b'\n');
        }
        self.import(&stream)?;
        self.git(&["rev-parse", "--verify", branch])
    }

    /// Runs a `git fast-import` stream.
    ///
    /// # Errors
    /// Where git fails.
    pub fn import(&self, stream: &[u8]) -> Result<()> {
        self.run(&["fast-import", "--quiet", "--force"], stream).map(drop)
    }

    /// A tag without a word of its own.
    ///
    /// # Errors
    /// Where git fails.
    pub fn tag(&self, name: &str) -> Result<()> {
        self.git(&["tag", "--force", name]).map(drop)
    }

    /// A tag that is an object of its own.
    ///
    /// # Errors
    /// Where git fails.
    pub fn annotated_tag(&self, name: &str) -> Result<()> {
        self.git(&["tag", "--force", "--annotate", "--message", "a tag", name]).map(drop)
    }

    /// Puts the tip of the branch into the work tree.
    ///
    /// # Errors
    /// Where git fails.
    pub fn check_out(&self) -> Result<()> {
        self.git(&["reset", "--quiet", "--hard"]).map(drop)
    }

    /// A blob; answers its id.
    ///
    /// # Errors
    /// Where git fails.
    pub fn blob(&self, bytes: &[u8]) -> Result<String> {
        self.run(&["hash-object", "-w", "--stdin"], bytes)
    }

    /// A tree of entries that git itself would refuse to write: `(mode, name, object)`.
    ///
    /// # Errors
    /// Where git fails.
    pub fn raw_tree(&self, entries: &[(&str, &[u8], &str)]) -> Result<String> {
        let mut bytes = Vec::new();
        for (mode, name, object) in entries {
            bytes.extend_from_slice(mode.as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(name);
            bytes.push(0);
            for at in (0..object.len()).step_by(2) {
                bytes.push(u8::from_str_radix(object.get(at..at + 2).unwrap_or_default(), 16)?);
            }
        }
        self.run(&["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], &bytes)
    }

    /// Makes a commit of a tree and points the default branch at it.
    ///
    /// # Errors
    /// Where git fails.
    pub fn commit_tree(&self, tree: &str) -> Result<String> {
        let commit = self.git(&["commit-tree", "-m", "made", tree])?;
        let branch = self.git(&["symbolic-ref", "HEAD"])?;
        self.git(&["update-ref", &branch, &commit])?;
        Ok(commit)
    }

    /// Runs git in it; answers what it printed, trimmed.
    ///
    /// # Errors
    /// Where git fails.
    pub fn git(&self, arguments: &[&str]) -> Result<String> {
        self.run(arguments, b"")
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Result<String> {
        let mut child = Command::new(program())
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(env::var_os("PATH").map(|path| ("PATH", path)))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Tester")
            .env("GIT_AUTHOR_EMAIL", "tester@example.com")
            .env("GIT_AUTHOR_DATE", "1700000000 +0000")
            .env("GIT_COMMITTER_NAME", "Tester")
            .env("GIT_COMMITTER_EMAIL", "tester@example.com")
            .env("GIT_COMMITTER_DATE", format!("{} +0000", self.time))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run git")?;
        let mut stdin = child.stdin.take().context("no pipe")?;
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output()?;
        let _ = writer.join();
        if !output.status.success() {
            let mut words = String::new();
            for argument in arguments {
                write!(words, " {argument}")?;
            }
            bail!("git{words}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}
