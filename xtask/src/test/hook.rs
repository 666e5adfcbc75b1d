//! The pre-commit hooks, run by the real `pre-commit` as real commits are made. Nightly it builds them too, as it does
//! for users.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use super::count::Count;
use crate::shell::{self, cargo, program};
use crate::{repository, tools};

/// A change of a repository whose start-points are good.
type Change = fn(&Commits) -> Result<()>;

/// Commits that must be stopped, each with the rule that stops it.
const STOPPED: [(&str, &str, Change); 12] = [
    ("a fault", "dotless-extension", |commits| {
        commits.replace("start_point/manifest.json", "\".sh\"", "\"sh\"")
    }),
    ("a visible file deleted", "missing-file", |commits| commits.git(&["rm", "start_point/hiker.sh"])),
    ("an exercise's file deleted", "missing-file", |commits| {
        commits.git(&["rm", "start-points/Fizz/readme.txt"])
    }),
    ("the image's name deleted", "missing-docker-image-name", |commits| {
        commits.git(&["rm", "docker/image_name.json"])
    }),
    ("the image's folder renamed", "missing-docker-image-name", |commits| {
        commits.git(&["mv", "docker", "image"])
    }),
    ("a visible file renamed", "missing-file", |commits| {
        commits.git(&["mv", "start_point/hiker.sh", "start_point/Hiker.sh"])
    }),
    ("a visible file moved away", "missing-file", |commits| {
        fs::create_dir(commits.folder.join("other"))?;
        commits.git(&["mv", "start_point/hiker.sh", "other"])
    }),
    ("a visible file linked from elsewhere", "irregular-file", |commits| {
        fs::remove_file(commits.folder.join("start_point/hiker.sh"))?;
        Ok(std::os::unix::fs::symlink("../README.md", commits.folder.join("start_point/hiker.sh"))?)
    }),
    ("a visible file made a folder", "irregular-file", |commits| {
        fs::remove_file(commits.folder.join("start_point/hiker.sh"))?;
        commits.write("start_point/hiker.sh/more.sh", "echo\n")
    }),
    ("settings alone", "missing-key", |commits| commits.write("start-points.toml", "dialect = \"pinned\"\n")),
    ("settings that make a warning an error", "no-final-newline", |commits| {
        commits.write("start-points.toml", "[rules]\nno-final-newline = \"error\"\n")
    }),
    ("a name that is there already", "duplicate-display-name", |commits| {
        commits.write("start-points/Buzz/manifest.json", EXERCISE)?;
        commits.write("start-points/Buzz/readme.txt", "Fizz\n")
    }),
];

const EXERCISE: &str = "{ \"display_name\": \"Fizz\", \"visible_filenames\": [\"readme.txt\"] }\n";

/// Where pre-commit has the hooks from.
enum Hooks {
    /// The command that is built already, as hooks of a repository made here.
    Built,
    /// This repository: pre-commit builds the command with pip and maturin.
    Ours,
}

/// Counts each thing that was seen to hold, of hooks that are built already.
pub fn run() -> Result<Count> {
    run_with(Hooks::Built)
}

/// The long form: pre-commit builds the hooks.
pub fn run_built_by_pre_commit() -> Result<()> {
    run_with(Hooks::Ours).map(drop)
}

fn run_with(hooks: Hooks) -> Result<Count> {
    shell::run(&mut cargo(&["build", "--quiet", "--locked", "--package", "start-points-cli"]))?;
    let folder = tempfile::tempdir()?;
    let commits = Commits::new(folder.path().join("bash-plain"), hooks)?;
    let mut passed = 0;

    commits.hooks("- id: start-points")?;
    commits.passes("the first")?;
    commits.write("README.md", "# Bash\n")?;
    commits.passes("a file that belongs to no start-point")?;
    commits.replace("start_point/hiker.sh", "6 * 9", "6 * 7")?;
    commits.passes("a visible file")?;
    // A warning: the last line has no line feed.
    commits.write("start-points/Fizz/readme.txt", "Fizz")?;
    commits.passes("a warning")?;
    passed += 4;
    for (what, rule, change) in STOPPED {
        change(&commits)?;
        let output = commits.stopped(what)?;
        ensure!(output.contains(rule), "{what}: the hook does not name {rule}:\n{output}");
        ensure!(
            output.contains(commits.checked()?.trim_end()),
            "{what}: the command answers otherwise:\n{output}"
        );
        commits.undo()?;
        passed += 1;
    }

    commits.hooks("- id: start-points\n        args: [--error-on-warnings]")?;
    commits.write("README.md", "# Bash, plain\n")?;
    let output = commits.stopped("a warning, with --error-on-warnings")?;
    ensure!(output.contains("no-final-newline"), "{output}");
    commits.undo()?;

    commits.hooks("- id: start-points-fix")?;
    commits.replace("start_point/manifest.json", "\".sh\"", "\"sh\"")?;
    commits.stopped("what is fixed")?;
    ensure!(commits.read("start_point/manifest.json")?.contains("\".sh\""), "the fix is not written");
    ensure!(
        commits.read("start-points/Fizz/readme.txt")? == "Fizz\n",
        "a file of another start-point is not fixed"
    );
    commits.passes("what was fixed")?;
    commits.git(&["rm", "start_point/hiker.sh"])?;
    let output = commits.stopped("what has no fix")?;
    ensure!(output.contains("missing-file"), "{output}");
    passed += 4;

    Ok(Count { passed, failed: 0 })
}

