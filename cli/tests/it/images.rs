//! Catalogues as images, in layouts and in real registries, and what others read of them.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use crate::run::Ran;
use crate::world::World;
use serde_json::Value;
use start_points_testing::between::{When, between};
use start_points_testing::git::{GitRepository, GitServer, Reply, Request, Serves};
use start_points_testing::podman::podman_pull;
use start_points_testing::programs::{program, run};
use start_points_testing::registry::{PASSWORD, Served, USER};
use start_points_testing::{commit, languages};

/// The digest that a run tells last.
fn digest(ran: &Ran) -> String {
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let at = ran.stderr.rfind("sha256:").expect("a digest");
    ran.stderr[at..at + 71].to_owned()
}

/// A world with two repositories, and their URLs; the second one was committed later.
fn two() -> (World, [String; 2]) {
    let world = World::new();
    world.languages("c");
    let later = world.repository("d").at(1_700_000_123);
    commit(&later, &languages("D 1")).expect("a commit");
    let urls = [world.url("c"), world.url("d")];
    (world, urls)
}

fn inspected(image: &str) -> Value {
    let text = run(program("skopeo").args(["inspect", "--tls-verify=false", "--override-os=linux", image]));
    serde_json::from_str(&text.expect("skopeo reads it")).expect("JSON")
}

/// The bytes of the one blob that a layout's index names.
fn manifest(layout: &Path) -> Vec<u8> {
    let index: Value =
        serde_json::from_slice(&fs::read(layout.join("index.json")).expect("an index")).expect("JSON");
    let digest = index["manifests"][0]["digest"].as_str().expect("a digest").replace(':', "/");
    fs::read(layout.join("blobs").join(digest)).expect("a manifest")
}

#[test]
fn the_same_sources_make_the_same_image_on_every_day() {
    let (world, [c, d]) = two();
    let create = ["create", "acme/all:1.0", "--languages", &c, &d, "--output"];
    let first = digest(&world.run(&[&create[..], &["oci:one"]].concat()));
    assert_eq!(world.run(&["cache", "clean"]).code, Some(0));
    fs::create_dir(world.here("below")).expect("a folder");
    let command = world.command(&[&create[..], &["oci:../two"]].concat());
    // Another folder, another cache, years later, in another zone.
    let mut later = program("faketime");
    later.arg("2031-05-06 07:08:09").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        later.env(name, value);
    }
    later.env("TZ", "Pacific/Auckland").current_dir(world.here("below"));
    let ran = crate::run::ran(later.output().expect("it runs"));
    assert_eq!(digest(&ran), first);
    assert_eq!(manifest(&world.here("one")), manifest(&world.here("two")));

    let image = format!("oci:{}:1.0", world.here("one").display());
    let said = inspected(&image);
    assert_eq!(said["Digest"], first.as_str());
    assert_eq!(said["Created"], "2023-11-14T22:15:23Z", "the newest commit's");
    let labels = said["Labels"].as_object().expect("labels");
    let expected = [
        ("org.cyber-dojo.start-point", "languages"),
        ("org.opencontainers.image.created", "2023-11-14T22:15:23Z"),
        ("org.opencontainers.image.title", "acme/all"),
    ];
    assert_eq!(
        labels.iter().map(|(name, value)| (name.as_str(), value.as_str().expect("text"))).collect::<Vec<_>>(),
        expected
    );

    let one = ["create", "acme/one:1.0", "--languages", &c, "--output", "oci:single"];
    assert_eq!(world.run(&one).code, Some(0));
    let said = inspected(&format!("oci:{}:1.0", world.here("single").display()));
    let sha = world.languages_sha("c");
    assert_eq!(said["Labels"]["org.opencontainers.image.source"], c.as_str());
    assert_eq!(said["Labels"]["org.opencontainers.image.revision"], sha.as_str());
}

