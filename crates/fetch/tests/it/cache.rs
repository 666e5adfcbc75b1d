//! The cache: what is there is not fetched, offline nothing is, and runs beside each other do no harm.

use std::fs;
use std::sync::Arc;
use std::thread;

use crate::support::World;
use start_points_fetch::{FetchErrorKind, unwatched};
use start_points_io::{BlobCache, CacheError, CacheKey};
use start_points_testing::git::Change;

#[test]
fn what_is_kept_under_a_key_is_trimmed_and_cleaned_with_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let cache = BlobCache::open(folder.path()).unwrap();
    assert_eq!(cache.get(CacheKey::Named("image x")).unwrap(), None);
    cache.put(CacheKey::Named("image x"), b"1").unwrap();
    cache.put(CacheKey::Named("image x"), b"2").unwrap();
    assert_eq!(cache.get(CacheKey::Named("image x")).unwrap().as_deref(), Some(&b"2"[..]));
    let cache = cache.with_limit(0);
    cache.trim().unwrap();
    assert_eq!(cache.get(CacheKey::Named("image x")).unwrap(), None);
    assert_eq!(fs::read_dir(folder.path().join("named")).unwrap().count(), 0);
    cache.put(CacheKey::Named("image x"), b"3").unwrap();
    drop(cache);
    assert_eq!(BlobCache::clean(folder.path()).unwrap().files, 2);
}

#[test]
fn offline_makes_no_connection_at_all() {
    let mut world = World::new();
    let (repository, commit) = world.start_point("x");
    repository.annotated_tag("1.0").unwrap();
    world.start_point("other");
    let texts = ["x".to_owned(), "x?tag=1.0".to_owned(), format!("x?tag={}", &commit[..7])];
    let online: Vec<_> = texts.iter().map(|text| world.fetch(text).unwrap()).collect();
    repository.commit(&[("later", Change::File(b"1"))]).unwrap();
    let before = world.server.connections();
    world.options.offline = true;
    for (text, online) in texts.iter().zip(online) {
        assert_eq!(world.fetch(text).unwrap(), online);
    }
    for text in ["x?tag=2.0", "x?tag=1234567", "other", "none"] {
        let error = world.fetch(text).unwrap_err();
        assert_eq!(error.kind(), &FetchErrorKind::Offline, "{text}");
        assert!(error.hint().unwrap().contains("--offline"));
    }
    let tips = world.fetcher().refs_all(&[world.url("x")], &unwatched).remove(0);
    assert_eq!(tips.unwrap_err().kind(), &FetchErrorKind::Offline);
    assert_eq!(world.server.connections(), before);
}

#[test]
fn what_is_broken_in_the_cache_is_fetched_again() {
    let world = World::new();
    world.start_point("x");
    let first = world.fetch("x").unwrap();
    for folder in ["blobs/sha256", "repositories-1", "commits-2"] {
        for entry in fs::read_dir(world.cache().join(folder)).unwrap() {
            fs::write(entry.unwrap().path(), "broken").unwrap();
        }
        assert_eq!(world.fetch("x").unwrap(), first, "{folder}");
    }
}

#[test]
fn many_runs_at_once_fetch_a_commit_once() {
    let mut world = World::new();
    world.start_point("x");
    world.options.jobs = crate::support::jobs(8);
    let world = Arc::new(world);
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                // Each is a fetcher, a cache handle and several threads of its own, as processes would be.
                let urls = vec![world.url("x"); 4];
                let results = world.fetcher().fetch_all(&urls, &unwatched);
                results.into_iter().map(Result::unwrap).collect::<Vec<_>>()
            })
        })
        .collect();
    let results: Vec<_> = runs.into_iter().flat_map(|run| run.join().unwrap()).collect();
    assert!(results.iter().all(|result| *result == results[0]));
    let is_fetch = |body: &[u8]| body.windows(13).any(|window| window == b"command=fetch");
    let fetches = world.server.requests().iter().filter(|request| is_fetch(&request.body)).count();
    assert_eq!(fetches, 1);
    assert_eq!(fs::read_dir(world.cache().join("scratch")).unwrap().count(), 0);
}

#[test]
fn what_was_used_longest_ago_goes_first() {
    let world = World::new();
    let cache = BlobCache::open(&world.cache()).unwrap().with_limit(2500);
    let digests: Vec<_> = (0..3_u8).map(|index| cache.put_blob(&[index; 1000]).unwrap()).collect();
    let hour = std::time::Duration::from_secs(3600);
    for (digest, age) in digests.iter().zip([1, 3, 2]) {
        let file =
            fs::File::options().append(true).open(world.cache().join("blobs/sha256").join(digest)).unwrap();
        file.set_modified(std::time::SystemTime::now() - hour * age).unwrap();
    }
    let freed = cache.trim().unwrap();
    assert_eq!((freed.files, freed.bytes), (1, 1000));
    assert!(cache.blob(&digests[1]).unwrap().is_none());
    assert!(cache.blob(&digests[0]).unwrap().is_some() && cache.blob(&digests[2]).unwrap().is_some());
}

#[test]
fn a_trimmed_commit_is_fetched_again() {
    let world = World::new();
    world.start_point("x");
    let first = world.fetch("x").unwrap();
    let cache = BlobCache::open(&world.cache()).unwrap().with_limit(0);
    assert_eq!(cache.trim().unwrap().files, 1);
    assert_eq!(fs::read_dir(world.cache().join("commits-2")).unwrap().count(), 0);
    assert_eq!(world.fetch("x").unwrap(), first);
}

#[test]
fn cleaning_removes_everything_and_waits_for_nobody() {
    let world = World::new();
    world.start_point("x");
    world.fetch("x").unwrap();
    let open = BlobCache::open(&world.cache()).unwrap();
    assert!(matches!(BlobCache::clean(&world.cache()), Err(CacheError::InUse(_))));
    drop(open);
    let freed = BlobCache::clean(&world.cache()).unwrap();
    assert!(freed.files >= 3 && freed.bytes > 500, "{freed:?}");
    assert_eq!(BlobCache::clean(&world.cache().join("none")).unwrap().files, 0);
    let cost = world.requests(|| drop(world.fetch("x").unwrap()));
    assert_eq!(cost, 3);
}

#[test]
fn others_cannot_read_the_cache() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    drop(world.fetcher());
    assert_eq!(fs::metadata(world.cache()).unwrap().permissions().mode() & 0o777, 0o700);
}
