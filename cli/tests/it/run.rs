//! Running the command that was built.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The command, with nothing of the caller's settings.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_start-points"));
    command.env_remove("GIT_DIR").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// What a run answered.
pub(crate) struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs in a folder.
pub(crate) fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    ran(command().current_dir(folder).args(arguments).output().expect("it runs"))
}

/// Runs in a folder with bytes on standard input.
pub(crate) fn run_with_input(folder: &Path, arguments: &[&str], input: &[u8]) -> Ran {
    let mut command = command();
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    // It may end before it has read everything.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    ran(child.wait_with_output().expect("it ends"))
}

pub(crate) fn ran(output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Writes files below a folder: path → content.
pub(crate) fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

/// A manifest of an exercise with one visible file.
pub(crate) fn exercise(file: &str) -> String {
    format!("{{ \"display_name\": \"Fizz Buzz\", \"visible_filenames\": [{file:?}] }}\n")
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=trunk"])
        .args(arguments)
        .env_remove("GIT_DIR")
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("git runs").success(), "git {arguments:?}");
}