#[test]
fn what_is_written_and_pushed_others_read_and_inspect_shows_the_same() {
    let (world, [c, d]) = two();
    let served = Served::plain();
    let name = format!("{}/acme/all:1.0", served.host);
    let create = ["create", &name, "--languages", &c, &d];
    let pushed = digest(&world.run(&[&create[..], &["--push"]].concat()));
    assert_eq!(fs::read_dir(world.here("")).expect("a folder").count(), 0, "nothing is written");
    let both = world.run(&[&create[..], &["--push", "--output", "oci:layout"]].concat());
    assert_eq!(digest(&both), pushed);
    assert!(both.stderr.contains("unchanged: "), "{}", both.stderr);
    assert_eq!(world.run(&[&create[..], &["--output", "dir:folder"]].concat()).code, Some(0));

    let layout = world.here("layout");
    assert_eq!(inspected(&format!("docker://{name}"))["Digest"], pushed.as_str());
    assert_eq!(podman_pull(world.folder.path(), &name).expect("podman pulls it"), pushed);
    let bundle = world.folder.path().join("bundle");
    let image = format!("{}:1.0", layout.display());
    run(program("umoci").args(["unpack", "--rootless", "--image", &image]).arg(&bundle))
        .expect("umoci unpacks it");
    let unpacked = start_points_testing::snapshot(&bundle.join("rootfs/app/repos")).expect("a folder");
    assert_eq!(unpacked, start_points_testing::snapshot(&world.here("folder")).expect("a folder"));

    let shown = |catalogue: &str| {
        let ran = world.run(&["inspect", catalogue]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran.stdout
    };
    let folder = shown("folder");
    assert!(folder.contains("c     languages") && folder.contains("D 1 "), "{folder}");
    assert_eq!(shown("oci:layout"), folder);
    assert_eq!(shown("layout"), folder);
    assert_eq!(shown("oci:layout:1.0"), folder);
    for (typo, said) in [("floder", "is not a local path"), ("oci:layout:2.0", "no such image")] {
        let ran = world.run(&["inspect", typo]);
        assert!(ran.code == Some(2) && ran.stderr.contains(said), "{}", ran.stderr);
    }
    assert_eq!(shown(&name), folder);
    let ran = world.run(&["inspect", &name, "--format", "json"]);
    let rows: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(rows[0]["path"], format!("{name}/1/start_point/manifest.json").as_str());
}

#[test]
fn a_tag_is_pushed_once_and_never_again_with_other_content() {
    let (world, [c, d]) = two();
    let served = Served::plain();
    let name = format!("{}/acme/all:1.0", served.host);
    let uploads = || served.requests().iter().filter(|request| request.contains("/blobs/uploads/")).count();
    let create =
        |name: &str, urls: &[&str]| world.run(&[&["create", name, "--push", "--languages"], urls].concat());
    let first = create(&name, &[&c, &d]);
    assert!(first.stderr.contains("2 blobs sent\n"), "{}", first.stderr);
    let before = uploads();
    let again = create(&name, &[&c, &d]);
    let said = format!("unchanged: {name} is already {}\n", digest(&first));
    assert!(again.code == Some(0) && again.stderr.ends_with(&said), "{}", again.stderr);
    let other = create(&name, &[&c]);
    assert_eq!(other.code, Some(2));
    assert!(other.stderr.contains("the tag already exists with other content"), "{}", other.stderr);
    assert!(other.stderr.contains("hint: tags are never moved"), "{}", other.stderr);
    assert_eq!(uploads(), before, "no blob was moved");
    let elsewhere = create(&format!("{}/acme/all:1.1", served.host), &[&c, &d]);
    assert!(elsewhere.stderr.contains("0 blobs sent\n"), "{}", elsewhere.stderr);
    assert_eq!(uploads(), before, "no blob was moved");

    let offline = world.run(&["create", &name, "--push", "--offline", "--languages", &c]);
    assert!(offline.code == Some(2) && offline.stderr.contains("cannot be used with"), "{}", offline.stderr);
    let base = ["create", "x:1", "--base", &name, "--offline", "--output", "oci:x", "--languages", &c];
    let offline = world.run(&base);
    assert!(
        offline.code == Some(2) && offline.stderr.contains("which `--offline` does not allow"),
        "{}",
        offline.stderr
    );
    let untagged = create(&format!("{}/acme/all", served.host), &[&c]);
    assert!(untagged.code == Some(2) && untagged.stderr.contains("has no tag"), "{}", untagged.stderr);
}

#[test]
fn a_base_is_mounted_in_its_registry_and_copied_into_a_layout() {
    let (world, [c, d]) = two();
    let served = Served::plain();
    let base = format!("{}/base/image:1", served.host);
    assert_eq!(world.run(&["create", &base, "--languages", &c, "--push"]).code, Some(0));
    let name = format!("{}/acme/on-base:1.0", served.host);
    let create = ["create", &name, "--languages", &d, "--base"];
    let ran = world.run(&[&create[..], &[&base, "--push", "--output", "oci:layout"]].concat());
    assert!(ran.stderr.contains("2 blobs sent, 1 blob mounted\n"), "{}", ran.stderr);
    let digest = digest(&ran);
    let said = inspected(&format!("oci:{}:1.0", world.here("layout").display()));
    assert_eq!((said["Digest"].as_str(), said["Layers"].as_array().map(Vec::len)), (Some(&*digest), Some(2)));
    assert_eq!(podman_pull(world.folder.path(), &name).expect("podman pulls it"), digest);

    let layers = || {
        let blobs = |request: &&String| request.starts_with("GET /v2/base/image/blobs/");
        served.requests().iter().filter(blobs).count()
    };
    let before = layers();
    let again = world.run(&[&create[..], &[&base, "--output", "oci:layout"]].concat());
    assert!(again.stderr.contains("\nunchanged: oci:layout: "), "{}", again.stderr);
    assert_eq!(layers(), before + 1, "its configuration, and no layer");

    // The same base from a layout, without a registry.
    assert_eq!(
        world.run(&["create", "acme/base:1", "--languages", &c, "--output", "oci:base"]).code,
        Some(0)
    );
    let ran = world.run(&[
        "create",
        "acme/x:1",
        "--languages",
        &d,
        "--base",
        "oci:base",
        "--output",
        "oci:x",
        "--offline",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let folder = world.run(&["create", "acme/x:1", "--languages", &d, "--base", "oci:base"]);
    assert!(
        folder.code == Some(2) && folder.stderr.contains("`--base` needs an image as output"),
        "{}",
        folder.stderr
    );
    let missing = world.run(&[&create[..], &["oci:nowhere", "--output", "oci:y"]].concat());
    assert!(missing.code == Some(2) && missing.stderr.contains("no such image"), "{}", missing.stderr);
}

#[test]
fn what_is_no_layout_is_left_alone() {
    let (world, [c, _]) = two();
    fs::create_dir(world.here("home")).expect("a folder");
    fs::write(world.here("home/letter.txt"), "mine\n").expect("a file");
    let connections = world.server.connections();
    let ran = world.run(&["create", "x", "--languages", &c, "--output", "oci:home"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("is not an OCI image layout") && ran.stderr.contains("hint: "),
        "{}",
        ran.stderr
    );
    assert_eq!(world.server.connections(), connections, "nothing is fetched for nothing");
    assert_eq!(fs::read(world.here("home/letter.txt")).expect("a file"), b"mine\n");
}

#[test]
fn log_ins_come_from_dockers_configuration_and_are_never_told() {
    let (world, [c, _]) = two();
    let served = Served::with_log_in();
    let name = format!("{}/private/x:1", served.host);
    let create = ["create", &name, "--languages", &c, "--push"];
    let denied = world.run(&create);
    assert_eq!(denied.code, Some(2));
    assert!(
        denied.stderr.contains("access denied") && denied.stderr.contains("docker login"),
        "{}",
        denied.stderr
    );
    world.log_in(&served.host, USER, PASSWORD);
    let ran = world.run(&create);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(world.run(&["inspect", &name]).code, Some(0));
    world.log_in(&served.host, USER, &format!("{PASSWORD}-not"));
    let wrong = world.run(&create);
    assert!(wrong.code == Some(2) && !wrong.stderr.contains(PASSWORD), "{}", wrong.stderr);
}

/// Nothing takes so long.
const LONG: Duration = Duration::from_secs(60);

/// Both see that the tag is free, and both put it; the first one reads back what the second one put.
#[test]
fn of_two_who_push_one_tag_one_is_told_that_it_lost() {
    let (world, [c, d]) = two();
    let served = Served::plain();
    let tag = "PUT /v2/x/manifests/1";
    let (second_is_ready, wait_for_second) = mpsc::channel();
    let (first_has_put, wait_for_first) = mpsc::channel();
    let (second_has_put, wait_for_both) = mpsc::channel();
    let channels = Mutex::new((wait_for_second, first_has_put, wait_for_both));
    let first = between(&served.host, move |when, request| {
        let channels = channels.lock().expect("a lock");
        match when {
            _ if request != tag => {}
            When::Before => channels.0.recv_timeout(LONG).expect("the second one"),
            When::After => {
                channels.1.send(()).expect("the second one");
                channels.2.recv_timeout(LONG).expect("the second one");
            }
        }
    });
    let channels = Mutex::new((second_is_ready, wait_for_first, second_has_put));
    let second = between(&served.host, move |when, request| {
        let channels = channels.lock().expect("a lock");
        match when {
            _ if request != tag => {}
            When::Before => {
                channels.0.send(()).expect("the first one");
                channels.1.recv_timeout(LONG).expect("the first one");
            }
            When::After => channels.2.send(()).expect("the first one"),
        }
    });
    let push =
        |host: &str, url: &str| world.run(&["create", &format!("{host}/x:1"), "--languages", url, "--push"]);
    let (lost, won) = thread::scope(|scope| {
        let lost = scope.spawn(|| push(&first, &c));
        let won = push(&second, &d);
        (lost.join().expect("a run"), won)
    });
    let theirs = digest(&won);
    assert_eq!((lost.code, lost.stdout.as_str()), (Some(2), ""), "{}", lost.stderr);
    assert!(lost.stderr.contains("the tag was pushed as `sha256:"), "{}", lost.stderr);
    assert!(
        lost.stderr.contains(&format!("` but now points to `{theirs}`\nhint: somebody else")),
        "{}",
        lost.stderr
    );
    assert_eq!(inspected(&format!("docker://{}/x:1", served.host))["Digest"], theirs.as_str());
}

/// Somebody pushes while the layers are on their way, or right after the tag was put; each command notices.
#[test]
fn who_pushes_the_tag_meanwhile_is_noticed() {
    let (world, [c, d]) = two();
    for (output, url) in [("oci:ours", &c), ("oci:theirs", &d)] {
        assert_eq!(world.run(&["create", "x:1", "--languages", url, "--output", output]).code, Some(0));
    }
    let served = Served::plain();
    let theirs = format!("oci:{}:1", world.here("theirs").display());
    for (number, (when, at, said)) in [
        (When::Before, "POST", "the tag already exists with other content: `sha256:"),
        (When::After, "PUT /v2/x", "the tag was pushed as `sha256:"),
    ]
    .into_iter()
    .enumerate()
    {
        let real = format!("{}/x{number}:1", served.host);
        let (target, theirs, done) = (format!("docker://{real}"), theirs.clone(), AtomicBool::new(false));
        let at = at.replace("/x", &format!("/x{number}/manifests/1"));
        let host = between(&served.host, move |now, request| {
            if now == when && request.starts_with(&at) && !done.swap(true, Ordering::SeqCst) {
                let copy =
                    ["copy", "--insecure-policy", "--dest-tls-verify=false", "--preserve-digests", "--quiet"];
                run(program("skopeo").args(copy).args([&theirs, &target])).expect("a push");
            }
        });
        let ran = world.run(&["image", "push", "oci:ours:1", &format!("{host}/x{number}:1")]);
        let digest = inspected(&format!("docker://{real}"))["Digest"].as_str().expect("a digest").to_owned();
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(said) && ran.stderr.contains(&digest), "{}", ran.stderr);
        assert!(ran.stderr.contains("\nhint: "), "{}", ran.stderr);
    }
}

/// A registry that says that its tokens come from somewhere else does not get its password sent there.
#[test]
fn a_log_in_goes_to_no_other_host_that_a_registry_names() {
    let (world, [c, _]) = two();
    let answer = |_: &Request| Reply::Answer(200, Vec::new(), br#"{"token":"abc"}"#.to_vec());
    let serves = Serves {
        instead: Some(Box::new(move |_, request: &Request| Some(answer(request)))),
        ..Serves::default()
    };
    let elsewhere = GitServer::serving(Path::new("/nowhere"), serves).expect("a server");
    let token = elsewhere.url("token");
    let host = token.trim_start_matches("http://").trim_end_matches("/token").to_owned();
    let served = Served::with_tokens(&token);
    let name = format!("{}/private/x:1", served.host);
    let commands = [
        &["create", &name, "--languages", &c, "--push"][..],
        &["inspect", &name],
        &["image", "inspect", &name],
        &["gate", "--catalogue", &name],
    ];
    world.log_in(&served.host, USER, PASSWORD);
    for command in commands {
        let ran = world.run(command);
        let said = format!("`{}` wants its credential sent to another host, `{host}`", served.host);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(&said) && ran.stderr.contains("--token-host"), "{}", ran.stderr);
    }
    assert!(elsewhere.requests().is_empty());

    // Who allows it sends it, and who has no log-in has nothing to send: the registry takes neither's token.
    let allowed = world.run(&["inspect", &name, "--token-host", &host]);
    assert!(allowed.stderr.contains("access denied"), "{}", allowed.stderr);
    assert!(elsewhere.requests().iter().all(|request| request.header("authorization").is_some()));
    world.log_in("other.example", USER, PASSWORD);
    let before = elsewhere.requests().len();
    assert!(before > 0);
    assert!(world.run(&["inspect", &name]).stderr.contains("access denied"));
    let anonymous = elsewhere.requests().split_off(before);
    assert!(!anonymous.is_empty());
    assert!(anonymous.iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn tls_is_believed_with_its_authority_alone() {
    let (world, [c, _]) = two();
    let served = Served::with_tls();
    let name = format!("{}/x:1", served.host);
    let create = ["create", &name, "--languages", &c, "--push"];
    let refused = world.run(&create);
    assert!(
        refused.code == Some(2) && refused.stderr.contains("certificate was not accepted"),
        "{}",
        refused.stderr
    );
    let authority = served.authority();
    let trusted = ["--ca-file", authority.to_str().expect("text")];
    assert_eq!(world.run(&[&create[..], &trusted].concat()).code, Some(0));
    assert_eq!(world.run(&[&["inspect", &name], &trusted[..]].concat()).code, Some(0));
}

#[test]
fn a_catalogue_of_a_work_tree_says_so_in_its_image() {
    let world = World::new();
    let repository = GitRepository::with_work_tree(&world.here("own"), "trunk").expect("a repository");
    let sha = commit(&repository, &languages("own")).expect("a commit");
    repository.check_out().expect("checked out");
    fs::write(world.here("own/start_point/hiker.c"), "int y;\n").expect("a file");
    let ran = world.run(&["create", "x:1", "--languages", "./own", "--work-tree", "--output", "oci:x"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let said = inspected(&format!("oci:{}:1", world.here("x").display()));
    assert_eq!(said["Labels"]["org.opencontainers.image.revision"], format!("{sha}-dirty").as_str());
}
