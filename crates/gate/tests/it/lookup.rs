//! ImageConfig of images in a real registry, and what is remembered of them.

use std::path::Path;

use std::time::Duration;

use start_points::gate::{ImageTag, Verdict, decide};
use start_points::{ImageName, Time};
use start_points_gate::{Lookup, LookupOptions};
use start_points_io::{Backoff, BlobCache, RetryPolicy};
use start_points_oci::registry::{CredentialSource, Registry, RegistryOptions};
use start_points_oci::{
    CREATED_LABEL, Image, ImageConfig, Layer, LayerFile, LayerFiles, OciError, OciErrorKind,
};
use start_points_testing::registry::Served;

const DAY: u64 = 86_400;

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn now() -> Time {
    time("2026-11-21T12:00:00Z")
}

fn later(seconds: u64) -> Time {
    Time::from_unix(now().unix() + seconds)
}

fn anonymous() -> RegistryOptions {
    RegistryOptions { credentials: CredentialSource::Anonymous, ..RegistryOptions::default() }
}

fn push(served: &Served, name: &str, facts: &ImageConfig) -> ImageName {
    let files = LayerFiles::from([("a".to_owned(), LayerFile::plain(*b"a"))]);
    let image = Image::new(&[Layer::pack(&files).unwrap()], facts).unwrap();
    let name = served.name(name);
    Registry::new(anonymous()).push(&name, &image, None).unwrap();
    name
}

fn made(created: &str) -> ImageConfig {
    ImageConfig::new(time(created))
}

/// Tried again at once.
fn hasty() -> RetryPolicy {
    let backoff = Backoff { first: Duration::from_millis(10), longest: Duration::from_secs(1) };
    RetryPolicy { backoff, ..RetryPolicy::default() }
}

fn lookup(cache: Option<&Path>, offline: bool) -> Lookup {
    let cache = cache.map(|folder| BlobCache::open(folder).unwrap());
    Lookup::new(LookupOptions {
        registry: anonymous(),
        cache,
        offline,
        retry: hasty(),
        ..LookupOptions::default()
    })
}

fn tag(name: &str, created: Option<&str>) -> ImageTag {
    ImageTag { name: name.to_owned(), created: created.map(time) }
}

#[test]
fn a_registry_says_when_an_image_was_made_and_which_tags_there_are() {
    let served = Served::plain();
    let image = push(&served, "x/python:3.7.4-18", &made("2026-06-01"));
    push(&served, "x/python:3.7.5-1", &made("2026-07-01"));
    let facts = lookup(None, false).facts(std::slice::from_ref(&image), now(), &|_| {}).remove(0).unwrap();
    let digest = Registry::new(anonymous()).digest(&image).unwrap().unwrap();
    assert_eq!(facts.digest.as_deref(), Some(digest.as_str()));
    assert_eq!(facts.created, Some(time("2026-06-01")));
    assert_eq!(facts.tags, Some(vec![tag("3.7.4-18", None), tag("3.7.5-1", None)]));
    let decision = decide(&facts, &start_points::gate::Policy::default(), now());
    assert_eq!((decision.verdict, decision.reasons.len()), (Verdict::Warn, 1));
}

#[test]
fn the_label_counts_where_the_configuration_says_what_cannot_be() {
    let served = Served::plain();
    let epoch =
        push(&served, "x:epoch", &made("1970-01-01").label(CREATED_LABEL, "2026-05-01T00:00:00.5+02:00"));
    let inherited =
        push(&served, "x:inherited", &made("2026-06-01").label(CREATED_LABEL, "2020-01-01T00:00:00Z"));
    let silent = push(&served, "x:silent", &made("1970-01-01").label(CREATED_LABEL, "soon"));
    let facts = lookup(None, false).facts(&[epoch, inherited, silent], now(), &|_| {});
    let created: Vec<_> =
        facts.into_iter().map(|facts| facts.unwrap().created.unwrap().to_string()).collect();
    assert_eq!(created, ["2026-04-30T22:00:00Z", "2026-06-01T00:00:00Z", "1970-01-01T00:00:00Z"]);
}

