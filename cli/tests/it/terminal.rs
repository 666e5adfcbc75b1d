//! Every command on a terminal and in a pipe, with names, contents and answers that carry what terminals obey.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use crate::world::World;
use regex::Regex;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use start_points::shown::is_plain;
use start_points_testing::git::{GitServer, Reply, Serves};

/// Sets the clipboard, clears the screen, colours, moves the cursor; C1's own CSI; then what reorders and what hides.
const HOSTILE: &str = "a\u{1b}]52;c;eA==\u{7}\u{1b}[2J\u{1b}[31mb\u{8}\r\u{9b}31mc\u{202e}d\u{200e}\u{61c}\u{2028}\u{2029}\
                       e\u{200b}\u{feff}\u{ad}\u{e0041}\u{7f}f";

/// The same as JSON, and as a name that git and file systems take.
fn in_json() -> String {
    serde_json::to_string(HOSTILE).expect("JSON").trim_matches('"').to_owned()
}

/// Hostile in every place where a text of somebody else's can be.
fn prepare(world: &World, registry: &GitServer) -> String {
    let text = in_json();
    let here = |path: &str| world.here(&path.replace("HOSTILE", HOSTILE));
    let write = |path: &str, text: &str| {
        fs::create_dir_all(here(path).parent().expect("a folder")).expect("a folder");
        fs::write(here(path), text).expect("a file");
    };
    let registry = registry.url("").trim_start_matches("http://").trim_end_matches('/').to_owned();
    let language = |name: &str, key: &str| {
        format!(
            "{{\"display_name\": \"{name}\",\n\"image_name\": \"{registry}/x/y:1\", \"filename_extension\": [\"{text}\"], {key}\n\
             \"visible_filenames\": [\"cyber-dojo.sh\", \"{text}.c\"], \"progress_regexs\": [\"({text}\"]}}\n"
        )
    };
    write("bad/start_point/manifest.json", &language(&text, &format!("\"{text}\": 1,")));
    write("bad/start_point/HOSTILE.txt", HOSTILE);
    write("bad/docker/Dockerfile", &format!("FROM {HOSTILE}\nFROM gcc AS {HOSTILE}\n"));
    write("HOSTILE/start_point/manifest.json", &format!("{{\"display_name\": {HOSTILE}"));
    write(
        "exercise/manifest.json",
        &format!("{{\"display_name\": \"{text}\", \"visible_filenames\": [\"{text}\"]}}"),
    );
    write("exercise/HOSTILE", HOSTILE);
    write(
        "good/start_point/manifest.json",
        &language(&text, "")
            .replace(&format!(", \"{text}.c\""), "")
            .replace(&format!("[\"({text}\"]"), "[]")
            .replace(&format!("\"{text}\"],"), "\".c\"],"),
    );
    write("good/start_point/cyber-dojo.sh", HOSTILE);
    write(
        "fix/manifest.json",
        &format!("{{\"display_name\": \"{text}\", \"visible_filenames\": [\"{text}\"]}}")
            .replace("\\r", "\\r\\n"),
    );
    write("fix/HOSTILE", &format!("{HOSTILE}\r\n{HOSTILE}\n"));
    write("urls.txt", &format!("https://host/{HOSTILE}\n{HOSTILE}\n{}?tag={HOSTILE}\n", world.url("x")));
    let manifest = |at: usize| format!("catalogue/{at}/start_point/manifest.json");
    for at in 0..2 {
        write(&manifest(at), &language(&text, ""));
        write(&format!("catalogue/{at}/start_point/cyber-dojo.sh"), "make\n");
    }
    write(
        "catalogue/shas.txt",
        &format!("0\t{}\thttps://h/{HOSTILE}\n1\t{}\t{HOSTILE}\n", "0".repeat(40), "1".repeat(40)),
    );
    write("policy.toml", &format!("max_age = \"{text}\"\n"));
    write("start-points-HOSTILE.toml", "x");
    registry
}

