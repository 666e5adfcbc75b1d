//! No command runs what a repository names: in its configuration, its attributes, its hooks or its files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::payloads::{ATTRIBUTES, Payloads};
use crate::run::{Ran, git, ran, run_in, write};
use tempfile::TempDir;

/// Commands that look at a repository, `kata` in the current folder; most come to the end that they should.
const COMMANDS: &[&str] = &[
    "inspect kata",
    "inspect .",
    "mix kata",
    "image-name kata",
    "image-name --require-clean kata",
    "image tag kata",
    "image pack ./kata --output oci:packed",
    "image pack ./kata --work-tree --output oci:packed-too",
    "create a/b:1 --languages ./kata --output dir:made",
    "create a/b:1 --languages ./kata --work-tree --output dir:made-too",
    "url --resolve ./kata",
    "urls check list",
    "urls outdated list",
    "urls update list",
    "check kata",
    "check --fix kata",
    "new exercises kata/new",
];

struct World {
    folder: TempDir,
    payloads: Payloads,
}

impl World {
    /// A repository with a start-point, as it was cloned or unpacked: git looks into its files again.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let payloads = Payloads::new(&folder.path().join("payloads"));
        let world = Self { folder, payloads };
        let here = world.here("");
        fs::create_dir(&here).expect("a folder");
        write(&here, &[("list", "./kata\n")]);
        assert_eq!(run_in(&here, &["new", "languages", "kata"]).code, Some(0));
        write(&here, &[("kata/README.md", "large\n")]);
        commit(&world.here("kata"));
        world
    }

    fn here(&self, path: &str) -> PathBuf {
        self.folder.path().join("here").join(path)
    }

    fn run(&self, folder: &Path, arguments: &str, variables: &[(&str, &str)]) -> Ran {
        let mut command = crate::run::command();
        command
            .current_dir(folder)
            .env("HOME", self.folder.path())
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(variables.iter().copied())
            .args(arguments.split(' '));
        ran(command.output().expect("it runs"))
    }

    /// No command runs a payload; answers how each ended and what it said.
    fn assert_nothing_runs(&self, variables: &[(&str, &str)]) -> Vec<(&'static str, Ran)> {
        let mut ended = Vec::new();
        let _ = self.payloads.ran();
        let _ = fs::remove_dir_all(self.here("kata/new"));
        for command in COMMANDS {
            touch(&self.here("kata"));
            let ran = self.run(&self.here(""), command, variables);
            assert_eq!(self.payloads.ran(), [""; 0], "`{command}`: {}", ran.stderr);
            ended.push((*command, ran));
        }
        // The same from inside.
        for command in ["inspect", "mix .", "image-name", "image tag", "check"] {
            for folder in ["kata", "kata/start_point"] {
                let ran = self.run(&self.here(folder), command, variables);
                assert_eq!(self.payloads.ran(), [""; 0], "`{command}` in {folder}: {}", ran.stderr);
            }
        }
        ended
    }

    /// Git itself does run payloads here: otherwise nothing is shown.
    fn assert_live(&self, folder: &str, arguments: &[&str], expected: &[&str]) {
        touch(&self.here(folder));
        let _ = self.payloads.ran();
        let status = Command::new("git")
            .args(arguments)
            .current_dir(self.here(folder))
            .env_remove("GIT_DIR")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.expect("git runs");
        let ran = self.payloads.ran();
        for name in expected {
            assert!(
                ran.iter().any(|ran| ran.starts_with(name)),
                "in {folder}: git {arguments:?} ran {ran:?}, not {name}"
            );
        }
    }
}

fn commit(folder: &Path) {
    git(folder, &["init", "--quiet", "--template="]);
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message=first"]);
}

