//! Repositories that mean harm: a clear error that names the URL, and nothing run, written or read outside.

use std::fs;
use std::path::Path;

use crate::support::{MANIFEST, World, start_point};
use start_points::RepoUrl;
use start_points::files::{FileEntry, NonRegular};
use start_points_fetch::FetchErrorKind;
use start_points_testing::git::{Change, GitRepository};

#[test]
fn urls_that_run_programs_or_are_options_are_refused() {
    for text in [
        "ext::sh -c 'touch pwned'",
        "foo::https://h/x",
        "--upload-pack=touch pwned",
        "-u",
        "ssh://-oProxyCommand=touch/x",
        "https://h/x?tag=--upload-pack=touch",
        "git@-oProxyCommand=x:y",
        "https://h/x\n?tag=1",
        "fd::17",
    ] {
        assert!(RepoUrl::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_path_that_looks_like_an_option_is_a_path() {
    let world = World::new();
    let folder = world.folder.path().join("repositories/--upload-pack=touch pwned");
    GitRepository::bare(&folder, "trunk").unwrap().commit(&start_point()).unwrap();
    let url = RepoUrl::parse(folder.to_str().unwrap()).unwrap();
    assert_eq!(world.fetch_url(&url).unwrap().content.files.len(), 7);
    assert!(!Path::new("pwned").exists());
}

#[test]
fn submodules_are_never_fetched() {
    let world = World::new();
    let (repository, commit) = world.start_point("x");
    let secret = world.folder.path().join("repositories/secret");
    GitRepository::bare(&secret, "trunk").unwrap().commit(&start_point()).unwrap();
    let modules = format!("[submodule \"a\"]\n\tpath = start_point/sub\n\turl = {}\n", secret.display());
    repository
        .commit(&[
            (".gitmodules", Change::File(modules.as_bytes())),
            ("start_point/sub", Change::Submodule(&commit)),
        ])
        .unwrap();
    let source = world.fetch("x").unwrap();
    assert!(source.content.files.keys().all(|path| !path.starts_with("start_point/sub")));
    assert!(world.server.requests().iter().all(|request| request.path.starts_with("/x/")));
}

#[test]
fn submodules_whose_urls_are_options_are_refused() {
    let world = World::new();
    let (repository, commit) = world.start_point("x");
    let modules = b"[submodule \"a\"]\n\tpath = a\n\turl = -u./payload\n";
    repository.commit(&[(".gitmodules", Change::File(modules)), ("a", Change::Submodule(&commit))]).unwrap();
    assert!(matches!(world.refused("x").kind(), FetchErrorKind::BadObjects(_)));
}

#[test]
fn names_that_lead_out_of_the_tree_are_refused() {
    for name in ["..", ".", ".git", ".GIT", "a/b", "git~1", ".g\u{200c}it"] {
        let world = World::new();
        let repository = world.repository("x");
        let blob = repository.blob(b"evil").unwrap();
        let inner = repository.raw_tree(&[("100644", b"evil", &blob)]).unwrap();
        let tree = repository.raw_tree(&[("40000", name.as_bytes(), &inner)]).unwrap();
        repository.commit_tree(&tree).unwrap();
        assert!(matches!(world.refused("x").kind(), FetchErrorKind::BadObjects(_)), "{name}");
    }
}

#[test]
fn on_this_machine_git_checks_nothing_and_we_do() {
    for (name, shown) in
        [("..", ".."), (".git", ".git"), ("a/b", "a/b"), ("a\nb", "a\\nb"), ("\u{1b}[31m", "\\u{1b}[31m")]
    {
        let world = World::new();
        let repository = world.repository("x");
        let blob = repository.blob(b"evil").unwrap();
        let tree = repository.raw_tree(&[("100644", name.as_bytes(), &blob)]).unwrap();
        repository.commit_tree(&tree).unwrap();
        let url = RepoUrl::parse(repository.folder().to_str().unwrap()).unwrap();
        let error = world.fetch_url(&url).unwrap_err();
        assert_eq!(error.kind(), &FetchErrorKind::HostileName(shown.to_owned()));
    }
}

#[test]
fn names_with_control_characters_are_refused_and_shown_harmless() {
    for name in ["a\nb", "\u{1b}]0;title\u{7}", "a\u{7f}", "a\u{9b}b"] {
        let world = World::new();
        let repository = world.repository("x");
        let blob = repository.blob(b"x").unwrap();
        let tree = repository.raw_tree(&[("100644", name.as_bytes(), &blob)]).unwrap();
        repository.commit_tree(&tree).unwrap();
        assert!(matches!(world.refused("x").kind(), FetchErrorKind::HostileName(_)), "{name:?}");
    }
}

#[test]
fn links_out_of_the_tree_are_not_followed() {
    let world = World::new();
    let repository = world.repository("x");
    repository
        .commit(&[
            ("start_point/manifest.json", Change::File(MANIFEST)),
            ("start_point/hiker.c", Change::Link("../../../../../etc/passwd")),
            ("start_point/cyber-dojo.sh", Change::Link("/etc/passwd")),
            ("start_point/sub", Change::Link("/etc")),
            ("docker", Change::Link("/etc")),
        ])
        .unwrap();
    let source = world.fetch("x").unwrap();
    assert_eq!(source.content.files.len(), 1);
    for name in ["hiker.c", "cyber-dojo.sh"] {
        let entry = &source.content.others[&format!("start_point/{name}")];
        assert_eq!(entry, &FileEntry::Other(NonRegular::EscapingLink));
    }
}

#[test]
fn a_manifest_may_be_a_link_no_more_than_a_file() {
    let world = World::new();
    let repository = world.repository("x");
    repository.commit(&[("start_point/manifest.json", Change::Link("/etc/passwd"))]).unwrap();
    let source = world.fetch("x").unwrap();
    assert!(source.content.files.is_empty());
    assert_eq!(
        source.content.others["start_point/manifest.json"],
        FileEntry::Other(NonRegular::EscapingLink)
    );
}

#[test]
fn entries_are_counted() {
    let mut world = World::new();
    world.limits.entries = 1000;
    let repository = world.repository("x");
    let names: Vec<String> = (0..1001).map(|index| format!("f{index}")).collect();
    let changes: Vec<_> = names.iter().map(|name| (name.as_str(), Change::File(b"" as &[u8]))).collect();
    repository.commit(&changes).unwrap();
    assert_eq!(
        world.refused("x").kind(),
        &FetchErrorKind::TooMany { what: "files and folders", limit: 1000 }
    );
}

#[test]
fn folders_that_hold_one_folder_many_times_are_counted_each_time() {
    let world = World::new();
    let repository = world.repository("x");
    let mut tree = repository.raw_tree(&[("100644", b"f", &repository.blob(b"x").unwrap())]).unwrap();
    let names: Vec<Vec<u8>> = (0..10).map(|index| format!("d{index}").into_bytes()).collect();
    for _ in 0..10 {
        let entries: Vec<_> = names.iter().map(|name| ("40000", name.as_slice(), tree.as_str())).collect();
        tree = repository.raw_tree(&entries).unwrap();
    }
    repository.commit_tree(&tree).unwrap();
    assert!(matches!(world.refused("x").kind(), FetchErrorKind::TooMany { what: "files and folders", .. }));
}

#[test]
fn folders_are_only_so_deep() {
    let world = World::new();
    let repository = world.repository("x");
    let mut tree = repository.raw_tree(&[]).unwrap();
    for _ in 0..100 {
        tree = repository.raw_tree(&[("40000", b"d", &tree)]).unwrap();
    }
    repository.commit_tree(&tree).unwrap();
    assert!(matches!(
        world.refused("x").kind(),
        FetchErrorKind::TooMany { what: "folders inside one another", .. }
    ));
}

#[test]
fn the_bytes_of_all_files_together_are_bounded() {
    let mut world = World::new();
    world.limits.total_bytes = 100_000;
    let (repository, _) = world.start_point("x");
    let names: Vec<String> = (0..10).map(|index| format!("docker/f{index}")).collect();
    let content = vec![b'x'; 20_000];
    let changes: Vec<_> =
        names.iter().map(|name| (name.as_str(), Change::File(content.as_slice()))).collect();
    repository.commit(&changes).unwrap();
    assert!(matches!(world.refused("x").kind(), FetchErrorKind::TooMany { limit: 100_000, .. }));
}

/// A loose object that says it has 5 GB: its head is all that a server looks at before it leaves it out.
fn five_gigabytes(repository: &GitRepository) -> String {
    let head = b"blob 5368709120\0xxxxxxxx";
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in head {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    let length = u16::try_from(head.len()).unwrap();
    let mut bytes = vec![0x78, 0x01, 0x01];
    bytes.extend(length.to_le_bytes());
    bytes.extend((!length).to_le_bytes());
    bytes.extend(head);
    bytes.extend((b << 16 | a).to_be_bytes());
    let id = "5".repeat(40);
    let folder = repository.folder().join("objects/55");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(&id[2..]), bytes).unwrap();
    id
}

#[test]
fn five_gigabytes_are_offered_and_not_taken() {
    let world = World::new();
    let (repository, _) = world.start_point("x");
    let large = five_gigabytes(&repository);
    let old = repository.git(&["rev-parse", "HEAD:start_point"]).unwrap();
    let tree =
        repository.raw_tree(&[("100644", b"huge.bin", &large), ("40000", b"start_point", &old)]).unwrap();
    repository.commit_tree(&tree).unwrap();
    assert_eq!(world.fetch("x").unwrap().content.files.len(), 4);

    // Named in a manifest it is asked for, and the server fails at its lie.
    let manifest = repository.blob(MANIFEST).unwrap();
    let inner = repository
        .raw_tree(&[("100644", b"hiker.c", &large), ("100644", b"manifest.json", &manifest)])
        .unwrap();
    let tree = repository.raw_tree(&[("40000", b"start_point", &inner)]).unwrap();
    repository.commit_tree(&tree).unwrap();
    world.refused("x");
}

#[test]
fn hooks_filters_and_templates_of_either_side_do_not_run() {
    let world = World::new();
    let (repository, _) = world.start_point("x");
    let pwned = world.folder.path().join("pwned");
    let script = format!("#!/bin/sh\ntouch '{}'\n", pwned.display());
    repository
        .commit(&[
            (".gitattributes", Change::File(b"* filter=evil diff=evil merge=evil ident\n")),
            (".git-hooks/post-checkout", Change::Executable(script.as_bytes())),
        ])
        .unwrap();
    for hook in ["reference-transaction", "post-update", "pre-receive", "post-checkout", "pre-auto-gc"] {
        executable(&repository.folder().join("hooks").join(hook), &script);
    }
    let source = world.fetch("x").unwrap();
    assert_eq!(source.content.files.len(), 7);
    let url = RepoUrl::parse(repository.folder().to_str().unwrap()).unwrap();
    assert_eq!(world.fetch_url(&url).unwrap().content.files.len(), 7);
    world.assert_nothing_outside();
}

fn executable(path: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
