//! Repositories on this machine: the commit by default, the work tree on request, and changes never in silence.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{World, start_point};
use start_points::RepoUrl;
use start_points_fetch::git::{Git, GitConfig};
use start_points_fetch::{FetchError, FetchErrorKind, FetchLimits, FetchedSource, local};
use start_points_testing::git::{Change, GitRepository};

fn checked_out(world: &World) -> (GitRepository, String) {
    let repository =
        GitRepository::with_work_tree(&world.folder.path().join("repositories/own"), "trunk").unwrap();
    let commit = repository.commit(&start_point()).unwrap();
    repository.check_out().unwrap();
    (repository, commit)
}

fn fetch(world: &World, path: &Path, tag: &str) -> Result<FetchedSource, FetchError> {
    let before = world.server.connections();
    let result = world.fetch_url(&RepoUrl::parse(&format!("{}{tag}", path.display())).unwrap());
    assert_eq!(world.server.connections(), before);
    result
}

fn hiker(source: &FetchedSource) -> &str {
    str::from_utf8(&source.content.files["start_point/hiker.c"].bytes).unwrap()
}

#[test]
fn the_commit_is_taken_and_changes_are_told() {
    let world = World::new();
    let (repository, commit) = checked_out(&world);
    let source = fetch(&world, repository.folder(), "").unwrap();
    assert_eq!(source.resolved.commit.as_str(), commit);
    assert_eq!((source.content.files.len(), source.content.committed), (7, 1_700_000_000));
    assert!(source.content.files["docker/install.sh"].executable);
    let work_tree = source.work_tree.unwrap();
    assert!(!work_tree.is_dirty() && !work_tree.is_passed_over());

    fs::write(repository.folder().join("start_point/hiker.c"), "int changed;\n").unwrap();
    fs::write(repository.folder().join("new\u{1b}"), "").unwrap();
    let source = fetch(&world, repository.folder(), "?tag=head").unwrap();
    assert_eq!(hiker(&source), "int x;\n");
    let work_tree = source.work_tree.unwrap();
    assert!(work_tree.is_passed_over() && !work_tree.is_dirty());
    assert_eq!(
        (work_tree.changed, work_tree.changes),
        (vec!["start_point/hiker.c".into(), "new\\u{1b}".into()], 2)
    );
}

#[test]
fn the_work_tree_is_taken_on_request_and_the_repository_stays_untouched() {
    let mut world = World::new();
    world.options.work_tree = true;
    let (repository, commit) = checked_out(&world);
    let folder = repository.folder();
    let clean = fetch(&world, folder, "").unwrap();
    assert_eq!((hiker(&clean), clean.content.committed), ("int x;\n", 1_700_000_000));
    assert!(!clean.work_tree.unwrap().is_dirty());

    fs::write(folder.join("start_point/hiker.c"), "int changed;\n").unwrap();
    fs::write(folder.join("docker/new.sh"), "untracked\n").unwrap();
    fs::write(folder.join(".gitignore"), "*.o\n").unwrap();
    fs::write(folder.join("docker/ignored.o"), "ignored\n").unwrap();
    fs::remove_file(folder.join("docker/install.sh")).unwrap();
    let before = everything(&folder.join(".git"));
    let source = fetch(&world, folder, "").unwrap();
    assert_eq!(everything(&folder.join(".git")), before);
    assert_eq!(source.resolved.commit.as_str(), commit);
    assert_eq!(hiker(&source), "int changed;\n");
    assert!(source.content.files.contains_key("docker/new.sh"));
    assert!(!source.content.files.contains_key("docker/ignored.o"));
    assert!(!source.content.files.contains_key("docker/install.sh"));
    let work_tree = source.work_tree.unwrap();
    assert!(work_tree.is_dirty() && work_tree.taken);
    assert_eq!(work_tree.changes, 4);
}

/// Git looks again at files as young as its index, and only at those.
#[test]
fn an_edit_of_the_same_length_in_the_second_of_the_check_out_is_taken() {
    let mut world = World::new();
    world.options.work_tree = true;
    let (repository, _) = checked_out(&world);
    let at = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    let set = |path: &str| {
        let file = fs::File::options().write(true).open(repository.folder().join(path)).unwrap();
        file.set_modified(at).unwrap();
    };
    set("start_point/hiker.c");
    repository.git(&["update-index", "--refresh"]).unwrap();
    fs::write(repository.folder().join("start_point/hiker.c"), "int y;\n").unwrap();
    set("start_point/hiker.c");
    set(".git/index");
    let source = fetch(&world, repository.folder(), "").unwrap();
    assert_eq!(hiker(&source), "int y;\n");
    assert!(source.work_tree.unwrap().is_dirty());
}

#[test]
fn a_tag_is_taken_from_its_commit_even_where_the_work_tree_is_asked_for() {
    let mut world = World::new();
    world.options.work_tree = true;
    let (repository, old) = checked_out(&world);
    repository.annotated_tag("1.0").unwrap();
    repository.commit(&[("start_point/hiker.c", Change::File(b"int y;\n"))]).unwrap();
    fs::write(repository.folder().join("start_point/hiker.c"), "int changed;\n").unwrap();
    for tag in ["?tag=1.0", &format!("?tag={}", &old[..7])] {
        let source = fetch(&world, repository.folder(), tag).unwrap();
        assert_eq!((source.resolved.commit.as_str(), hiker(&source)), (old.as_str(), "int x;\n"));
        assert!(source.work_tree.unwrap().is_passed_over());
    }
}

