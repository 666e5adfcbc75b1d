//! What is taken of a commit, and what that costs.

use crate::support::{World, noise, paths};
use start_points::check::{CheckOptions, Checker, check_set};
use start_points::files::{FileEntry, NonRegular};
use start_points_fetch::source::OmitReason;
use start_points_fetch::{FetchErrorKind, FetchStep, unwatched};
use start_points_testing::git::Change;

#[test]
fn manifests_the_files_they_name_and_docker_folders_are_taken() {
    let world = World::new();
    let (_, commit) = world.start_point("x");
    let source = world.fetch("x").unwrap();
    assert_eq!(source.resolved.commit.as_str(), commit);
    assert_eq!(source.content.committed, 1_700_000_000);
    assert_eq!(
        paths(&source),
        [
            "docker/Dockerfile",
            "docker/image_name.json",
            "docker/install.sh",
            "start_point/cyber-dojo.sh",
            "start_point/hiker.c",
            "start_point/manifest.json",
            "start_point/sub/deep.txt",
        ]
    );
    assert!(source.content.files["start_point/cyber-dojo.sh"].executable);
    assert!(!source.content.files["start_point/hiker.c"].executable);
    assert_eq!(source.content.files["start_point/hiker.c"].bytes, b"int x;\n");
    assert_eq!(source.content.others["start_point/beside.txt"], FileEntry::Size(0));
    let mut checker = Checker::new();
    checker.manifest(&source.content, "start_point/manifest.json", true, &CheckOptions::default());
    let report = checker.finish(&|_| None).report;
    assert_eq!((report.summary().errors, report.summary().warnings), (0, 1), "{report:?}");
    world.assert_nothing_outside();
}

#[test]
fn many_manifests_are_found_but_not_in_dot_folders() {
    let world = World::new();
    let repository = world.repository("x");
    let manifest = br#"{"display_name": "A", "visible_filenames": ["readme.txt"]}"#;
    repository
        .commit(&[
            ("start-points/A/manifest.json", Change::File(manifest)),
            ("start-points/A/readme.txt", Change::File(b"a")),
            ("start-points/B/manifest.json", Change::File(manifest)),
            ("start-points/B/readme.txt", Change::File(b"b")),
            (".hidden/manifest.json", Change::File(manifest)),
        ])
        .unwrap();
    let source = world.fetch("x").unwrap();
    assert_eq!(source.content.files.len(), 4);
    assert!(paths(&source).iter().all(|path| path.starts_with("start-points/")));
}

#[test]
fn history_and_large_files_stay_where_they_are() {
    let world = World::new();
    let (repository, _) = world.start_point("x");
    let noise = noise(3_000_000);
    repository
        .commit(&[("lib/a.jar", Change::File(&noise)), ("docker/b.jar", Change::File(&noise[1..]))])
        .unwrap();
    repository.commit(&[("lib/a.jar", Change::Gone)]).unwrap();
    let proxy =
        start_points_testing::git::DelayProxy::start(world.server.address(), std::time::Duration::ZERO)
            .unwrap();
    let url = start_points::RepoUrl::parse(&format!("http://{}/x", proxy.address())).unwrap();
    let source = world.fetch_url(&url).unwrap();
    assert!(proxy.bytes() < 20_000, "{} bytes", proxy.bytes());
    assert!(!source.content.files.contains_key("docker/b.jar"));
    assert_eq!(source.content.left_out[0].path, "docker/b.jar");
    assert_eq!(source.content.left_out[0].reason, OmitReason::Large);
}

#[test]
fn a_large_file_that_is_named_is_fetched_by_itself() {
    let world = World::new();
    let repository = world.repository("x");
    let manifest = br#"{"display_name": "A", "visible_filenames": ["a"], "rag_lambda": "b", "filename_extension": ".c"}"#;
    let large = vec![b'x'; 300_000];
    let larger = vec![b'y'; 2_000_000];
    repository
        .commit(&[
            ("start_point/manifest.json", Change::File(manifest)),
            ("start_point/a", Change::File(&larger)),
            ("start_point/b", Change::File(&large)),
        ])
        .unwrap();
    let source = world.fetch("x").unwrap();
    assert_eq!(source.content.files["start_point/b"].bytes, large);
    assert_eq!(source.content.others["start_point/a"], FileEntry::Size(2_000_000));
}

#[test]
fn a_large_manifest_may_name_large_files() {
    let world = World::new();
    let repository = world.repository("x");
    let manifest = format!(
        r#"{{"display_name": "A", "visible_filenames": ["a"], "filename_extension": ".c"}}{}"#,
        " ".repeat(400_000)
    );
    let large = vec![b'x'; 300_000];
    repository
        .commit(&[
            ("start_point/manifest.json", Change::File(manifest.as_bytes())),
            ("start_point/a", Change::File(&large)),
        ])
        .unwrap();
    let source = world.fetch("x").unwrap();
    assert_eq!(source.content.files["start_point/a"].bytes, large);
}