/// Gives all files another time, as a clone has it.
fn touch(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let kind = entry.file_type().expect("a type");
        if kind.is_dir() && !["objects", ".git"].contains(&entry.file_name().to_str().unwrap_or_default()) {
            touch(&entry.path());
        } else if kind.is_file() {
            let file = fs::File::options().append(true).open(entry.path()).expect("a file");
            let before = SystemTime::now() - Duration::from_secs(1000);
            file.set_modified(before).expect("a time");
        }
    }
}

fn append(path: &Path, text: &str) {
    let before = fs::read_to_string(path).unwrap_or_default();
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, before + text).expect("a file");
}

/// Each could run: what it found is another matter.
fn assert_all_ran(ended: &[(&str, Ran)]) {
    for (command, ran) in ended {
        assert!(matches!(ran.code, Some(0 | 1)), "`{command}`: {:?} {}", ran.code, ran.stderr);
    }
    let clean = ended.iter().filter(|(_, ran)| ran.code == Some(0)).count();
    assert!(clean >= 10, "{clean}");
}

/// Which one is first, and whether it is the last, is git's.
const FILTERS: &[&str] = &["filter."];

#[test]
fn a_repositorys_own_configuration_and_hooks() {
    let world = World::new();
    append(&world.here("kata/.git/config"), &world.payloads.configuration());
    append(&world.here("kata/.git/info/attributes"), ATTRIBUTES);
    world.payloads.hooks(&world.here("kata/.git/hooks"));
    assert_all_ran(&world.assert_nothing_runs(&[]));
    world.assert_live("kata", &["status"], FILTERS);
    world.assert_live("kata", &["status"], &["core.fsmonitor"]);
    world.assert_live("kata", &["diff"], FILTERS);
    world.assert_live("kata", &["add", "--all", "--renormalize"], FILTERS);
    world.assert_live(
        "kata",
        &[
            "-c",
            "filter.needed.required=false",
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "commit",
            "--allow-empty",
            "-m",
            "x",
        ],
        &["pre-commit", "gpg."],
    );
    world.assert_live("kata", &["fetch", "origin"], &["ext"]);
}

#[test]
fn configuration_that_is_included() {
    for include in ["[include]\n\tpath = ", "[includeIf \"gitdir:**\"]\n\tpath = "] {
        let world = World::new();
        write(
            &world.here("kata"),
            &[(".config", &world.payloads.configuration()), (".gitattributes", ATTRIBUTES)],
        );
        append(&world.here("kata/.git/config"), &format!("{include}../.config\n"));
        assert_all_ran(&world.assert_nothing_runs(&[]));
        world.assert_live("kata", &["status"], FILTERS);
    }
}

#[test]
fn configuration_of_a_work_tree() {
    let world = World::new();
    append(&world.here("kata/.git/config"), "[extensions]\n\tworktreeConfig = true\n");
    append(&world.here("kata/.git/config.worktree"), &world.payloads.configuration());
    append(&world.here("kata/.git/info/attributes"), ATTRIBUTES);
    assert_all_ran(&world.assert_nothing_runs(&[]));
    world.assert_live("kata", &["status"], FILTERS);
}

/// The git folder is a committed one, to which a file `.git` leads, with and without a `commondir`.
#[test]
fn git_folders_elsewhere() {
    for is_shared in [false, true] {
        let world = World::new();
        let kata = world.here("kata");
        append(&kata.join(".git/config"), &world.payloads.configuration());
        append(&kata.join(".git/info/attributes"), ATTRIBUTES);
        fs::rename(kata.join(".git"), kata.join("committed")).expect("moved");
        append(&kata.join("committed/info/exclude"), "committed\nlinked\n");
        let mut leads_to = "committed";
        if is_shared {
            leads_to = "linked";
            write(&kata, &[("linked/commondir", "../committed\n"), ("linked/gitdir", "../.git\n")]);
            for name in ["HEAD", "index"] {
                fs::copy(kata.join("committed").join(name), kata.join("linked").join(name)).expect("copied");
            }
        }
        write(&kata, &[(".git", &format!("gitdir: {leads_to}\n"))]);
        assert_all_ran(&world.assert_nothing_runs(&[]));
        world.assert_live("kata", &["status"], FILTERS);
    }
}

