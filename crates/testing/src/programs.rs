//! The programs that tests of images run: Debian's, installed where they are missing and we may.

#![expect(clippy::unwrap_used, clippy::panic, reason = "whatever fails here fails the test")]

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const PROGRAMS: [(&str, &str); 8] = [
    ("docker-registry", "docker-registry"),
    ("skopeo", "skopeo"),
    ("umoci", "umoci"),
    ("podman", "podman"),
    ("htpasswd", "apache2-utils"),
    ("openssl", "openssl"),
    ("minisign", "minisign"),
    ("faketime", "faketime"),
];

/// A command; all programs are there when this answers.
#[must_use]
pub fn program(name: &str) -> Command {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| install(&PROGRAMS));
    found(name)
}

/// A command of another package, which few tests need.
#[must_use]
pub fn other(name: &str, package: &str) -> Command {
    install(&[(name, package)]);
    found(name)
}

/// Whether this process may do what root may.
#[must_use]
pub fn is_root() -> bool {
    let said = Command::new("id").arg("-u").output();
    said.is_ok_and(|said| said.stdout.trim_ascii() == b"0")
}

fn found(name: &str) -> Command {
    Command::new(find(name).unwrap_or_else(|| panic!("`{name}` is not installed")))
}

fn find(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Installs what is missing; test programs that run at the same time take turns.
fn install(programs: &[(&str, &str)]) {
    let is_missing = || programs.iter().any(|(program, _)| find(program).is_none());
    if !is_missing() {
        return;
    }
    let turn = std::fs::File::create(std::env::temp_dir().join("start-points-tests.lock")).unwrap();
    turn.lock().unwrap();
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        apt.stdin(Stdio::null()).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let install: Vec<&str> = ["install", "-y", "-q", "--no-install-recommends", "crun"]
        .into_iter()
        .chain(programs.iter().map(|(_, package)| *package))
        .collect();
    if is_missing() && !apt(&install) {
        apt(&["update", "-q"]);
        apt(&install);
    }
    let missing: Vec<_> =
        programs.iter().filter(|(program, _)| find(program).is_none()).map(|(_, package)| package).collect();
    assert!(missing.is_empty(), "these tests need {missing:?}: as root they install them with apt-get");
}

/// Runs a program and answers what it writes.
///
/// # Errors
/// What it complains of, where it fails.
pub fn run(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}