#[test]
fn links_are_followed_inside_a_start_point_and_nowhere_else() {
    let world = World::new();
    let repository = world.repository("x");
    let manifest = br#"{"display_name": "A", "visible_filenames":
        ["inside", "outside", "absolute", "loop", "chain", "folder", "module"], "filename_extension": ".c"}"#;
    repository
        .commit(&[
            ("start_point/manifest.json", Change::File(manifest)),
            ("start_point/real.txt", Change::File(b"real")),
            ("start_point/inside", Change::Link("real.txt")),
            ("start_point/chain", Change::Link("./inside")),
            ("start_point/outside", Change::Link("../README.md")),
            ("start_point/absolute", Change::Link("/etc/passwd")),
            ("start_point/loop", Change::Link("loop")),
            ("start_point/folder/a", Change::File(b"a")),
            ("start_point/module", Change::Submodule("0123456789012345678901234567890123456789")),
            ("README.md", Change::File(b"outside")),
        ])
        .unwrap();
    let source = world.fetch("x").unwrap();
    assert_eq!(source.content.files["start_point/inside"].bytes, b"real");
    assert_eq!(source.content.files["start_point/chain"].bytes, b"real");
    for (name, other) in [
        ("outside", NonRegular::EscapingLink),
        ("absolute", NonRegular::EscapingLink),
        ("loop", NonRegular::EscapingLink),
        ("folder", NonRegular::Folder),
        ("module", NonRegular::Submodule),
    ] {
        assert_eq!(source.content.others[&format!("start_point/{name}")], FileEntry::Other(other), "{name}");
    }
}

#[test]
fn submodules_are_listed_wherever_they_are_and_those_that_hold_start_points_are_faults() {
    let world = World::new();
    let repository = world.repository("x");
    let module = Change::Submodule("0123456789012345678901234567890123456789");
    let (faulty, other) = (
        ["start_point", "docker", "start-points/Bowling", "start-points/Katas/Tennis", "deep/start_point"],
        ["lib", "start_points", "third/party/docker-compose", ".hidden/start_point"],
    );
    let mut changes: Vec<_> = faulty.into_iter().chain(other).map(|path| (path, module)).collect();
    changes.push(("README.md", Change::File(b"x")));
    repository.commit(&changes).unwrap();
    for url in
        [world.url("x"), start_points::RepoUrl::parse(&repository.folder().display().to_string()).unwrap()]
    {
        for _ in ["fetched", "from the cache"] {
            let source = world.fetch_url(&url).unwrap();
            assert_eq!(source.content.others.len(), faulty.len() + other.len());
            assert!(
                source.content.others.values().all(|entry| *entry == FileEntry::Other(NonRegular::Submodule))
            );
            let paths: Vec<&str> = source.content.others.keys().map(String::as_str).collect();
            let report = check_set(&source.content, &paths, &CheckOptions::default()).report;
            let mut places: Vec<_> = report
                .diagnostics()
                .iter()
                .filter(|found| found.rule.id == "submodule-start-point")
                .map(|found| found.place.path.to_string())
                .collect();
            places.sort_unstable();
            let mut expected = faulty.map(str::to_owned);
            expected.sort();
            assert_eq!(places, expected);
        }
    }
}

#[test]
fn a_first_fetch_takes_three_requests_and_a_second_run_one_or_none() {
    let world = World::new();
    let (repository, commit) = world.start_point("x");
    repository.annotated_tag("1.0").unwrap();
    let pinned = format!("x?tag={}", &commit[..7]);
    let cost = |text: &str| world.requests(|| drop(world.fetch(text).unwrap()));
    assert_eq!(cost("x"), 3);
    assert_eq!(cost("x"), 1);
    assert_eq!(cost("x?tag=1.0"), 1);
    assert_eq!(cost(&pinned), 1);
    assert_eq!(cost(&pinned), 0);
    let (other, _) = world.start_point("old");
    let old = other.commit(&[("start_point/hiker.c", Change::File(b"int old;\n"))]).unwrap();
    other.commit(&[("start_point/hiker.c", Change::File(b"int z;\n"))]).unwrap();
    assert_eq!(
        cost(&format!("old?tag={}", &old[..7])),
        4,
        "the history between the references and the commit"
    );
    repository.commit(&[("start_point/hiker.c", Change::File(b"int y;\n"))]).unwrap();
    assert_eq!(cost("x"), 3);
    assert_eq!(cost("x?tag=1.0"), 1);
}

#[test]
fn progress_tells_of_every_step() {
    let world = World::new();
    world.start_point("x");
    let steps = std::sync::Mutex::new(Vec::new());
    let urls = [world.url("x"), world.url("none")];
    let fetcher = world.fetcher();
    let results = fetcher.fetch_all(&urls, &|progress| {
        steps.lock().unwrap().push((progress.index, progress.step));
    });
    assert!(results[0].is_ok() && results[1].is_err());
    let mut steps = steps.into_inner().unwrap();
    steps.sort_by_key(|(index, _)| *index);
    assert_eq!(
        steps,
        [
            (0, FetchStep::Resolving),
            (0, FetchStep::Fetching),
            (0, FetchStep::Done),
            (1, FetchStep::Resolving),
            (1, FetchStep::Failed)
        ]
    );
}

#[test]
fn cancelling_ends_everything() {
    let world = World::new();
    world.start_point("x");
    let fetcher = world.fetcher();
    fetcher.git().cancel().cancel();
    let result = fetcher.fetch_all(&[world.url("x")], &unwatched).remove(0);
    assert_eq!(result.unwrap_err().kind(), &FetchErrorKind::Cancelled);
}

#[test]
fn a_repository_of_sha256_names_is_read_as_well() {
    let world = World::new();
    let folder = world.folder.path().join("repositories/x");
    std::fs::create_dir(&folder).unwrap();
    let status = std::process::Command::new("git")
        .args(["init", "--quiet", "--bare", "--object-format=sha256", "--initial-branch=trunk"])
        .arg(&folder)
        .status()
        .unwrap();
    assert!(status.success());
    let repository = start_points_testing::git::GitRepository::bare(&folder, "trunk").unwrap();
    let commit = repository.commit(&crate::support::start_point()).unwrap();
    assert_eq!(commit.len(), 64);
    let source = world.fetch("x").unwrap();
    assert_eq!(source.resolved.commit.as_str(), commit);
    assert_eq!(source.content.files.len(), 7);
}