/// Objects of another repository, whose configuration does not count.
#[test]
fn alternates() {
    let world = World::new();
    let (kata, lender) = (world.here("kata"), world.here("lender"));
    git(&world.here(""), &["clone", "--quiet", "--bare", "kata", "lender"]);
    append(&lender.join("config"), &world.payloads.configuration());
    world.payloads.hooks(&lender.join("hooks"));
    fs::remove_dir_all(kata.join(".git/objects")).expect("gone");
    append(&kata.join(".git/objects/info/alternates"), &format!("{}/objects\n", lender.display()));
    append(&kata.join(".git/config"), &world.payloads.configuration());
    append(&kata.join(".git/info/attributes"), ATTRIBUTES);
    assert_all_ran(&world.assert_nothing_runs(&[]));
}

/// A submodule has a configuration of its own; `.gitmodules` names a program too.
#[test]
fn submodules() {
    let world = World::new();
    let kata = world.here("kata");
    write(&kata.join("inner"), &[("a.json", "{}\n"), ("b.sh", "true\n"), ("c", "")]);
    commit(&kata.join("inner"));
    let modules = "[submodule \"inner\"]\n\tpath = inner\n\turl = ./inner\n\tignore = none\n";
    write(&kata, &[(".gitmodules", modules)]);
    git(&kata, &["-c", "advice.addEmbeddedRepo=false", "add", "--all"]);
    git(&kata, &["commit", "--quiet", "--message=submodule"]);
    append(&kata.join("inner/.git/config"), &world.payloads.configuration());
    append(&kata.join("inner/.git/info/attributes"), ATTRIBUTES);
    world.payloads.hooks(&kata.join("inner/.git/hooks"));
    assert_all_ran(&world.assert_nothing_runs(&[]));
    world.assert_live("kata", &["status"], FILTERS);
    world.assert_live("kata", &["add", "--all"], FILTERS);
    // Git itself ends where it reads this.
    let update = format!("\tupdate = !{}\n", world.payloads.program("gitmodules"));
    append(&kata.join(".gitmodules"), &update);
    assert_all_ran(&world.assert_nothing_runs(&[]));
    write(&kata, &[(".gitmodules", modules)]);
    // And one whose `.git` is a file that leads to a folder that was committed.
    fs::rename(kata.join("inner/.git"), kata.join("modules")).expect("moved");
    write(&kata, &[("inner/.git", "gitdir: ../modules\n")]);
    assert_all_ran(&world.assert_nothing_runs(&[]));
    world.assert_live("kata", &["status"], FILTERS);
}

/// A bare repository that was committed as plain files: a clone of it is complete.
fn embedded(world: &World) {
    let kata = world.here("kata");
    append(&kata.join(".gitattributes"), ATTRIBUTES);
    append(&kata.join(".git/config"), &world.payloads.configuration());
    append(&kata.join(".git/config"), "[core]\n\tbare = false\n\tworktree = .\n");
    world.payloads.hooks(&kata.join(".git/hooks"));
    for entry in fs::read_dir(kata.join(".git")).expect("a folder").map(|entry| entry.expect("an entry")) {
        fs::rename(entry.path(), kata.join(entry.file_name())).expect("moved");
    }
    fs::remove_dir(kata.join(".git")).expect("gone");
    fs::create_dir_all(kata.join("refs/heads")).expect("a folder");
    write(&kata, &[("refs/keep", "")]);
}

