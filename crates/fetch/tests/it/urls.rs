//! A list of source URLs, compared with its repositories and brought up to date.

use crate::support::World;
use start_points_fetch::unwatched;
use start_points_fetch::{LaterVersions, UrlList, UrlUpdate};
use start_points_testing::git::Change;

/// The list as `update` leaves it.
fn updated(world: &World, list: &UrlList, pin: bool) -> String {
    let mut list = list.clone();
    for (line, newer) in compared(world, &list) {
        if let Some(tag) = newer.tag(pin) {
            assert!(list.set_tag(line, &tag));
        }
    }
    list.to_string().replace(&world.server.url(""), "H/")
}

fn compared(world: &World, list: &UrlList) -> Vec<(usize, UrlUpdate)> {
    let (lines, urls): (Vec<_>, Vec<_>) = list.urls().unzip();
    let results = world.fetcher().updates(&urls, &unwatched);
    lines.into_iter().zip(results.into_iter().map(Result::unwrap)).collect()
}

#[test]
fn later_versions_and_commits_are_found_and_written() {
    let world = World::new();
    let (repository, first) = world.start_point("x");
    repository.tag("3.7.4-18").unwrap();
    let second = repository.commit(&[("a", Change::File(b"1"))]).unwrap();
    repository.annotated_tag("3.7.4-19").unwrap();
    repository.annotated_tag("3.7.5-1").unwrap();
    repository.annotated_tag("3.8-rc1").unwrap();
    repository.annotated_tag("nightly").unwrap();
    let (first7, second7) = (&first[..7], &second[..7]);
    let base = world.server.url("");
    let text = format!(
        "# ours\n{base}x?tag=3.7.4-18  # old\n{base}x?tag=3.7.5-1\n\n{base}x\n{first7}@{base}x\n{base}x?tag={}\n{base}x?tag=nightly\n",
        &second[..12]
    );
    let list = UrlList::parse(&text);
    assert!(list.faults().is_empty());
    let mut found = Vec::new();
    let requests = world.requests(|| found = compared(&world, &list));
    assert!(requests <= 4, "{requests} requests: one for the references, and the history for an old commit");
    let found: Vec<_> = found.into_iter().map(|(line, newer)| (line, newer.found)).collect();
    let tags = |tags: &[&str]| LaterVersions::Tags(tags.iter().map(|tag| (*tag).to_owned()).collect());
    assert_eq!(
        found,
        [
            (2, tags(&["3.7.4-19", "3.7.5-1"])),
            (3, LaterVersions::Nothing),
            (5, LaterVersions::Nothing),
            (6, LaterVersions::Tip),
            (7, LaterVersions::Nothing),
            (8, LaterVersions::Nothing),
        ]
    );
    let long = &second[..12];
    assert_eq!(
        updated(&world, &list, false),
        format!(
            "# ours\nH/x?tag=3.7.5-1  # old\nH/x?tag=3.7.5-1\n\nH/x\n{second7}@H/x\nH/x?tag={long}\nH/x?tag=nightly\n"
        )
    );
    assert_eq!(
        updated(&world, &list, true),
        format!(
            "# ours\nH/x?tag={second7}  # old\nH/x?tag={second7}\n\nH/x?tag={second7}\n{second7}@H/x\nH/x?tag={long}\nH/x?tag={second7}\n"
        )
    );
}

#[test]
fn a_repository_that_is_gone_is_an_error_in_its_place() {
    let world = World::new();
    world.start_point("x");
    let urls = [world.url("none"), world.url("x"), world.url("x?tag=9.9")];
    let results = world.fetcher().updates(&urls, &unwatched);
    assert!(results[0].is_err() && results[1].is_ok());
    assert!(results[2].as_ref().unwrap_err().to_string().contains("no tag `9.9`"));
}