#[test]
fn what_a_folder_below_the_top_lies_in_is_found() {
    let world = World::new();
    let (repository, commit) = checked_out(&world);
    let git = Git::find(GitConfig::None, FetchLimits::default()).unwrap();
    let below = repository.folder().join("start_point");
    let clean = local::head(&git, &below).unwrap();
    assert_eq!((clean.commit.as_str(), clean.dirty), (commit.as_str(), false));
    fs::write(below.join("hiker.c"), "int changed;\n").unwrap();
    assert!(local::head(&git, repository.folder()).unwrap().dirty);

    fs::write(repository.folder().join(".gitignore"), "*.o\n").unwrap();
    for (name, ignored) in [("x.o", true), ("x.c", false)] {
        let path = repository.folder().join(name);
        fs::write(&path, "").unwrap();
        assert_eq!(local::ignores(&git, repository.folder(), &path), ignored, "{name}");
    }
    assert_eq!(local::remote_url(&git, &below, "origin"), None);
    repository.git(&["remote", "add", "origin", "https://h/x"]).unwrap();
    assert_eq!(local::remote_url(&git, &below, "origin").as_deref(), Some("https://h/x"));
    assert!(local::head(&git, world.folder.path()).is_err());
}

#[test]
fn every_way_to_write_a_path_leads_there() {
    let world = World::new();
    let folder = world.folder.path().join("repositories/with space");
    let repository = GitRepository::bare(&folder, "trunk").unwrap();
    repository.commit(&start_point()).unwrap();
    let file = format!("file://{}", folder.display()).replace(' ', "%20");
    for text in [folder.to_str().unwrap(), &format!("{}/", folder.display()), &file] {
        let source = world.fetch_url(&RepoUrl::parse(text).unwrap()).unwrap();
        assert_eq!(source.content.files.len(), 7, "{text}");
        assert!(source.work_tree.is_none());
    }
    let (own, _) = checked_out(&world);
    assert_eq!(fetch(&world, &own.folder().join(".git"), "").unwrap().content.files.len(), 7);
}

#[test]
fn a_linked_work_tree_is_a_repository_too() {
    let mut world = World::new();
    world.options.work_tree = true;
    let (repository, _) = checked_out(&world);
    let linked = world.folder.path().join("repositories/linked");
    repository.git(&["worktree", "add", "-q", linked.to_str().unwrap()]).unwrap();
    fs::write(linked.join("start_point/hiker.c"), "int linked;\n").unwrap();
    assert_eq!(hiker(&fetch(&world, &linked, "").unwrap()), "int linked;\n");
}

#[test]
fn what_is_no_top_of_a_repository_is_told() {
    let mut world = World::new();
    let (repository, _) = checked_out(&world);
    let error = fetch(&world, &repository.folder().join("docker"), "").unwrap_err();
    assert!(matches!(error.kind(), FetchErrorKind::NotTheTop { .. }), "{error}");
    assert!(error.hint().unwrap().contains("own`"));
    let error = fetch(&world, &world.folder.path().join("none"), "").unwrap_err();
    assert!(matches!(error.kind(), FetchErrorKind::NoRepository(_)), "{error}");
    let error = fetch(&world, Path::new("/"), "").unwrap_err();
    assert!(matches!(error.kind(), FetchErrorKind::NoRepository(_)), "{error}");
    world.options.work_tree = true;
    let (bare, _) = world.start_point("bare");
    assert_eq!(fetch(&world, bare.folder(), "").unwrap_err().kind(), &FetchErrorKind::NoWorkTree);
    let empty =
        GitRepository::with_work_tree(&world.folder.path().join("repositories/empty"), "trunk").unwrap();
    assert_eq!(
        fetch(&world, empty.folder(), "").unwrap_err().kind(),
        &FetchErrorKind::NoTip { branches: vec![] }
    );
}

#[test]
fn tags_of_local_repositories_that_move_are_reported() {
    let world = World::new();
    let (repository, first) = checked_out(&world);
    repository.tag("1.0").unwrap();
    fetch(&world, repository.folder(), "?tag=1.0").unwrap();
    repository.commit(&[("later", Change::File(b"1"))]).unwrap();
    repository.tag("1.0").unwrap();
    let source = fetch(&world, repository.folder(), "?tag=1.0").unwrap();
    assert_eq!(source.resolved.moved_from.unwrap().as_str(), first);
}

#[test]
fn local_repositories_are_read_offline() {
    let mut world = World::new();
    world.options.offline = true;
    let (repository, commit) = checked_out(&world);
    let source = fetch(&world, repository.folder(), &format!("?tag={}", &commit[..8])).unwrap();
    assert_eq!(source.content.files.len(), 7);
}

#[test]
fn hooks_and_monitors_of_a_work_tree_do_not_run() {
    let mut world = World::new();
    world.options.work_tree = true;
    let (repository, _) = checked_out(&world);
    let pwned = world.folder.path().join("pwned");
    let script = repository.folder().join("evil.sh");
    fs::write(&script, format!("#!/bin/sh\ntouch '{}'\n", pwned.display())).unwrap();
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let hooks = repository.folder().join(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    for hook in ["post-index-change", "reference-transaction", "pre-commit"] {
        fs::copy(&script, hooks.join(hook)).unwrap();
    }
    repository.git(&["config", "core.fsmonitor", script.to_str().unwrap()]).unwrap();
    fetch(&world, repository.folder(), "").unwrap();
    world.assert_nothing_outside();
}

fn everything(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(everything(&path));
        } else {
            all.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    all
}
