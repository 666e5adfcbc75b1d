//! The disk fails on purpose: the n-th write, fsync, rename or read of a run. Then there is the old or the new, nothing
//! beside it, and the run says so; what only asks for another try makes no difference.
//!
//! A few of each are made to fail here, and every one of them by `cargo xtask faults`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::run::{Ran, git, ran, write};
use crate::world::World;
use start_points_testing::programs::{other, run as run_program};
use start_points_testing::{commit, languages, snapshot};

const CALLS: &str =
    "write,writev,pwrite64,copy_file_range,fsync,fdatasync,rename,renameat,renameat2,read,pread64";

/// A system call by its name, and the how manyeth of its thread it is.
type Call = (String, usize);

type Files = BTreeMap<String, Vec<u8>>;

/// A command that changes what lies in `here`.
struct Case<'a> {
    world: &'a World,
    arguments: &'a [&'a str],
    /// Brings back what was there before.
    reset: &'a dyn Fn(),
    /// What must be so after every run, however it ended.
    after: &'a dyn Fn(),
}

impl Case<'_> {
    /// Everything in `here`; of git's own files only those that are ours.
    fn look(&self) -> Files {
        let mut files = snapshot(&self.world.here("")).expect("a folder");
        files.retain(|path, _| !path.contains(".git/") || path.contains(".start-points"));
        files
    }

    fn traced(&self, more: &[String]) -> (Ran, String) {
        let log = self.world.folder.path().join("strace.log");
        let command = self.world.command(self.arguments);
        let mut strace = other("strace", "strace");
        strace.args(["-f", "-qq", "-y", "--seccomp-bpf", "-s0", "-e"]).arg(format!("trace={CALLS}"));
        strace.args(more).arg("-o").arg(&log).arg(command.get_program()).args(command.get_args());
        like(&mut strace, &command);
        let ran = ran(strace.output().expect("it runs"));
        (ran, fs::read_to_string(log).expect("a log"))
    }

    /// Whether a call is about a file of ours; what programs and libraries are loaded from is not.
    fn is_ours(&self, line: &str) -> bool {
        line.contains("rename") || line.contains(&format!("<{}/", self.world.folder.path().display()))
    }

    fn calls(&self, log: &str) -> BTreeSet<Call> {
        let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut calls = BTreeSet::new();
        for line in log.lines() {
            let (thread, call) = line.split_once(' ').expect("a thread");
            let Some((name, _)) = call.trim_start().split_once('(') else { continue };
            if !CALLS.split(',').any(|known| known == name) {
                continue;
            }
            let count = seen.entry((thread, name)).or_default();
            *count += 1;
            if self.is_ours(line) {
                calls.insert((name.to_owned(), *count));
            }
        }
        calls
    }

    fn fails_well(&self) {
        (self.reset)();
        let old = self.look();
        let (whole, log) = self.traced(&[]);
        let new = self.look();
        assert!(whole.code == Some(0) && old != new, "{}", whole.stderr);
        (self.after)();
        let (mut wrong, mut count) = (Vec::new(), 0);
        for (name, number) in chosen(&self.calls(&log)) {
            for error in errors(&name) {
                (self.reset)();
                let inject = ["-e".to_owned(), format!("inject={name}:error={error}:when={number}")];
                let (ran, log) = self.traced(&inject);
                let failed: Vec<&str> = log.lines().filter(|line| line.contains("(INJECTED)")).collect();
                let found = self.look();
                let said = format!(
                    "{error} at {name} {number} of {:?}: {:?} {}{}\n{}",
                    self.arguments,
                    ran.code,
                    ran.stdout,
                    ran.stderr,
                    failed.join("\n")
                );
                count += failed.len().min(1);
                if let Err(why) = self.judged(&ran, &failed, [&old, &new], &found) {
                    wrong.push(format!("{why}: {said}"));
                }
                (self.after)();
            }
        }
        println!("{count} faults on purpose of {:?}", self.arguments);
        assert!(wrong.is_empty(), "{} faults on purpose ended badly\n{}", wrong.len(), wrong.join("\n\n"));
    }

    fn judged(&self, ran: &Ran, failed: &[&str], is: [&Files; 2], found: &Files) -> Result<(), String> {
        let [old, new] = is;
        if found != old && found != new {
            return Err(format!("neither old nor new: {:?}", found.keys()));
        }
        // Of what libraries read there is nothing to say.
        if !failed.iter().all(|line| self.is_ours(line)) {
            return Ok(());
        }
        let only = |what: &str| failed.iter().all(|line| line.contains(what));
        match ran.code {
            Some(0) if found != new => Err("it was not done, and did not say so".to_owned()),
            Some(0) => Ok(()),
            _ if only("EINTR") => Err("it was not tried again".to_owned()),
            // A file of a start-point that cannot be read is a fault of the start-point.
            Some(1) if only("read(") && ran.stdout.contains("unreadable") => Ok(()),
            Some(2)
                if ran.stderr.contains("error: ")
                    && (found == old || ran.stderr.contains("is in its place")) =>
            {
                Ok(())
            }
            _ => Err("it did not say what failed".to_owned()),
        }
    }

    /// As a full pipe or a signal does it: all reads and writes take a part only.
    fn takes_parts(&self) {
        (self.reset)();
        assert_eq!(self.world.run(self.arguments).code, Some(0));
        let new = self.look();
        (self.reset)();
        let library = short_calls(self.world.folder.path());
        let ran =
            ran(self.world.command(self.arguments).env("LD_PRELOAD", library).output().expect("it runs"));
        assert!(ran.code == Some(0) && self.look() == new, "{}", ran.stderr);
        (self.after)();
    }
}

