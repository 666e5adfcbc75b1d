//! Tags that name a tree or a file: none of them is taken for a commit, however it is asked for.

use crate::support::World;
use start_points::RepoUrl;
use start_points_fetch::LaterVersions;
use start_points_fetch::git::{Git, GitConfig};
use start_points_fetch::{FetchErrorKind, FetchOptions, Fetcher, unwatched};
use start_points_io::BlobCache;
use start_points_testing::git::{Change, GitRepository, Serves};

/// Every way to tag what is not a commit.
const ODD: [&str; 6] = ["tree", "blob", "note-of-tree", "note-of-blob", "note-of-note", "release/folder"];

fn tag_oddly(repository: &GitRepository) {
    let tags: [&[&str]; 6] = [
        &["tag", "tree", "HEAD^{tree}"],
        &["tag", "blob", "HEAD:README.md"],
        &["tag", "-a", "-m", "x", "note-of-tree", "HEAD^{tree}"],
        &["tag", "-a", "-m", "x", "note-of-blob", "HEAD:start_point/hiker.c"],
        &["tag", "-a", "-m", "x", "note-of-note", "note-of-tree"],
        &["tag", "release/folder", "HEAD:start_point"],
    ];
    for tag in tags {
        repository.git(tag).unwrap();
    }
    repository.git(&["tag", "-a", "-m", "x", "note-of-commit", "HEAD"]).unwrap();
    repository.git(&["tag", "-a", "-m", "x", "note-of-note-of-commit", "note-of-commit"]).unwrap();
}

/// Servers that a fetch is asked of in different ways.
fn worlds() -> Vec<World> {
    vec![
        World::new(),
        World::serving(Serves { only_version_0: true, ..Serves::default() }),
        World::serving(Serves {
            configuration: vec![("uploadpack.allowFilter", "false")],
            ..Serves::default()
        }),
        World::serving(Serves {
            only_version_0: true,
            configuration: vec![("uploadpack.allowFilter", "false")],
            ..Serves::default()
        }),
    ]
}

#[test]
fn a_tag_of_a_tree_or_a_file_names_no_commit() {
    for world in worlds() {
        let (repository, commit) = world.start_point("x");
        tag_oddly(&repository);
        repository.commit(&[("later", Change::File(b"1"))]).unwrap();
        for tag in ODD {
            let error = world.resolve(&format!("x?tag={tag}")).unwrap_err();
            assert_eq!(error.kind(), &FetchErrorKind::NotACommit(tag.to_owned()), "{:?}", world.server);
            assert!(error.hint().unwrap().starts_with("name a commit"));
            assert_eq!(
                world.refused(&format!("x?tag={tag}")).kind(),
                &FetchErrorKind::NotACommit(tag.to_owned())
            );
            let object = repository.git(&["rev-parse", &format!("{tag}^{{}}")]).unwrap();
            for digits in [7, 12, 40] {
                let error = world.resolve(&format!("x?tag={}", &object[..digits])).unwrap_err();
                assert_eq!(error.kind(), &FetchErrorKind::NotACommit(object[..digits].to_owned()));
            }
        }
        for tag in ["note-of-commit", "note-of-note-of-commit"] {
            assert_eq!(world.resolve(&format!("x?tag={tag}")).unwrap().commit.as_str(), commit);
        }
    }
}

#[test]
fn the_first_fetch_of_a_repository_tells_as_well() {
    for world in worlds() {
        for (index, tag) in ODD.into_iter().enumerate() {
            let name = format!("x{index}");
            tag_oddly(&world.start_point(&name).0);
            let error = world.refused(&format!("{name}?tag={tag}"));
            assert_eq!(error.kind(), &FetchErrorKind::NotACommit(tag.to_owned()));
            let mut offline =
                World { options: FetchOptions { offline: true, ..world.options }, ..World::new() };
            offline.folder = tempfile::tempdir().unwrap();
            let git = Git::find(GitConfig::None, world.limits.clone()).unwrap();
            let fetcher = Fetcher::new(git, BlobCache::open(&world.cache()).unwrap(), offline.options);
            let url = world.url(&format!("{name}?tag={tag}"));
            let remembered = fetcher.resolve_all(&[url], &unwatched).remove(0);
            assert_eq!(
                remembered.unwrap_err().kind(),
                &FetchErrorKind::Offline,
                "nothing of it was remembered"
            );
        }
    }
}