#[test]
fn bare_repositories_that_were_committed() {
    let world = World::new();
    embedded(&world);
    commit(&world.here(""));
    git(world.folder.path(), &["clone", "--quiet", "here", "clone"]);
    fs::remove_dir_all(world.here("")).expect("gone");
    fs::rename(world.folder.path().join("clone"), world.here("")).expect("moved");
    let ended = world.assert_nothing_runs(&[]);
    world.assert_live("kata", &["-c", "safe.bareRepository=all", "status"], FILTERS);
    let place = world.here("kata").canonicalize().expect("a folder");
    let why = format!("`{}` looks like a bare git repository", place.display());
    for (command, ran) in ended {
        let (code, is_told) = match command {
            "image-name kata" | "image-name --require-clean kata" | "image tag kata" => (Some(2), true),
            "inspect kata" | "inspect ." => (Some(0), true),
            // Resolving needs the commit.
            "mix kata" => (ran.code, true),
            _ => continue,
        };
        assert_eq!((ran.code, ran.stderr.contains(&why)), (code, is_told), "`{command}`: {}", ran.stderr);
        assert!(ran.stderr.contains("remove its `HEAD` file"), "`{command}`: {}", ran.stderr);
        assert_eq!(ran.stderr.matches(&why).count(), 1, "`{command}`: {}", ran.stderr);
    }
}

/// One that is named itself is a source still: its commit, whatever work tree it claims.
#[test]
fn a_bare_repository_that_is_named_is_a_source() {
    let world = World::new();
    embedded(&world);
    let create = |arguments: &str, code: i32| {
        let ran = world.run(&world.here(""), &format!("create a/b:1 --languages {arguments}"), &[]);
        assert_eq!((world.payloads.ran(), ran.code), (vec![], Some(code)), "{}", ran.stderr);
        ran.stdout + &ran.stderr
    };
    create("./kata --output dir:made", 0);
    let said = create("./kata --work-tree --output dir:no", 1);
    assert!(said.contains("the repository has no work tree"), "{said}");
    let said = create("./kata/start_point --output dir:no", 1);
    assert!(said.contains("looks like a bare git repository"), "{said}");
}

/// Inside a hook, or in a shell that a script prepared.
#[test]
fn variables_that_are_inherited() {
    let world = World::new();
    let other = world.here("other");
    write(&other, &[("x.json", "{}\n")]);
    commit(&other);
    append(&other.join(".git/config"), &world.payloads.configuration());
    append(&world.here("kata/.git/info/attributes"), ATTRIBUTES);
    let program = world.payloads.program("variable");
    let (other_git, parts) = (other.join(".git"), world.payloads.parts_of_git());
    let other_git = other_git.to_str().expect("UTF-8");
    let quoted = format!("'filter.cleaned.clean'='{program}'");
    let mut variables = vec![
        ("GIT_DIR", other_git),
        ("GIT_COMMON_DIR", other_git),
        ("GIT_WORK_TREE", other.to_str().expect("UTF-8")),
        ("GIT_CONFIG", "/dev/null"),
        ("GIT_CONFIG_PARAMETERS", &quoted),
        ("GIT_CONFIG_COUNT", "2"),
        ("GIT_CONFIG_KEY_0", "core.fsmonitor"),
        ("GIT_CONFIG_VALUE_0", &program),
        ("GIT_CONFIG_KEY_1", "filter.processed.process"),
        ("GIT_CONFIG_VALUE_1", &program),
        ("GIT_EXEC_PATH", &parts),
        ("GIT_TEMPLATE_DIR", other_git),
        ("GIT_ALLOW_PROTOCOL", "ext"),
    ];
    let programs = [
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_EXTERNAL_DIFF",
        "GIT_PROXY_COMMAND",
        "GIT_EDITOR",
        "GIT_SEQUENCE_EDITOR",
        "GIT_PAGER",
        "GIT_ASKPASS",
        "SSH_ASKPASS",
        "PAGER",
        "EDITOR",
        "VISUAL",
        "BROWSER",
        "GIT_MERGE_AUTOEDIT",
        "GIT_FSMONITOR_TEST",
        "GIT_MAN_VIEWER",
    ];
    variables.extend(programs.map(|name| (name, program.as_str())));
    assert_all_ran(&world.assert_nothing_runs(&variables));
}
