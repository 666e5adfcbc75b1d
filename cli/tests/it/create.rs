//! `create`, with real repositories behind a real server.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::world::World;
use start_points::{Kind, Time};
use start_points_oci::{Cancel, Image, ImageConfig, Layer, LayerFile, layout};
use start_points_testing::git::GitRepository;
use start_points_testing::{commit, languages, snapshot};

#[test]
fn a_catalogue_is_made_of_several_repositories_and_inspected() {
    let world = World::new();
    let sha = world.languages("c");
    let repository = world.repository("d");
    commit(&repository, &languages("D 1")).expect("a commit");
    repository.tag("1.0").expect("a tag");
    commit(&repository, &languages("D 2")).expect("a commit");
    let urls = [world.url("c"), world.url("d?tag=1.0"), world.url("d")];
    let ran = world.run(&["create", "acme/all:1.0", "--languages", &urls[0], &urls[1], &urls[2]]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    assert_eq!(ran.stderr, "3 manifests: clean\nwrote dir:acme-all-1.0: 3 start-points of 3 repositories\n");
    let first = snapshot(&world.here("acme-all-1.0")).expect("a folder");
    let ran = world.run(&["inspect", "acme-all-1.0"]);
    let image = format!("cyberdojofoundation/gcc:{}", &sha[..7]);
    let row = format!("c     languages  {}  {image}  http://h/c\n", &sha[..7]);
    assert!(ran.stdout.contains(&row), "{}{}", ran.stdout, ran.stderr);
    let ran = world.run(&["inspect", "acme-all-1.0", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((rows[0]["name"].as_str(), rows[0]["tag"].as_str()), (Some("D 1"), Some("1.0")));
    assert_eq!(world.run(&["check", "acme-all-1.0"]).code, Some(0), "what is written passes");

    let list = format!("# all\n{}\n\n  {}  # one\n{}\n", urls[0], urls[1], urls[2]);
    fs::write(world.here("urls.txt"), list).expect("a file");
    let connections = world.server.connections();
    for arguments in [
        &["create", "x", "--languages", "@urls.txt", "--output", "dir:a/b", "--offline"][..],
        &["create", "x", "--languages", "--from", "urls.txt", "--output", "dir:a/b", "--offline"],
    ] {
        let ran = world.run(arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stderr.ends_with(" dir:a/b: 3 start-points of 3 repositories\n"), "{}", ran.stderr);
        assert_eq!(snapshot(&world.here("a/b")).expect("a folder"), first);
    }
    assert_eq!(world.server.connections(), connections, "offline is offline");
}

/// A folder and an image of the same catalogue: one digest, and neither is used where it lost something.
#[test]
fn a_catalogue_knows_whether_it_is_as_it_was_made() {
    let world = World::new();
    world.languages("c");
    world.languages("d");
    let urls = [world.url("c"), world.url("d")];
    for output in ["dir:out", "oci:layout"] {
        let ran = world.run(&["create", "x:1", "--languages", &urls[0], &urls[1], "--output", output]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    let digests = fs::read(world.here("out/digests.txt")).expect("a file");
    let digest = start_points_oci::Digest::of(&digests).to_string();
    for catalogue in ["out", "oci:layout"] {
        let ran = world.run(&["inspect", catalogue]);
        assert!(ran.stdout.ends_with(&format!("\n\nDIGEST  {digest}\n")), "{}", ran.stdout);
        let rows = world.run(&["inspect", catalogue, "--format", "json"]).stdout;
        let rows: serde_json::Value = serde_json::from_str(&rows).expect("JSON");
        assert_eq!(rows[1]["catalogue_digest"].as_str(), Some(&*digest));
    }
    let whole = snapshot(&world.here("out")).expect("a folder");
    let refused = |catalogue: &str, found: &str| {
        let commands = [&["inspect"][..], &["check"], &["check", "--fix"], &["check", "--diff"]];
        for command in commands.into_iter().chain([&["gate", "--catalogue"][..], &["serve", "--port", "0"]]) {
            if catalogue.starts_with("oci:") && command[0] == "check" {
                continue;
            }
            let ran = world.run(&[command, &[catalogue]].concat());
            let expected = format!(
                "error: the catalogue `{catalogue}` was modified: {found}\nhint: create or copy it again"
            );
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{command:?}");
            assert!(ran.stderr.starts_with(&expected), "{command:?}: {}", ran.stderr);
        }
    };
    fs::write(world.here("out/0/start_point/hiker.c"), "int y;\n").expect("written");
    refused("out", "`0/start_point/hiker.c` was changed");
    fs::remove_dir_all(world.here("out/1")).expect("removed");
    refused("out", "`0/start_point/hiker.c` was changed, and 6 other files differ");

    // The same catalogue is made again over it; one that is packed without a file of it is refused as well.
    let again = ["create", "x:1", "--languages", &urls[0], &urls[1], "--output", "dir:out"];
    assert_eq!(world.run(&again).code, Some(0));
    assert_eq!(snapshot(&world.here("out")).expect("a folder"), whole);
    let fixed = world.run(&["check", "--fix", "out"]);
    assert_eq!(fixed.code, Some(2), "{}", fixed.stderr);
    assert!(
        fixed
            .stderr
            .starts_with("error: `out` is a catalogue, whose digests a fix would break\nhint: fix its")
    );
    let mut files = whole.clone();
    files.remove("1/start_point/manifest.json").expect("a manifest");
    packed(&world.here("layout"), files);
    refused("oci:layout", "`1/start_point/manifest.json` is missing");

    // Without digests, as the deployed script makes one, its list is what is known of it.
    let mut files = whole;
    files.remove("digests.txt").expect("the digests");
    files.retain(|path, _| !path.starts_with("1/"));
    packed(&world.here("layout"), files);
    refused("oci:layout", "`shas.txt` lists `1`, which has no start-point");
}

/// An image with files where those of a catalogue are.
fn packed(layout: &Path, files: BTreeMap<String, Vec<u8>>) {
    let below = |(path, bytes)| (format!("app/repos/{path}"), LayerFile::plain(bytes));
    let layer = Layer::pack(&files.into_iter().map(below).collect()).expect("a layer");
    let image =
        Image::new(&[layer], &ImageConfig::catalogue(Kind::Languages, Time::default())).expect("an image");
    fs::remove_dir_all(layout).expect("removed");
    layout::write(layout, "1", &image, None, &Cancel::default()).expect("written");
}

#[test]
fn where_anything_is_wrong_nothing_changes_and_all_of_it_is_told() {
    let world = World::new();
    world.languages("good");
    let mut files = languages("bad");
    files[0].1 = files[0].1.replace("\".c\"", "\"c\"");
    commit(&world.repository("bad"), &files).expect("a commit");
    let urls = [world.url("none"), world.url("good?tag=1.0"), world.url("bad"), world.url("good")];
    let good = ["create", "x", "--languages", &urls[3]];
    assert_eq!(world.run(&good).code, Some(0));
    let before = snapshot(&world.here("")).expect("a folder");
    let all = ["create", "x", "--languages", &urls[0], &urls[1], &urls[2], &urls[3], "--format"];
    let ran = world.run(&[&all[..], &["concise"]].concat());
    assert_eq!(ran.code, Some(1));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ran.stdout);
    assert!(lines[0].starts_with("http://h/none: unfetched-repository: repository not found"));
    assert_eq!(lines[1], "http://h/good?tag=1.0: unfetched-repository: no tag `1.0` in the repository");
    let fault = "http://h/bad#start_point/manifest.json:4:25: dotless-extension: ";
    assert!(lines[2].starts_with(fault), "{}", lines[2]);
    assert_eq!(ran.stderr, "2 manifests: 3 errors\nnothing was written\n");
    assert_eq!(snapshot(&world.here("")).expect("a folder"), before);

    let ran = world.run(&[&all[..], &["json"]].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["diagnostics"][2]["path"], "http://h/bad#start_point/manifest.json");
    let ran = world.run(&[&all[..], &["sarif"]].concat());
    let log: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let result = &log["runs"][0]["results"][0];
    let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], "unfetched-repository");
    assert_eq!(world.run(&["explain", "unfetched-repository"]).code, Some(0));
}

#[test]
fn wrong_use_is_told_before_anything_is_fetched() {
    let world = World::new();
    world.languages("c");
    let url = world.url("c");
    fs::create_dir(world.here("home")).expect("a folder");
    fs::write(world.here("home/letter.txt"), "mine").expect("a file");
    fs::write(world.here("urls.txt"), "ext::sh\n\nhttps://u:s3cret@h/x y\n").expect("a file");
    for (arguments, said) in [
        (
            &["x", "--languages", &url, "--output", "dir:home"][..],
            "is not a catalogue: it contains `letter.txt`",
        ),
        (&["home", "--languages", &url], "is not a catalogue: it contains `letter.txt`"),
        (&["x", "--languages", &url, "--output", "tar:x"], "unknown output `tar:x`; expected `dir:PATH`"),
        (&["Upper", "--languages", &url], "NAME `Upper`"),
        (&["x", "--languages"], "no sources given"),
        (&["x"], "--languages"),
        (&["x", "--languages", &url, "--custom", &url], "cannot be used with"),
        (&["x", "--languages", "@urls.txt"], "urls.txt:1: `ext::sh`"),
        (&["x", "--languages", "@urls.txt"], "urls.txt:3: `https://****@h/x y`"),
        (&["x", "--languages", "@none.txt"], "`none.txt`: No such file"),
    ] {
        let ran = world.run(&[&["create"], arguments].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
    }
    assert_eq!(world.server.connections(), 0);
    assert_eq!(fs::read_dir(world.here("")).expect("a folder").count(), 2);
}

#[test]
fn secrets_are_neither_told_nor_written() {
    let world = World::new();
    world.languages("c");
    let url = world.url("c").replace("http://", "http://user:s3cret@");
    let ran = world.run(&["create", "x", "--languages", &url, "--output", "dir:x"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let all = snapshot(&world.here("")).expect("a folder");
    let holds = |word: &[u8]| all.values().any(|bytes| bytes.windows(word.len()).any(|at| at == word));
    assert!(!holds(b"s3cret") && !holds(b"user") && !holds(b"****"));
    let ran = world.run(&["create", "x", "--languages", &format!("{url}?tag=none")]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("****") && !format!("{}{}", ran.stdout, ran.stderr).contains("s3cret"));
}

#[test]
fn a_local_repository_is_taken_as_committed_or_as_it_is_on_disk() {
    let world = World::new();
    let repository = GitRepository::with_work_tree(&world.here("ltf"), "trunk").expect("a repository");
    let sha = commit(&repository, &languages("C")).expect("a commit");
    repository.check_out().expect("a work tree");
    fs::write(world.here("ltf/start_point/hiker.c"), "int y;\n").expect("a file");
    let hiker = || fs::read_to_string(world.here("out/0/start_point/hiker.c")).expect("a file");
    let arguments = ["create", "x", "--languages", "ltf", "--output", "dir:out"];
    let ran = world.run(&arguments);
    assert_eq!((ran.code, hiker().as_str()), (Some(0), "int x;\n"), "{}", ran.stderr);
    assert!(ran.stdout.contains("warning[uncommitted-changes]"), "{}", ran.stdout);
    let ran = world.run(&[&arguments[..], &["--work-tree"]].concat());
    assert_eq!((ran.code, hiker().as_str()), (Some(0), "int y;\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("with uncommitted changes"), "{}", ran.stderr);
    let ran = world.run(&["inspect", "out"]);
    assert!(ran.stdout.contains(&format!("cyberdojofoundation/gcc:{}-dirty", &sha[..7])), "{}", ran.stdout);
}

#[test]
fn a_catalogue_inside_its_own_source_is_told_unless_git_ignores_it() {
    let world = World::new();
    let repository = GitRepository::with_work_tree(&world.here("ltf"), "trunk").expect("a repository");
    commit(&repository, &languages("C")).expect("a commit");
    repository.check_out().expect("a work tree");
    let arguments = ["create", "x", "--languages", "ltf", "--output", "dir:ltf/out"];
    let ran = world.run(&arguments);
    assert!(ran.code == Some(0) && ran.stderr.contains("is inside its source"), "{}", ran.stderr);
    fs::write(world.here("ltf/.gitignore"), "/out/\n").expect("a file");
    let ran = world.run(&[&arguments[..], &["--work-tree"]].concat());
    assert!(ran.code == Some(0) && !ran.stderr.contains("is inside"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn levels_of_the_rules_about_sources_come_from_settings_too() {
    let world = World::new();
    for rule in start_points::SOURCES.rules {
        let level = format!("{}=info", rule.id);
        for command in [&["check"][..], &["create", "x", "--languages", "none"]] {
            let ran = world.run(&[command, &["--level", &level]].concat());
            assert!(!ran.stderr.contains("--level"), "{command:?}: {}", ran.stderr);
        }
    }
    world.languages("c");
    let urls = [world.url("c"), world.url("none")];
    let create = ["create", "x", "--languages", &urls[0], &urls[1], "--format", "concise"];
    let settings = |text: &str| fs::write(world.here("start-points.toml"), text).expect("a file");
    assert_eq!(world.run(&create).code, Some(1));
    settings("[rules]\nunfetched-repository = \"warning\"\n");
    let ran = world.run(&create);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.starts_with("http://h/none: unfetched-repository: "), "{}", ran.stdout);
    assert!(ran.stderr.ends_with("wrote dir:x: 1 start-point of 1 repository\n"), "{}", ran.stderr);
    let ran = world.run(&[&create[..], &["--level", "unfetched-repository=error"]].concat());
    assert_eq!(ran.code, Some(1), "a flag counts before the file");

    assert_eq!(world.run(&["check", "x"]).code, Some(0), "every command reads the file");
    settings("[rules]\nunfetched-repositori = \"warning\"\n");
    let ran = world.run(&create);
    assert!(ran.stderr.contains("did you mean `unfetched-repository`?"), "{}", ran.stderr);
    settings("[rules]\nmoved-tag = \"loud\"\n");
    assert!(world.run(&["check", "x"]).stderr.contains("unknown level `loud`"));
}