/// The arguments of every command's runs, by its name; `HOSTILE` and `REGISTRY` stand for what they say.
fn runs() -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([
        (
            "check",
            vec![
                "check .",
                "check --format concise .",
                "check --format json .",
                "check --format sarif .",
                "check --format github .",
                "check --diff fix",
                "check HOSTILE",
                "check nowhere/HOSTILE",
                "check --fix fix",
                "check --dialect HOSTILE .",
            ],
        ),
        ("explain", vec!["explain", "explain HOSTILE", "explain HOSTILE --format json"]),
        (
            "url",
            vec![
                "url https://h/HOSTILE HOSTILE",
                "url --format json https://h/HOSTILE",
                "url --resolve GIT?tag=HOSTILE GIT/HOSTILE",
            ],
        ),
        (
            "urls check",
            vec!["urls check urls.txt", "urls check --format json urls.txt", "urls check HOSTILE"],
        ),
        ("urls outdated", vec!["urls outdated urls.txt", "urls outdated --format json urls.txt"]),
        ("urls update", vec!["urls update urls.txt"]),
        (
            "create",
            vec![
                "create HOSTILE --languages GIT",
                "create x --languages ./HOSTILE",
                "create x --languages ./bad",
                "create x --languages GIT/HOSTILE",
                "create x --languages REGISTRY/x/y:1 --plain-http",
                "create REGISTRY/x/c:1 --exercises ./work --push --plain-http",
            ],
        ),
        ("image pack", vec!["image pack bad", "image pack HOSTILE", "image pack good --output oci:HOSTILE"]),
        ("image push", vec!["image push oci:HOSTILE REGISTRY/x/y:1 --plain-http"]),
        (
            "image inspect",
            vec![
                "image inspect oci:HOSTILE",
                "image inspect REGISTRY/x/y:1 --plain-http",
                "image inspect --format json REGISTRY/x/y:1 --plain-http",
            ],
        ),
        ("image tag", vec!["image tag HOSTILE"]),
        ("image-name", vec!["image-name HOSTILE", "image-name good"]),
        ("mix", vec!["mix good exercise", "mix bad exercise", "mix HOSTILE"]),
        (
            "inspect",
            vec![
                "inspect catalogue",
                "inspect --format json catalogue",
                "inspect .",
                "inspect HOSTILE",
                "inspect REGISTRY/x/y:1 --plain-http",
            ],
        ),
        (
            "gate",
            vec![
                "gate REGISTRY/x/y:1 --plain-http",
                "gate --format json REGISTRY/x/y:1 --plain-http",
                "gate --policy policy.toml x",
                "gate HOSTILE",
                "gate --catalogue catalogue --plain-http",
                "gate --level HOSTILE=deny x",
            ],
        ),
        (
            "serve",
            vec![
                "serve HOSTILE --port 0",
                "serve bad --port 0",
                "serve --policy policy.toml catalogue",
                "serve REGISTRY/x/y:1 --port 0 --plain-http",
            ],
        ),
        ("probe", vec!["probe --port REGISTRYPORT", "probe --port HOSTILE"]),
        ("cache dir", vec!["cache dir"]),
        ("cache size", vec!["cache size"]),
        ("cache clean", vec!["cache clean"]),
        ("new", vec!["new exercises new/HOSTILE", "new HOSTILE x", "new exercises HOSTILE"]),
        ("schema", vec!["schema", "schema HOSTILE", "schema languages.pinned"]),
        ("completions", vec!["completions bash", "completions HOSTILE"]),
    ])
}

fn leaves(command: &clap::Command, above: &str, found: &mut Vec<String>) {
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        let name = format!("{above}{}", below.get_name());
        match below.has_subcommands() {
            true => leaves(below, &format!("{name} "), found),
            false => found.push(name),
        }
    }
}

