//! Images of start-points: packed, pushed, looked at, and taken as the sources of a catalogue.

use std::fs;
use std::process::Stdio;

use crate::world::World;
use serde_json::Value;
use start_points_testing::git::GitRepository;
use start_points_testing::registry::Served;
use start_points_testing::{commit, languages, snapshot};

/// A repository on this machine, checked out in the folder `name`; answers its commit.
fn own(world: &World, name: &str) -> (GitRepository, String) {
    let repository = GitRepository::with_work_tree(&world.here(name), "trunk").expect("a repository");
    let mut files = languages(name);
    files[4].1 = format!("{{\"image_name\": \"cyberdojofoundation/{name}\"}}\n");
    let sha = commit(&repository, &files).expect("a commit");
    repository.check_out().expect("checked out");
    (repository, sha)
}

/// Packs repositories and pushes their images; answers the images' names.
fn packed(world: &World, served: &Served, names: &[&str]) -> Vec<String> {
    let pack = |name: &&str| {
        let (_, sha) = own(world, name);
        let image = format!("{}/cyberdojostartpoints/{name}", served.host);
        let source = format!("https://example.com/{name}");
        let ran = world.run(&["image", "pack", name, "--push", "--name", &image, "--source", &source]);
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
        format!("{image}:{}", &sha[..7])
    };
    names.iter().map(pack).collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn an_image_holds_start_point_alone_and_says_where_it_is_from() {
    let world = World::new();
    let (repository, sha) = own(&world, "gcc");
    repository.git(&["remote", "add", "origin", "https://me:secret@example.com/gcc.git"]).expect("a remote");
    let ran = world.run(&["image", "pack", "gcc"]);
    let name = format!("cyberdojostartpoints/gcc:{}", &sha[..7]);
    let tests = format!("cyberdojofoundation/gcc:{}", &sha[..7]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    assert!(ran.stderr.starts_with(&format!("packed {name}, for {tests}\nwrote oci:")), "{}", ran.stderr);
    let layout = format!("oci:{}", name.replace(['/', ':'], "-"));
    let ran = world.run(&["image", "inspect", &layout, "--format", "json"]);
    let said = json(&ran.stdout);
    assert_eq!(said["created"], "2023-11-14T22:13:20Z");
    assert_eq!(said["kind"], "languages");
    assert_eq!(said["labels"]["org.opencontainers.image.revision"], sha.as_str());
    assert_eq!(said["labels"]["org.opencontainers.image.source"], "https://example.com/gcc.git");
    assert_eq!(said["start_points"][0]["image_name"], tests.as_str());
    let paths: Vec<_> =
        said["files"].as_array().expect("files").iter().map(|file| file["path"].clone()).collect();
    assert_eq!(paths, ["start_point/cyber-dojo.sh", "start_point/hiker.c", "start_point/manifest.json"]);
    let ran = world.run(&["image", "inspect", &layout]);
    assert!(ran.stdout.contains("created ") && ran.stdout.contains(&tests), "{}", ran.stdout);
    assert!(!ran.stdout.contains("secret"), "{}", ran.stdout);

    let tag = world.run(&["image", "tag", "gcc"]);
    assert_eq!(tag.stdout, format!("{}\n", &sha[..7]));
    let again = world.run(&["image", "pack", "gcc", "--output", "oci:again"]);
    assert_eq!(
        again.stderr.rsplit_once("sha256:").expect("a digest").1.trim(),
        said["digest"].as_str().expect("text")[7..].to_owned()
    );
}

#[test]
fn what_is_not_committed_is_refused_or_marked() {
    let world = World::new();
    let (_, sha) = own(&world, "gcc");
    fs::write(world.here("gcc/start_point/hiker.c"), "int y;\n").expect("a file");
    let refused = world.run(&["image", "pack", "gcc", "--format", "concise"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stdout.starts_with("gcc: uncommitted-changes: 1 path differs"), "{}", refused.stdout);
    assert!(refused.stderr.ends_with("nothing was written\n"), "{}", refused.stderr);
    assert_eq!(fs::read_dir(world.here("")).expect("a folder").count(), 1);
    let marked =
        world.run(&["image", "pack", "gcc", "--work-tree", "--output", "oci:x", "--format", "concise"]);
    assert_eq!(marked.code, Some(0), "{}", marked.stdout);
    assert!(
        marked.stderr.contains(&format!("cyberdojostartpoints/gcc:{}-dirty", &sha[..7])),
        "{}",
        marked.stderr
    );
    let said = json(&world.run(&["image", "inspect", "x", "--format", "json"]).stdout);
    assert_eq!(said["labels"]["org.opencontainers.image.revision"], format!("{sha}-dirty").as_str());
    assert_eq!(world.run(&["image", "tag", "gcc"]).stdout, format!("{}-dirty\n", &sha[..7]));
    assert_eq!(world.run(&["image", "tag", "gcc", "--require-clean"]).code, Some(1));
}

#[test]
fn faults_and_other_kinds_are_not_packed() {
    let world = World::new();
    let base = GitRepository::with_work_tree(&world.here("base"), "trunk").expect("a repository");
    commit(&base, &[("docker/image_name.json", "{\"image_name\": \"x/y\"}\n")]).expect("a commit");
    base.check_out().expect("checked out");
    let ran = world.run(&["image", "pack", "base", "--format", "concise"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("no-manifest"), "{}", ran.stdout);
    let (repository, _) = own(&world, "moved");
    fs::create_dir(world.here("moved/below")).expect("a folder");
    repository.git(&["mv", "start_point", "docker", "below"]).expect("moved");
    repository.git(&["commit", "--quiet", "--message", "moved"]).expect("a commit");
    let ran = world.run(&["image", "pack", "moved"]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("not in `start_point/`") && ran.stderr.contains("hint: "), "{}", ran.stderr);
}

#[test]
fn a_tag_that_is_there_is_never_overwritten() {
    let world = World::new();
    let served = Served::plain();
    own(&world, "one");
    own(&world, "other");
    for name in ["one", "other"] {
        assert_eq!(
            world.run(&["image", "pack", name, "--output", &format!("oci:{name}-image")]).code,
            Some(0)
        );
    }
    let name = format!("{}/x:1", served.host);
    let missing = world.run(&["image", "inspect", &name]);
    assert_eq!((missing.code, missing.stdout.as_str()), (Some(1), ""), "{}", missing.stderr);
    assert!(missing.stderr.contains("no such image"), "{}", missing.stderr);
    let push = |layout: &str| world.run(&["image", "push", layout, &name]);
    let first = push("one-image");
    assert!(first.code == Some(0) && first.stderr.contains("2 blobs sent"), "{}", first.stderr);
    let again = push("oci:one-image");
    assert!(again.code == Some(0) && again.stderr.starts_with("unchanged: "), "{}", again.stderr);
    let other = push("other-image");
    assert!(other.code == Some(2) && other.stderr.contains("with other content"), "{}", other.stderr);
    // From one name to another, in the registry itself.
    let copy = format!("{}/y:1", served.host);
    let copied = world.run(&["image", "push", &name, &copy]);
    assert!(copied.code == Some(0) && copied.stderr.contains("1 blob mounted"), "{}", copied.stderr);
    let digest = |name: &str| {
        json(&world.run(&["image", "inspect", name, "--format", "json"]).stdout)["digest"].clone()
    };
    assert_eq!(digest(&name), digest(&copy));
}

#[test]
fn images_and_urls_make_one_catalogue_in_the_order_in_which_they_are_named() {
    let world = World::new();
    let served = Served::plain();
    let images = packed(&world, &served, &["a", "c"]);
    world.languages("b");
    let url = world.url("b");
    let create = ["create", "x", "--languages", &images[0], &url, &images[1], "--output", "dir:out"];
    let ran = world.run(&create);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let shas = fs::read_to_string(world.here("out/shas.txt")).expect("a list");
    let urls: Vec<_> = shas.lines().map(|line| line.rsplit(' ').next().expect("a URL")).collect();
    assert_eq!(urls, ["https://example.com/a", &url, "https://example.com/c"]);
    let listed = world.run(&["inspect", "out"]).stdout;
    let tag = images[0].rsplit(':').next().expect("a tag");
    assert!(listed.contains(&format!("cyberdojofoundation/a:{tag}")), "{listed}");
    let checked = world.run(&["check", "out"]);
    assert_eq!(checked.code, Some(0), "what is written passes: {}", checked.stdout);
    let first = snapshot(&world.here("out")).expect("a folder");

    // What was pulled once is not pulled again, and offline nothing is asked.
    let pulls = || served.requests().iter().filter(|request| request.contains("/blobs/")).count();
    let before = pulls();
    assert_eq!(world.run(&create).code, Some(0));
    assert_eq!(pulls(), before);
    let requests = served.requests().len();
    let ran = world.run(&[&create[..], &["--offline"]].concat());
    assert_eq!((ran.code, served.requests().len()), (Some(0), requests), "{}", ran.stderr);
    fs::write(world.here("list.txt"), format!("{}  # a\n{url}\n\n{}\n", images[0], images[1]))
        .expect("a file");
    let ran = world.run(&["create", "x", "--languages", "@list.txt", "--output", "dir:again", "--offline"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(snapshot(&world.here("again")).expect("a folder"), first);

    // By its digest, which says what it is.
    let said = json(&world.run(&["image", "inspect", &images[0], "--format", "json"]).stdout);
    let by_digest = format!("{}@{}", images[0], said["digest"].as_str().expect("text"));
    let ran = world.run(&["create", "x", "--languages", &by_digest, "--output", "dir:one", "--offline"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(world.run(&["cache", "clean"]).code, Some(0));
    let ran = world.run(&["create", "x", "--languages", &by_digest, "--offline", "--format", "concise"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("unpulled-image: not in the cache"), "{}", ran.stdout);
}

#[test]
fn runs_at_once_pull_an_image_once() {
    let world = World::new();
    let served = Served::plain();
    let images = packed(&world, &served, &["a"]);
    let pulls = || {
        served
            .requests()
            .iter()
            .filter(|request| request.starts_with("GET") && request.contains("/blobs/"))
            .count()
    };
    let before = pulls();
    let start = |number: usize| {
        let output = format!("dir:out{number}");
        let mut command = world.command(&["create", "x", "--languages", &images[0], "--output", &output]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
    };
    for child in (0..8).map(start).collect::<Vec<_>>() {
        let ran = crate::run::ran(child.wait_with_output().expect("it ends"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    assert_eq!(pulls(), before + 2, "the configuration and the layer");
}

#[test]
fn every_fault_of_images_and_urls_is_in_one_report() {
    let world = World::new();
    let served = Served::plain();
    let images = packed(&world, &served, &["a"]);
    let missing = format!("{}/cyberdojostartpoints/none:1234567", served.host);
    let url = world.url("none");
    world.languages("c");
    let catalogue = format!("{}/acme/catalogue:1", served.host);
    let two = [world.url("c"), images[0].clone()];
    let ran = world.run(&["create", &catalogue, "--languages", &two[0], &two[1], "--push"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);

    let all = [&missing, &images[0], &url, &images[0], &catalogue];
    let mut arguments = vec!["create", "x", "--format", "concise", "--languages"];
    arguments.extend(all.iter().map(|text| text.as_str()));
    let ran = world.run(&arguments);
    assert_eq!(ran.code, Some(1));
    let expected = [
        format!("{missing}: unpulled-image: no such image"),
        "http://h/none: unfetched-repository: repository not found".to_owned(),
        format!("{}: repeated-source: `{}` is already given", images[0], images[0]),
        format!("{catalogue}: malformed-source-image: it has 14 paths outside `start_point/`"),
        format!("{catalogue}: malformed-source-image: it has no label `org.opencontainers.image.revision`"),
        format!("{catalogue}: malformed-source-image: it has no label `org.opencontainers.image.source`"),
    ];
    assert!(ran.stdout.lines().count() >= expected.len(), "{}", ran.stdout);
    for (line, expected) in ran.stdout.lines().zip(&expected) {
        assert!(line.starts_with(expected), "{line}");
    }
    assert!(ran.stderr.ends_with("nothing was written\n"), "{}", ran.stderr);

    let kind = world.run(&["create", "x", "--custom", &images[0], "--format", "concise"]);
    assert!(kind.stdout.contains("of the kind languages, not custom"), "{}", kind.stdout);
}

#[test]
fn a_tag_that_was_pushed_over_is_told() {
    let world = World::new();
    let served = Served::plain();
    let name = format!("{}/x:1", served.host);
    for (round, repository) in ["a", "b"].into_iter().enumerate() {
        own(&world, repository);
        let source = format!("https://example.com/{repository}");
        let pack = ["image", "pack", repository, "--push", "--name", &name, "--source", &source];
        assert_eq!(world.run(&pack).code, Some(0));
        let ran = world.run(&["create", "c", "--languages", &name, "--format", "concise"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stdout);
        assert_eq!(ran.stdout.contains("moved-tag: image tag `1` was "), round == 1, "{}", ran.stdout);
        // Whoever runs the registry can.
        fs::remove_dir_all(served.folder.path().join("data/docker/registry/v2/repositories/x"))
            .expect("removed");
    }
}