#[test]
fn a_repository_on_this_machine_tells_too() {
    let world = World::new();
    let (repository, commit) = world.start_point("x");
    tag_oddly(&repository);
    repository.commit(&[("later", Change::File(b"1"))]).unwrap();
    let url =
        |tag: &str| RepoUrl::parse(&format!("file://{}?tag={tag}", repository.folder().display())).unwrap();
    let fetcher = world.fetcher();
    for tag in ODD {
        let error = fetcher.resolve_all(&[url(tag)], &unwatched).remove(0).unwrap_err();
        assert_eq!(error.kind(), &FetchErrorKind::NotACommit(tag.to_owned()));
        assert_eq!(
            world.fetch_url(&url(tag)).unwrap_err().kind(),
            &FetchErrorKind::NotACommit(tag.to_owned())
        );
    }
    let resolved = fetcher.resolve_all(&[url("note-of-note-of-commit")], &unwatched).remove(0);
    assert_eq!(resolved.unwrap().commit.as_str(), commit);
}

#[test]
fn a_repository_of_sha256_tells_too() {
    let world = World::new();
    let folder = world.folder.path().join("repositories/long");
    let plain = GitRepository::bare(&world.folder.path().join("repositories/plain"), "trunk").unwrap();
    let path = folder.display().to_string();
    plain.git(&["init", "-q", "--bare", "--object-format=sha256", "--initial-branch=trunk", &path]).unwrap();
    let in_long = |arguments: &[&str]| {
        let mut all = vec!["--git-dir", path.as_str()];
        all.extend(arguments);
        plain.git(&all).unwrap()
    };
    let tree = in_long(&["mktree"]);
    let commit = in_long(&["commit-tree", "-m", "x", &tree]);
    in_long(&["update-ref", "refs/heads/trunk", &commit]);
    in_long(&["tag", "tree", &tree]);
    let later = in_long(&["commit-tree", "-p", &commit, "-m", "y", &tree]);
    in_long(&["tag", "1.0", &later]);
    let error = world.resolve("long?tag=tree").unwrap_err();
    assert_eq!(error.kind(), &FetchErrorKind::NotACommit("tree".to_owned()));
    assert_eq!(world.resolve("long?tag=1.0").unwrap().commit.as_str(), later);
}

#[test]
fn a_later_version_that_is_not_a_commit_is_not_offered() {
    let world = World::new();
    let (repository, _) = world.start_point("x");
    for tag in ["1.0", "1.1"] {
        repository.tag(tag).unwrap();
    }
    repository.commit(&[("later", Change::File(b"1"))]).unwrap();
    repository.git(&["tag", "1.2", "HEAD^{tree}"]).unwrap();
    repository.git(&["tag", "1.3", "HEAD:README.md"]).unwrap();
    repository.git(&["tag", "-a", "-m", "x", "2.0", "HEAD:start_point"]).unwrap();
    let offered = |text: &str| world.fetcher().updates(&[world.url(text)], &unwatched).remove(0);
    assert_eq!(offered("x?tag=1.0").unwrap().found, LaterVersions::Tags(vec!["1.1".to_owned()]));
    assert_eq!(offered("x?tag=1.1").unwrap().found, LaterVersions::Nothing);
    for tag in ["1.2", "1.3", "2.0"] {
        let error = offered(&format!("x?tag={tag}")).unwrap_err();
        assert_eq!(error.kind(), &FetchErrorKind::NotACommit(tag.to_owned()));
    }
}

#[test]
fn tags_are_proven_together_and_once() {
    let world = World::new();
    let (repository, _) = world.start_point("x");
    tag_oddly(&repository);
    for index in 0..20 {
        repository.tag(&format!("1.{index}")).unwrap();
        repository.commit(&[("later", Change::File(format!("{index}").as_bytes()))]).unwrap();
    }
    let mut urls: Vec<_> = (0..20).map(|index| world.url(&format!("x?tag=1.{index}"))).collect();
    urls.extend(ODD.map(|tag| world.url(&format!("x?tag={tag}"))));
    urls.push(world.url("x"));
    let fetcher = world.fetcher();
    let mut wrong = 0;
    let first = world.requests(|| {
        wrong = fetcher.resolve_all(&urls, &unwatched).iter().filter(|result| result.is_err()).count();
    });
    assert_eq!(
        (first, wrong),
        (5, 6),
        "one for references, two for commits and trees, two for files in those"
    );
    let again = world.requests(|| drop(fetcher.resolve_all(&urls, &unwatched)));
    assert_eq!(again, 1);
    let tip = world.requests(|| drop(fetcher.resolve_all(&[world.url("x")], &unwatched)));
    assert_eq!(tip, 1, "a branch names a commit");
}

#[test]
fn one_bad_tag_says_nothing_of_the_others() {
    let world = World::new();
    let (repository, commit) = world.start_point("x");
    tag_oddly(&repository);
    let urls = ["x?tag=tree", "x?tag=note-of-commit", "x", "x?tag=blob"].map(|text| world.url(text));
    let fetched = world.fetcher().fetch_all(&urls, &unwatched);
    let commits: Vec<_> = fetched
        .iter()
        .map(|result| result.as_ref().ok().map(|source| source.resolved.commit.as_str()))
        .collect();
    assert_eq!(commits, [None, Some(commit.as_str()), Some(commit.as_str()), None]);
}
