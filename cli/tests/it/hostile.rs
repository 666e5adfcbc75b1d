//! Input that is broken, huge or hostile: a clear message and the right exit code, and never more than that.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Stdio};

use crate::run::{Ran, command, exercise, ran, run_in, run_with_input, write};
use tempfile::tempdir;

fn check_text(bytes: &[u8]) -> Ran {
    let folder = tempdir().expect("a folder");
    fs::write(folder.path().join("manifest.json"), bytes).expect("a file");
    run_in(folder.path(), &["check", "--format", "concise", "manifest.json"])
}

fn assert_fault(ran: &Ran, said: &str) {
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
}

#[test]
fn broken_texts_are_named_for_what_they_are() {
    assert_fault(&check_text(b""), "manifest.json:1:1: invalid-json: expected a value, found an empty text");
    assert_fault(&check_text(b"\xEF\xBB\xBF{}"), "byte-order mark");
    assert_fault(&check_text(b"{\n  \"a\": \"\xFF\"}"), "manifest.json:2:9: invalid-json: expected UTF-8");
    assert_fault(&check_text("[".repeat(10_000).as_bytes()), "arrays and objects inside one another");
    assert_fault(
        &check_text(b"{\n  \"a\": 1,\n}"),
        "manifest.json:2:9: invalid-json: trailing comma before `}`",
    );
}

#[test]
fn a_manifest_of_100_mb_is_refused_without_being_read() {
    let folder = tempdir().expect("a folder");
    let file = fs::File::create(folder.path().join("manifest.json")).expect("a file");
    file.set_len(100 << 20).expect("room");
    let ran = run_in(folder.path(), &["check", "--format", "concise", "manifest.json"]);
    assert_fault(&ran, "at most 1048576 bytes");
    let ran = run_with_input(folder.path(), &["check", "-", "--kind", "custom"], &vec![b' '; 100 << 20]);
    assert_fault(&ran, "at most 1048576 bytes");
}

#[test]
fn memory_is_bounded() {
    let folder = tempdir().expect("a folder");
    let many = format!("{{\"visible_filenames\": [{}\"x\"]}}", "\"\",".repeat(300_000));
    fs::write(folder.path().join("manifest.json"), &many.as_bytes()[..many.len().min(1_000_000)])
        .expect("a file");
    fs::write(folder.path().join("many.json"), format!("{{\"a\": [{}1]}}", "\"\",".repeat(300_000)))
        .expect("a file");
    let limited = |file: &str| {
        let mut shell = Command::new("bash");
        shell.args([
            "-c",
            "ulimit -v 400000; exec \"$0\" check --format json \"$1\"",
            env!("CARGO_BIN_EXE_start-points"),
            file,
        ]);
        ran(shell.current_dir(folder.path()).output().expect("it runs"))
    };
    assert_eq!(limited("manifest.json").code, Some(1));
    assert_eq!(limited("many.json").code, Some(1));
}

#[test]
fn a_pipe_or_device_as_a_visible_file_neither_blocks_nor_passes() {
    let folder = tempdir().expect("a folder");
    write(folder.path(), &[("manifest.json", &exercise("readme.txt"))]);
    let made = Command::new("mkfifo").arg(folder.path().join("readme.txt")).status();
    assert!(made.expect("mkfifo runs").success());
    assert_fault(&run_in(folder.path(), &["check", "--format", "concise"]), "a pipe, socket or device");

    fs::remove_file(folder.path().join("readme.txt")).expect("removed");
    symlink("/dev/zero", folder.path().join("readme.txt")).expect("a link");
    assert_fault(
        &run_in(folder.path(), &["check", "--format", "concise"]),
        "a symbolic link that leads out of the start-point",
    );
}

