//! Which commit a source URL means, asked of real repositories over smart HTTP.

use crate::support::World;
use start_points_fetch::{CommitName, FetchErrorKind, unwatched};
use start_points_testing::git::Change;

#[test]
fn no_tag_is_the_tip_of_the_default_branch_whatever_its_name() {
    let world = World::new();
    let (repository, commit) = world.start_point("x");
    repository.commit_to("refs/heads/main", &[("other", Change::File(b"1"))]).unwrap();
    for text in ["x", "x?tag=head", "x?tag=latest"] {
        let resolved = world.resolve(text).unwrap();
        assert_eq!(resolved.commit.as_str(), commit);
        assert_eq!(resolved.named, CommitName::Head(Some("trunk".to_owned())));
    }
}

#[test]
fn light_and_annotated_tags_name_their_commit() {
    let world = World::new();
    let (repository, commit) = world.start_point("x");
    repository.tag("3.7.4").unwrap();
    repository.annotated_tag("3.7.4-18").unwrap();
    repository.annotated_tag("release/1").unwrap();
    repository.commit(&[("later", Change::File(b"1"))]).unwrap();
    for tag in ["3.7.4", "3.7.4-18", "release/1"] {
        let resolved = world.resolve(&format!("x?tag={tag}")).unwrap();
        assert_eq!(resolved.commit.as_str(), commit);
        assert_eq!(resolved.git_tag(), Some(tag));
    }
}

#[test]
fn commits_are_found_by_all_or_some_of_their_digits() {
    let world = World::new();
    let (repository, old) = world.start_point("x");
    let tip = repository.commit(&[("later", Change::File(b"1"))]).unwrap();
    for commit in [&old, &tip] {
        for digits in [7, 8, 20, 39, 40] {
            let resolved = world.resolve(&format!("x?tag={}", &commit[..digits])).unwrap();
            assert_eq!((resolved.commit.as_str(), &resolved.named), (commit.as_str(), &CommitName::Commit));
        }
    }
    let url = start_points::RepoUrl::parse(&format!("{}@{}", &old[..7], world.server.url("x"))).unwrap();
    let resolved = world.fetcher().resolve_all(&[url], &unwatched).remove(0).unwrap();
    assert_eq!(resolved.commit.as_str(), old);
}

#[test]
fn a_git_tag_wins_over_a_commit_that_begins_so() {
    let world = World::new();
    let (repository, old) = world.start_point("x");
    let tip = repository.commit(&[("later", Change::File(b"1"))]).unwrap();
    repository.tag(&old[..7]).unwrap();
    let resolved = world.resolve(&format!("x?tag={}", &old[..7])).unwrap();
    assert_eq!(resolved.commit.as_str(), tip);
    assert_eq!(resolved.git_tag(), Some(&old[..7]));
}

#[test]
fn a_missing_tag_names_the_nearest() {
    let world = World::new();
    let (repository, _) = world.start_point("x");
    for tag in ["3.7.4-17", "3.7.4-18", "2.0", "nightly"] {
        repository.tag(tag).unwrap();
    }
    let error = world.resolve("x?tag=3.7.4-19").unwrap_err();
    assert!(error.to_string().starts_with(&format!("`{}?tag=3.7.4-19`: no tag", world.server.url("x"))));
    assert_eq!(error.hint().unwrap(), "did you mean `3.7.4-18`, `3.7.4-17`?");
}

#[test]
fn a_commit_that_no_branch_or_tag_leads_to_is_not_the_repositorys() {
    let world = World::new();
    let (repository, _) = world.start_point("x");
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]).unwrap();
    let stray = repository.git(&["commit-tree", "-m", "a fork's", &tree]).unwrap();
    let error = world.resolve(&format!("x?tag={stray}")).unwrap_err();
    assert_eq!(error.kind(), &FetchErrorKind::NoCommit(stray));
    assert!(error.hint().unwrap().contains("fork"));
}

#[test]
fn digits_that_fit_two_commits_are_refused() {
    let world = World::new();
    let repository = world.repository("x");
    // Of the commits that differ in their second alone, the first two whose names begin alike.
    let commit = |branch: &str, second: u32| {
        let stream =
            format!("commit refs/heads/{branch}\nmark :1\ncommitter T <t@x> {second} +0000\ndata 1\nx\n");
        repository.import(stream.as_bytes()).unwrap();
        repository.git(&["rev-parse", branch]).unwrap()
    };
    let (one, other) = (commit("trunk", 31_232), commit("other", 32_012));
    assert_eq!(one[..7], other[..7]);
    let error = world.resolve(&format!("x?tag={}", &one[..7])).unwrap_err();
    assert_eq!(error.kind(), &FetchErrorKind::AmbiguousCommit(one[..7].to_owned()));
    assert_eq!(world.resolve(&format!("x?tag={other}")).unwrap().commit.as_str(), other);
    // Not at the tips, where git itself must tell.
    repository.commit(&[("later", Change::File(b"1"))]).unwrap();
    repository.commit_to("refs/heads/other", &[("later", Change::File(b"2"))]).unwrap();
    let error = world.resolve(&format!("x?tag={}", &one[..7])).unwrap_err();
    assert_eq!(error.kind(), &FetchErrorKind::AmbiguousCommit(one[..7].to_owned()));
}

#[test]
fn an_empty_repository_and_a_missing_branch_are_told() {
    let world = World::new();
    world.repository("empty");
    let error = world.resolve("empty").unwrap_err();
    assert_eq!(error.kind(), &FetchErrorKind::NoTip { branches: vec![] });
    let repository = world.repository("odd");
    repository.commit_to("refs/heads/main", &[("a", Change::File(b"1"))]).unwrap();
    let error = world.resolve("odd").unwrap_err();
    assert_eq!(error.hint().unwrap(), "name a tag or commit; the branches are `main`");
}

#[test]
fn a_tag_that_moved_is_reported() {
    let world = World::new();
    let (repository, first) = world.start_point("x");
    repository.tag("1.0").unwrap();
    assert_eq!(world.resolve("x?tag=1.0").unwrap().moved_from, None);
    let second = repository.commit(&[("later", Change::File(b"1"))]).unwrap();
    repository.annotated_tag("1.0").unwrap();
    let resolved = world.resolve("x?tag=1.0").unwrap();
    assert_eq!(resolved.commit.as_str(), second);
    assert_eq!(resolved.moved_from.unwrap().as_str(), first);
    assert_eq!(world.resolve("x?tag=1.0").unwrap().moved_from, None);
}

#[test]
fn results_come_in_the_order_of_the_urls_and_a_repository_is_asked_once() {
    let mut world = World::new();
    world.options.jobs = crate::support::jobs(4);
    let mut urls = Vec::new();
    for index in 0..6 {
        let (repository, _) = world.start_point(&format!("r{index}"));
        repository.tag("1.0").unwrap();
        urls.push(world.url(&format!("r{index}?tag=1.0")));
        urls.push(world.url(&format!("missing{index}")));
        urls.push(world.url(&format!("r{index}")));
    }
    let fetcher = world.fetcher();
    let mut results = Vec::new();
    let requests = world.requests(|| results = fetcher.resolve_all(&urls, &unwatched));
    assert_eq!(requests, 12, "one each for 6 repositories and 6 that are missing");
    for (url, result) in urls.iter().zip(&results) {
        match result {
            Ok(resolved) => assert_eq!(&resolved.url, url),
            Err(error) => {
                assert_eq!(error.url(), url.to_string());
                assert!(matches!(error.kind(), FetchErrorKind::NoRepository(_)), "{error}");
            }
        }
    }
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 6);
}