#[test]
fn every_command_has_its_hostile_runs() {
    let mut commands = Vec::new();
    leaves(&start_points_cli::command(), "", &mut commands);
    commands.sort();
    assert_eq!(commands, runs().keys().map(|name| (*name).to_owned()).collect::<Vec<_>>());
}

#[test]
fn nothing_hostile_reaches_a_terminal_or_a_pipe() {
    let registry = answers_hostile();
    let world = World::new();
    world.languages("x");
    let address = prepare(&world, &registry);
    let port = address.rsplit(':').next().expect("a port").to_owned();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for text in runs().into_values().flatten() {
        for terminal in [true, false] {
            let arguments = text.split(' ').map(|word| {
                word.replace("REGISTRYPORT", &port)
                    .replace("REGISTRY", &address)
                    .replace("GIT", &world.url("x"))
                    .replace("HOSTILE", HOSTILE)
            });
            let mut command = world.command(&[]);
            command
                .env_remove("NO_COLOR")
                .env("TERM", "xterm-256color")
                .env("FORCE_HYPERLINK", "1")
                .args(arguments);
            let output = if terminal { on_terminal(command) } else { in_pipe(command) };
            seen += usize::from(output.contains("\\u{1b}") || output.contains("\\u001b"));
            if let Some(found) = obeyed(&output, terminal) {
                wrong.push(format!("`{text}`, terminal: {terminal}: {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What is escaped is shown: without that, nothing was tested.
    assert!(seen > 60, "only {seen} runs showed what is hostile");
}

/// A registry that complains in such words.
fn answers_hostile() -> GitServer {
    let body = serde_json::json!({"errors": [{"code": HOSTILE, "message": HOSTILE}]}).to_string();
    let answer = move |_: usize, _: &start_points_testing::git::Request| {
        Some(Reply::Answer(
            403,
            vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body.clone().into_bytes(),
        ))
    };
    GitServer::serving(Path::new("/nowhere"), Serves { instead: Some(Box::new(answer)), ..Serves::default() })
        .expect("a server")
}

/// The first character that is not ours to write.
fn obeyed(output: &str, terminal: bool) -> Option<String> {
    // Our own colours, links, and, on a terminal, what a progress line does to itself.
    let ours = Regex::new("\u{1b}\\[[0-9;]*m|\u{1b}\\]8;;(https://[!-~]*)?\u{1b}\\\\|\u{1b}\\[(2K|[0-9]*[AG])|\u{1b}\\[\\?25[lh]").expect("a regex");
    let rest = ours.replace_all(output, "");
    let rest = if terminal { rest.replace("\r\n", "\n").replace('\r', "") } else { rest.into_owned() };
    let at = rest.char_indices().find(|(_, c)| !is_plain(*c) && *c != '\n')?.0;
    let start = rest.floor_char_boundary(at.saturating_sub(60));
    let end = rest.ceil_char_boundary((at + 20).min(rest.len()));
    Some(format!("{:?}", rest.get(start..end)?))
}

fn in_pipe(mut command: Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("it runs");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

fn on_terminal(mut command: Command) -> String {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&terminal).expect("granted");
    unlockpt(&terminal).expect("unlocked");
    let name = ptsname(&terminal, Vec::new()).expect("a name").into_string().expect("UTF-8");
    let end = || File::options().read(true).write(true).open(&name).expect("a terminal");
    let mut child = command.stdin(Stdio::null()).stdout(end()).stderr(end()).spawn().expect("it runs");
    // The other end is closed when the child is gone: then reading fails.
    drop(command);
    let reader = thread::spawn(move || {
        let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
        let mut terminal = File::from(terminal);
        while let Ok(read @ 1..) = terminal.read(&mut buffer) {
            all.extend_from_slice(buffer.get(..read).unwrap_or_default());
        }
        all
    });
    child.wait().expect("it ends");
    String::from_utf8_lossy(&reader.join().expect("what it wrote")).into_owned()
}
