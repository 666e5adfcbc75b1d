//! The README's shell examples, run as they stand: one after another, in a copy of the repository's examples.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::world::World;
use start_points_testing::registry::Served;
use start_points_testing::{commit, languages};

/// Lines that are not run, by how they begin, and why.
const SKIPPED: [(&str, &str); 4] = [
    ("cargo ", "builds the workspace, or is the test that runs this"),
    ("start-points image pack ", "pushes to the registry that the image name of the example names"),
    ("start-points gate ", "asks public registries for the ages of images"),
    ("start-points serve acme-languages  ", "does not end; the block about HTTP runs it in the background"),
];

/// Lines whose exit code says that faults were found.
const WITH_FAULTS: [&str; 1] = ["start-points check --diff examples/bad"];

/// The lines of every `sh` block.
fn lines(readme: &str) -> Vec<&str> {
    let blocks = readme.split("```sh\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split_once("\n```").map(|(block, _)| block));
    blocks.flat_map(str::lines).filter(|line| !line.trim().is_empty()).collect()
}

/// A script that ends at the first line whose exit code is not the expected one, and says which.
fn script(lines: &[&str]) -> String {
    let mut script = "trap '[ -z \"$!\" ] || kill \"$!\"' EXIT\n".to_owned();
    for (index, line) in lines.iter().enumerate() {
        let expected = i32::from(WITH_FAULTS.iter().any(|start| line.starts_with(start)));
        script += &format!(
            "{line}\nstatus=$?\n[ $status -eq {expected} ] || {{ echo \"line {index} ended in $status\" >&2; exit 3; }}\n"
        );
    }
    script
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

#[test]
fn the_shell_examples_run_as_they_stand() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(top.join("README.md")).expect("the README");
    let world = World::new();
    let registry = Served::plain();
    let mut urls = String::new();
    for (name, display_name) in [("java", "Java, JUnit"), ("c", "C, assert")] {
        commit(&world.repository(name), &languages(display_name)).expect("a commit");
        urls += &format!("{}\n", world.url(name));
    }
    fs::write(world.here("urls.txt"), urls).expect("a file");
    // Whatever the service answers with an error's status is an error of the example.
    fs::write(world.folder.path().join(".curlrc"), "fail\nsilent\nshow-error\n").expect("a file");

    let lines = lines(&readme);
    for (start, why) in SKIPPED {
        assert!(lines.iter().any(|line| line.starts_with(start)), "`{start}` is not in the README: {why}");
    }
    let is_run = |line: &&&str| !SKIPPED.iter().any(|(start, _)| line.starts_with(start));
    let lines: Vec<&str> = lines.iter().filter(is_run).copied().collect();
    assert!(lines.len() >= 12, "{lines:#?}");
    let script = script(&lines).replace("4524", &free_port().to_string()).replace("ghcr.io", &registry.host);
    let prepare = "cp -R \"$EXAMPLES\" examples && git init -q && git add examples && \
                   git -c user.name=x -c user.email=x@example.com commit -qm x || exit 4\n";

    let bin = Path::new(env!("CARGO_BIN_EXE_start-points")).parent().expect("a folder");
    let path = std::env::var("PATH").expect("a PATH");
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{prepare}{script}")]).current_dir(world.here("")).stdin(Stdio::null());
    shell.env("PATH", format!("{}:{path}", bin.display())).env("EXAMPLES", top.join("examples"));
    shell.env("HOME", world.folder.path()).env("XDG_CACHE_HOME", world.folder.path().join("cache"));
    shell.env("GIT_CONFIG_NOSYSTEM", "1").env("NO_COLOR", "1").env_remove("GIT_DIR").env_remove("PORT");
    let ran = crate::run::ran(shell.output().expect("it runs"));
    assert_eq!(ran.code, Some(0), "{lines:#?}\n{}\n{}", ran.stdout, ran.stderr);
    assert!(!ran.stderr.contains("error: "), "{}", ran.stderr);
    for shown in [
        "example/python_pytest:",
        "\"exercise\": \"Leap Years\"",
        "Java, JUnit",
        "\"visible_files\"",
        "{\"version\":1,\"diagnostics\":[]",
    ] {
        assert!(ran.stdout.contains(shown), "no `{shown}` in {}", ran.stdout);
    }
}