#[test]
fn a_pipe_or_device_as_a_manifest_neither_blocks_nor_passes() {
    let folder = tempdir().expect("a folder");
    let made = Command::new("mkfifo").arg(folder.path().join("manifest.json")).status();
    assert!(made.expect("mkfifo runs").success());
    assert_fault(&run_in(folder.path(), &["check", "--format", "concise"]), "is a pipe, socket or device");
    assert_fault(
        &run_in(folder.path(), &["check", "--format", "concise", "/dev/zero"]),
        "is a pipe, socket or device",
    );
}

#[test]
fn symlink_loops_end() {
    let folder = tempdir().expect("a folder");
    write(
        folder.path(),
        &[("start-points/A/manifest.json", &exercise("readme.txt")), ("start-points/A/readme.txt", "x\n")],
    );
    symlink("..", folder.path().join("start-points/up")).expect("a link");
    symlink("self", folder.path().join("start-points/self")).expect("a link");
    let ran = run_in(folder.path(), &["check"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), "1 manifest: clean\n"));

    fs::remove_file(folder.path().join("start-points/A/readme.txt")).expect("removed");
    symlink("readme.txt", folder.path().join("start-points/A/readme.txt")).expect("a link");
    assert_fault(
        &run_in(folder.path(), &["check", "--format", "concise"]),
        "a symbolic link that leads out of the start-point",
    );
}

#[test]
fn names_that_climb_are_never_looked_at() {
    let folder = tempdir().expect("a folder");
    write(folder.path(), &[("secret.txt", "x\n"), ("a/manifest.json", &exercise("../secret.txt"))]);
    let ran = run_in(folder.path(), &["check", "a", "--format", "concise"]);
    assert_fault(&ran, "escaping-filename");
    assert!(!ran.stdout.contains("missing-file"));
}

/// Root may read everything, so the command runs as somebody else.
#[test]
fn a_folder_without_rights_is_a_fault_of_its_own_and_the_rest_is_checked() {
    let folder = tempdir().expect("a folder");
    write(
        folder.path(),
        &[
            ("start-points/A/manifest.json", &exercise("missing.txt")),
            ("start-points/B/manifest.json", &exercise("readme.txt")),
        ],
    );
    let mode =
        |path: &str, mode| fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(mode));
    mode("", 0o755).expect("set");
    mode("start-points/B", 0).expect("set");
    // The command itself may lie where only root may go.
    let copy = folder.path().join("command");
    fs::copy(env!("CARGO_BIN_EXE_start-points"), &copy).expect("copied");
    let mut shell = Command::new("sh");
    let script = "if [ \"$(id -u)\" = 0 ]; then exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"; else exec \"$@\"; fi";
    shell.args(["-c", script, "sh"]).arg(&copy).args(["check", "start-points", "--format", "concise"]);
    let ran = ran(shell.current_dir(folder.path()).output().expect("it runs"));
    mode("start-points/B", 0o755).expect("set");
    assert_fault(&ran, "start-points/B: unreadable: cannot be read: permission denied");
    assert_fault(&ran, "missing-file");
}

#[test]
fn a_reader_that_leaves_ends_the_command_quietly() {
    let folder = tempdir().expect("a folder");
    let many = format!("{{\"visible_filenames\": [{}]}}", vec!["\"\""; 900].join(","));
    write(folder.path(), &[("manifest.json", &many)]);
    let mut child = command()
        .current_dir(folder.path())
        .args(["check", "manifest.json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut first = [0; 16];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("some output");
    let ran = ran(child.wait_with_output().expect("it ends"));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

#[test]
fn names_on_disk_reach_no_terminal_as_they_are() {
    let folder = tempdir().expect("a folder");
    write(folder.path(), &[("a\u{1b}[31m\nb/manifest.json", "{")]);
    for format in ["full", "concise"] {
        let ran = run_in(folder.path(), &["check", "--format", format]);
        assert_eq!(ran.code, Some(1));
        assert!(!ran.stdout.contains('\u{1b}'), "{:?}", ran.stdout);
    }
}