#[test]
fn commits_are_dated_so_that_they_have_an_order() {
    let served = Served::plain();
    let image = push(&served, "x:384f486", &made("2026-03-01"));
    push(&served, "x:4edf92a", &made("2026-04-01"));
    push(&served, "x:0abcdef", &made("2026-02-01"));
    push(&served, "x:latest", &made("2026-05-01"));
    let facts = lookup(None, false).facts(&[image], now(), &|_| {}).remove(0).unwrap();
    let expected = [
        tag("0abcdef", Some("2026-02-01")),
        tag("384f486", Some("2026-03-01")),
        tag("4edf92a", Some("2026-04-01")),
        tag("latest", None),
    ];
    assert_eq!(facts.tags.as_deref(), Some(&expected[..]));
    let json = decide(&facts, &start_points::gate::Policy::default(), now()).to_json();
    assert!(json.contains(r#""tag":"384f486","latest":"4edf92a","count":1"#), "{json}");
}

fn paths(requests: &[String]) -> Vec<&str> {
    requests.iter().map(String::as_str).filter(|request| !request.ends_with(" /v2/")).collect()
}

#[test]
fn what_was_asked_once_is_remembered_for_an_hour_and_offline_for_ever() {
    let served = Served::plain();
    let cache = tempfile::tempdir().unwrap();
    let images = [push(&served, "x:1.0", &made("2026-06-01")), push(&served, "x:1.1", &made("2026-07-01"))];
    let offline = lookup(Some(cache.path()), true).facts(&images, now(), &|_| {});
    assert_eq!(offline[0], Err(OciError::new(&images[0].to_string(), OciErrorKind::Offline)));

    let pushed = served.requests().len();
    let first: Vec<_> = lookup(Some(cache.path()), false).facts(&images, now(), &|_| {});
    assert!(first.iter().all(Result::is_ok), "{first:?}");
    let asked = served.requests();
    let lists = paths(&asked[pushed..]).into_iter().filter(|path| path.contains("/tags/list")).count();
    assert_eq!(lists, 1, "the tags of a repository are asked for once: {asked:?}");

    assert_eq!(lookup(Some(cache.path()), false).facts(&images, later(3600), &|_| {}), first);
    assert_eq!(served.requests(), asked, "nothing within the hour");
    let again = lookup(Some(cache.path()), false);
    assert_eq!(again.facts(&images, later(3601), &|_| {}), first);
    let requests = served.requests();
    let mut more = paths(&requests[asked.len()..]);
    more.sort_unstable();
    // What a digest stands for is known for good: no configuration is read again.
    assert_eq!(more, ["GET /v2/x/manifests/1.0", "GET /v2/x/manifests/1.1", "GET /v2/x/tags/list?n=1000"]);
    assert_eq!(again.facts(&images, later(3602), &|_| {}), first);
    assert_eq!(served.requests(), requests, "one that goes on remembers by itself");

    drop((served, again));
    assert_eq!(lookup(Some(cache.path()), true).facts(&images, later(4000 * DAY), &|_| {}), first);
    let error =
        lookup(Some(cache.path()), false).facts(&images, later(2 * DAY), &|_| {}).remove(0).unwrap_err();
    assert!(matches!(error.kind(), OciErrorKind::Network(_)), "{error}");
}

#[test]
fn a_cache_that_was_tampered_with_is_as_an_empty_one() {
    let served = Served::plain();
    let cache = tempfile::tempdir().unwrap();
    let image = push(&served, "x:1.0", &made("2026-06-01"));
    lookup(Some(cache.path()), false).facts(std::slice::from_ref(&image), now(), &|_| {}).remove(0).unwrap();
    for entry in std::fs::read_dir(cache.path().join("blobs/sha256")).unwrap() {
        std::fs::write(entry.unwrap().path(), "{\"made\": 3").unwrap();
    }
    assert!(lookup(Some(cache.path()), true).facts(std::slice::from_ref(&image), now(), &|_| {})[0].is_err());
    assert!(lookup(Some(cache.path()), false).facts(&[image], now(), &|_| {})[0].is_ok());
}

#[test]
fn each_image_has_its_answer_and_its_own_error() {
    let served = Served::plain();
    let mut images: Vec<_> = (0..30)
        .map(|index| {
            push(
                &served,
                &format!("x{index}:1"),
                &ImageConfig::new(Time::from_unix(now().unix() - index * DAY)),
            )
        })
        .collect();
    images.insert(7, served.name("x3:missing"));
    images.insert(9, served.name("none:1"));
    let digest = Registry::new(anonymous()).digest(&images[0]).unwrap().unwrap();
    images.push(format!("{}@{digest}", images[0].name_without_tag()).parse().unwrap());
    images.push(images[0].clone());
    let facts = lookup(None, false).facts(&images, now(), &|_| {});
    assert_eq!(facts.len(), images.len());
    for (image, found) in images.iter().zip(&facts) {
        match found {
            Ok(facts) => assert_eq!(&facts.image, image),
            Err(error) => {
                assert!(error.to_string().contains(&image.to_string()) && error.hint().is_some(), "{error}")
            }
        }
    }
    let wrong: Vec<_> =
        facts.iter().enumerate().filter(|(_, found)| found.is_err()).map(|(at, _)| at).collect();
    assert_eq!(wrong, [7, 9]);
    assert_eq!(facts[0], facts[33]);
    assert_eq!(facts[32].as_ref().unwrap().created, facts[0].as_ref().unwrap().created);
}