/// With the folder and the environment of another command.
fn like(command: &mut Command, other: &Command) {
    command.current_dir(other.get_current_dir().expect("a folder")).stdin(std::process::Stdio::null());
    for (name, value) in other.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

/// A full disk, a broken one, and what is not a fault at all.
fn errors(call: &str) -> &'static [&'static str] {
    match call {
        "rename" | "renameat" | "renameat2" => &["EIO"],
        "fsync" | "fdatasync" | "read" | "pread64" => &["EIO", "EINTR"],
        _ => &["ENOSPC", "EINTR"],
    }
}

/// All of them, or the first, the middle and the last of each.
fn chosen(calls: &BTreeSet<Call>) -> Vec<Call> {
    if std::env::var_os("FAULTS_ON_PURPOSE").is_some_and(|which| which == "all") {
        return calls.iter().cloned().collect();
    }
    let names: BTreeSet<&str> = calls.iter().map(|(name, _)| name.as_str()).collect();
    let of = |name: &str| calls.iter().filter(|call| call.0 == name).cloned().collect::<Vec<_>>();
    let some = |all: Vec<Call>| {
        let at: BTreeSet<usize> = [0, all.len() / 2, all.len() - 1].into();
        at.into_iter().map(move |at| all[at].clone()).collect::<Vec<_>>()
    };
    names.into_iter().flat_map(|name| some(of(name))).collect()
}

/// A library whose `read` and `write` take half of what they are given.
fn short_calls(folder: &Path) -> String {
    let (source, library) = (folder.join("short.c"), folder.join("short.so"));
    let text = "#define _GNU_SOURCE\n#include <sys/syscall.h>\n#include <unistd.h>\n\
        static size_t part(size_t size) { return size > 1 ? size / 2 : size; }\n\
        ssize_t read(int fd, void *to, size_t size) { return syscall(SYS_read, fd, to, part(size)); }\n\
        ssize_t write(int fd, const void *from, size_t size) { return syscall(SYS_write, fd, from, part(size)); }\n";
    fs::write(&source, text).expect("written");
    run_program(Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source))
        .expect("a library");
    library.to_str().expect("text").to_owned()
}

fn two() -> (World, [String; 2]) {
    let world = World::new();
    for name in ["c", "d"] {
        world.languages(name);
    }
    let urls = [world.url("c"), world.url("d")];
    (world, urls)
}

/// An old catalogue is replaced, and nothing is asked of the network.
fn created(output: &str) {
    let (world, [c, d]) = two();
    let make = |url: &str| {
        let ran = world.run(&["create", "x:1", "--languages", url, "--output", output]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    };
    make(&d);
    let arguments = ["create", "x:1", "--languages", &c, &d, "--output", output, "--offline", "--quiet"];
    make(&c);
    let case = Case { world: &world, arguments: &arguments, reset: &|| make(&d), after: &|| {} };
    case.fails_well();
    case.takes_parts();
}

#[test]
fn a_folder_is_the_old_one_or_the_new_one() {
    created("dir:out/x");
}

#[test]
fn an_image_is_the_old_one_or_the_new_one() {
    created("oci:out/x");
}

/// What the cache lost is fetched again, and nothing half-written is ever taken out of it.
#[test]
fn the_cache_is_good_whatever_became_of_a_run_that_filled_it() {
    let (world, [c, _]) = two();
    let cache = world.folder.path().join("cache");
    let arguments = ["create", "x", "--languages", &c, "--output", "dir:out", "--quiet"];
    let reset = || {
        for folder in [cache.clone(), world.here("out")] {
            let _ = fs::remove_dir_all(folder);
        }
    };
    assert_eq!(world.run(&arguments).code, Some(0));
    let new = snapshot(&world.here("out")).expect("a folder");
    let after = || {
        assert_eq!(world.run(&arguments).code, Some(0));
        assert_eq!(snapshot(&world.here("out")).expect("a folder"), new);
        let left = snapshot(&cache).expect("a folder").into_keys();
        let left: Vec<_> =
            left.filter(|path| path.contains("scratch/") || path.contains(".start-points-")).collect();
        assert!(left.is_empty(), "{left:?}");
    };
    let case = Case { world: &world, arguments: &arguments, reset: &reset, after: &after };
    case.fails_well();
    case.takes_parts();
}

#[test]
fn a_list_is_the_old_one_or_the_new_one() {
    let world = World::new();
    let repository = world.repository("c");
    for (tag, name) in [("1.0", "C 1"), ("1.1", "C 2")] {
        commit(&repository, &languages(name)).expect("a commit");
        repository.tag(tag).expect("a tag");
    }
    let list = format!("{}?tag=1.0\n", world.url("c"));
    let reset = || fs::write(world.here("urls.txt"), &list).expect("written");
    let arguments = ["urls", "update", "urls.txt"];
    let case = Case { world: &world, arguments: &arguments, reset: &reset, after: &|| {} };
    case.fails_well();
    case.takes_parts();
}

#[test]
fn a_file_that_is_fixed_is_the_old_one_or_the_new_one() {
    let world = World::new();
    let manifest = "{\n  \"display_name\": \"A\",\n  \"visible_filenames\": [\"a.txt\", \"a.txt\"]\n}\n";
    let reset = || {
        write(
            &world.here(""),
            &[("start-points/A/manifest.json", manifest), ("start-points/A/a.txt", "a\n")],
        );
    };
    reset();
    git(&world.here(""), &["init", "-q"]);
    let arguments = ["check", "--fix", ".", "--quiet"];
    let case = Case { world: &world, arguments: &arguments, reset: &reset, after: &|| {} };
    case.fails_well();
    case.takes_parts();
}