/// A repository whose commits the hooks see.
struct Commits {
    folder: PathBuf,
    command: PathBuf,
    python: PathBuf,
    /// The repository that has the hooks, and its commit.
    hooks: (PathBuf, String),
}

impl Commits {
    fn new(folder: PathBuf, hooks: Hooks) -> Result<Self> {
        let command = tools::target().join("debug/start-points");
        shell::run(program(&command).args(["new", "languages"]).arg(&folder))?;
        let hooks = match hooks {
            Hooks::Built => hooks_of(&command, &folder.with_file_name("hooks"))?,
            Hooks::Ours => (repository::root(), committed()?),
        };
        let commits = Self { folder, command, python: tools::python()?, hooks };
        commits.git(&["init", "--quiet"])?;
        commits.write(".git/info/exclude", ".pre-commit-config.yaml\n")?;
        commits.write("start-points/Fizz/manifest.json", EXERCISE)?;
        commits.write("start-points/Fizz/readme.txt", "Fizz\n")?;
        shell::run(
            program(commits.python.join("pre-commit")).current_dir(&commits.folder).args(["install"]),
        )?;
        Ok(commits)
    }

    /// Chooses the hooks of the commits to come.
    fn hooks(&self, hooks: &str) -> Result<()> {
        let (root, revision) = &self.hooks;
        let text =
            format!("repos:\n  - repo: {}\n    rev: {revision}\n    hooks:\n      {hooks}\n", root.display());
        self.write(".pre-commit-config.yaml", &text)
    }

    fn commit(&self, what: &str) -> Result<(bool, String)> {
        self.git(&["add", "--all"])?;
        let mut commit = program("git");
        commit.current_dir(&self.folder).args(["commit", "--quiet", "--message", what]).envs(IDENTITY);
        // The hook is built below target/, with what the tests built already, and only once.
        commit.env("PRE_COMMIT_HOME", tools::target().join("pre-commit"));
        commit.env("CARGO_TARGET_DIR", tools::target());
        commit.env("MATURIN_PEP517_ARGS", "--profile dev");
        commit.env("PRE_COMMIT_COLOR", "never").env_remove("RUSTFLAGS");
        let output = commit.output()?;
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        Ok((output.status.success(), text.into_owned()))
    }

    fn passes(&self, what: &str) -> Result<()> {
        let (passed, output) = self.commit(what)?;
        ensure!(passed && output.contains("Passed"), "{what}: a good commit is stopped:\n{output}");
        Ok(())
    }

    fn stopped(&self, what: &str) -> Result<String> {
        let (passed, output) = self.commit(what)?;
        ensure!(!passed && output.contains("Failed"), "{what}: a bad commit is made:\n{output}");
        Ok(output)
    }

    /// What the command that was built answers here.
    fn checked(&self) -> Result<String> {
        let output =
            Command::new(&self.command).args(["check", "--quiet"]).current_dir(&self.folder).output()?;
        Ok(String::from_utf8(output.stdout)?)
    }

    fn undo(&self) -> Result<()> {
        self.git(&["reset", "--quiet", "--hard"])
    }

    fn git(&self, arguments: &[&str]) -> Result<()> {
        shell::run(program("git").current_dir(&self.folder).envs(IDENTITY).args(arguments))
    }

    fn read(&self, path: &str) -> Result<String> {
        Ok(fs::read_to_string(self.folder.join(path))?)
    }

    fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        Ok(fs::write(path, text)?)
    }

    fn replace(&self, path: &str, old: &str, new: &str) -> Result<()> {
        let text = self.read(path)?;
        ensure!(text.contains(old), "{path} has no {old}");
        self.write(path, &text.replace(old, new))
    }
}

/// The work tree as it is, as a commit: the stashed one, or the last where nothing is changed.
fn committed() -> Result<String> {
    let git = |words: &[&str]| {
        shell::output(program("git").current_dir(repository::root()).envs(IDENTITY).args(words))
    };
    let stashed = git(&["stash", "create"])?;
    let name = if stashed.trim().is_empty() { git(&["rev-parse", "HEAD"])? } else { stashed };
    Ok(name.trim().to_owned())
}

/// A repository with our hooks, of which pre-commit builds nothing: they run this command.
fn hooks_of(command: &Path, folder: &Path) -> Result<(PathBuf, String)> {
    const NAME: &str = ".pre-commit-hooks.yaml";
    fs::create_dir(folder)?;
    let ours = fs::read_to_string(repository::path(NAME))?;
    let entry = format!("entry: {} ", command.display());
    let text = ours.replace("entry: start-points ", &entry).replace("language: python", "language: system");
    ensure!(text.matches(&entry).count() == 2, "{NAME} has other entries than expected");
    fs::write(folder.join(NAME), text)?;
    let git = |words: &[&str]| shell::output(program("git").current_dir(folder).envs(IDENTITY).args(words));
    git(&["init", "--quiet"])?;
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--message", "hooks"])?;
    Ok((folder.to_owned(), git(&["rev-parse", "HEAD"])?.trim().to_owned()))
}

const IDENTITY: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "start-points"),
    ("GIT_AUTHOR_EMAIL", "start-points@example.com"),
    ("GIT_COMMITTER_NAME", "start-points"),
    ("GIT_COMMITTER_EMAIL", "start-points@example.com"),
];
