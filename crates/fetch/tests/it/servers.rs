//! Servers that can do less, are in a bad moment, or mean harm.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::{World, noise};
use start_points::RepoUrl;
use start_points_fetch::{FetchError, FetchErrorKind, NetworkFault};
use start_points_testing::git::{Change, Reply, Request, Serves};

fn instead(reply: impl Fn(usize, &Request) -> Option<Reply> + Send + Sync + 'static) -> Serves {
    Serves { instead: Some(Box::new(reply)), ..Serves::default() }
}

fn status(code: u16, headers: &[(&str, &str)]) -> Option<Reply> {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Some(Reply::Answer(code, headers, Vec::new()))
}

fn redirect(to: &'static str) -> Serves {
    instead(move |_, _| status(302, &[("Location", to)]))
}

fn assert_names_the_url(world: &World, error: &FetchError) {
    assert!(error.to_string().contains(&world.server.url("x")), "{error}");
    assert!(!error.to_string().contains(char::is_control), "{error}");
    world.assert_nothing_outside();
}

#[test]
fn a_server_without_filters_sends_more_and_the_result_is_the_same() {
    let world = World::serving(Serves {
        configuration: vec![("uploadpack.allowFilter", "false")],
        ..Serves::default()
    });
    let (repository, _) = world.start_point("x");
    repository.commit(&[("docker/large", Change::File(&vec![7; 2_000_000]))]).unwrap();
    let source = world.fetch("x").unwrap();
    assert_eq!(source.content.files.len(), 7);
    assert_eq!(source.content.left_out.len(), 0);
    assert_eq!(
        source.content.others["docker/large"],
        start_points::files::FileEntry::Size(2_000_000),
        "here the size is known"
    );
}

#[test]
fn a_server_of_the_first_protocol_is_asked_for_references() {
    for filter in ["true", "false"] {
        let world = World::serving(Serves {
            configuration: vec![("uploadpack.allowFilter", filter)],
            only_version_0: true,
            ..Serves::default()
        });
        let (repository, old) = world.start_point("x");
        repository.annotated_tag("1.0").unwrap();
        repository.commit(&[("start_point/hiker.c", Change::File(b"int y;\n"))]).unwrap();
        for (text, line) in [("x", "int y;\n"), ("x?tag=1.0", "int x;\n")] {
            let source = world.fetch(text).unwrap();
            assert_eq!(source.content.files["start_point/hiker.c"].bytes, line.as_bytes(), "{text} {filter}");
        }
        std::fs::remove_dir_all(world.cache()).unwrap();
        let source = world.fetch(&format!("x?tag={}", &old[..10])).unwrap();
        assert_eq!(source.resolved.commit.as_str(), old);
    }
}

#[test]
fn a_large_file_comes_from_a_server_that_hands_out_no_blobs() {
    let world = World::serving(Serves { only_version_0: true, ..Serves::default() });
    let (repository, _) = world.start_point("x");
    let large = vec![7; 300_000];
    repository.commit(&[("start_point/hiker.c", Change::File(&large))]).unwrap();
    assert_eq!(world.fetch("x").unwrap().content.files["start_point/hiker.c"].bytes, large);
}

#[test]
fn a_folder_of_plain_files_is_fetched_whole() {
    let world = World::new();
    let (repository, old) = world.start_point("x");
    repository.annotated_tag("1.0").unwrap();
    repository.commit(&[("start_point/hiker.c", Change::File(b"int y;\n"))]).unwrap();
    repository.git(&["update-server-info"]).unwrap();
    let folder = world.folder.path().join("repositories");
    let plain = start_points_testing::git::GitServer::serving(
        &folder.clone(),
        instead(move |_, request| {
            let path = request.path.replace("%2E", ".");
            Some(match std::fs::read(folder.join(path.trim_start_matches('/'))) {
                Ok(bytes) => Reply::Answer(200, vec![("Content-Type".into(), "text/plain".into())], bytes),
                Err(_) => Reply::Answer(404, vec![], vec![]),
            })
        }),
    )
    .unwrap();
    for tag in ["head", "1.0", &old[..9]] {
        let url = RepoUrl::parse(&format!("{}?tag={tag}", plain.url("x"))).unwrap();
        let source = world.fetch_url(&url).unwrap();
        assert_eq!(source.content.files.len(), 7, "{tag}");
    }
}

#[test]
fn a_passing_fault_is_tried_again_and_another_is_not() {
    for (code, expected) in [(503, 3), (404, 1), (403, 1)] {
        let world = World::serving(instead(move |_, _| status(code, &[])));
        let error = world.resolve("x").unwrap_err();
        assert_eq!(world.server.requests().len(), expected, "{code}: {error}");
        assert_names_the_url(&world, &error);
        match code {
            503 => assert!(
                matches!(error.kind(), FetchErrorKind::Network { fault: NetworkFault::Server, .. }),
                "{error}"
            ),
            404 => assert!(matches!(error.kind(), FetchErrorKind::NoRepository(_)), "{error}"),
            _ => assert!(matches!(error.kind(), FetchErrorKind::Denied(_)), "{error}"),
        }
        assert!(error.hint().is_some());
    }
}

#[test]
fn what_failed_once_comes_through_the_second_time() {
    let failed = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&failed);
    let world = World::serving(instead(move |_, request| {
        // The first of each kind of request fails, in one way or another.
        let kind = usize::from(request.method == "POST");
        (counted.fetch_or(1 << kind, Ordering::Relaxed) & (1 << kind) == 0).then_some(match kind {
            0 => Reply::HangUp,
            _ => Reply::Answer(500, vec![], vec![]),
        })
    }));
    world.start_point("x");
    assert_eq!(world.fetch("x").unwrap().content.files.len(), 7);
    assert_eq!(failed.load(Ordering::Relaxed), 3);
}

#[test]
fn nobody_listening_is_a_network_fault() {
    let mut world = World::new();
    world.limits.retry.attempts = 1;
    let url = RepoUrl::parse("http://127.0.0.1:1/x").unwrap();
    let error = world.fetch_url(&url).unwrap_err();
    assert!(matches!(error.kind(), FetchErrorKind::Network { fault: NetworkFault::Refused, .. }), "{error}");
    let url = RepoUrl::parse("http://no-such-host.invalid/x").unwrap();
    let error = world.fetch_url(&url).unwrap_err();
    assert!(matches!(error.kind(), FetchErrorKind::Network { fault: NetworkFault::Name, .. }), "{error}");
}

#[test]
fn a_server_that_stalls_is_given_up() {
    for place in [0, 1, 2] {
        let mut world = World::serving(instead(move |count, _| (count >= place).then_some(Reply::Stall)));
        world.start_point("x");
        world.limits.retry.attempts = 1;
        world.limits.stall = Duration::from_secs(1);
        let started = Instant::now();
        let error = world.fetch("x").unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
        assert!(
            matches!(error.kind(), FetchErrorKind::Network { fault: NetworkFault::Stalled, .. }),
            "{error}"
        );
        assert_names_the_url(&world, &error);
    }
}

#[test]
fn the_time_for_a_repository_is_bounded_whatever_its_server_does() {
    let mut world = World::serving(instead(|_, _| Some(Reply::Stall)));
    world.limits.retry.time = Duration::from_secs(1);
    let started = Instant::now();
    let error = world.fetch("x").unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    assert_eq!(error.kind(), &FetchErrorKind::TimedOut { seconds: 1 });
    assert_names_the_url(&world, &error);
}

#[test]
fn a_redirection_to_another_scheme_is_not_followed() {
    for to in ["ftp://127.0.0.1/x", "file:///etc/passwd", "ext::sh -c id", "ssh://127.0.0.1/x"] {
        let world = World::serving(redirect(to));
        let error = world.fetch("x").unwrap_err();
        assert!(matches!(error.kind(), FetchErrorKind::Redirected(_)), "{to}: {error}");
        assert_names_the_url(&world, &error);
    }
}

#[test]
fn a_redirection_to_another_place_is_followed_at_first_and_not_later() {
    let world = World::new();
    world.start_point("x");
    let target = world.server.url("x");
    let moved = start_points_testing::git::GitServer::serving(
        world.folder.path(),
        instead(move |_, request| {
            let location = format!("{target}/info/refs?{}", request.query);
            Some(Reply::Answer(301, vec![("Location".to_owned(), location)], vec![]))
        }),
    )
    .unwrap();
    let url = RepoUrl::parse(&moved.url("y")).unwrap();
    assert_eq!(world.fetch_url(&url).unwrap().content.files.len(), 7);

    let target = world.server.url("x/git-upload-pack");
    let world = World::serving(instead(move |_, request| {
        let headers = vec![("Location".to_owned(), target.clone())];
        (request.method == "POST").then(|| Reply::Answer(307, headers, vec![]))
    }));
    world.start_point("x");
    assert_names_the_url(&world, &world.fetch("x").unwrap_err());
}

#[test]
fn endless_answers_are_cut() {
    let line = format!("{}\trefs/heads/x\n", "a".repeat(40));
    let advertised = format!("{:04x}{line}", line.len() + 4).into_bytes().repeat(1000);
    let header =
        |name: &str| vec![("Content-Type".to_owned(), format!("application/x-git-upload-pack-{name}"))];
    for kind in ["advertisement", "result"] {
        let (bytes, headers) = (advertised.clone(), header(kind));
        let mut world = World::serving(instead(move |_, request| {
            let wanted = if kind == "result" { "POST" } else { "GET" };
            (request.method == wanted).then(|| Reply::Endless(headers.clone(), bytes.clone()))
        }));
        world.start_point("x");
        world.limits.memory_bytes = 256 << 20;
        world.limits.retry.attempts = 1;
        let error = world.fetch("x").unwrap_err();
        assert_names_the_url(&world, &error);
        match kind {
            "advertisement" => assert_eq!(error.kind(), &FetchErrorKind::TooMuchMemory),
            _ => {
                assert!(matches!(error.kind(), FetchErrorKind::TooMany { what: "references", .. }), "{error}")
            }
        }
    }
}

#[test]
fn a_transfer_is_bounded_on_disk() {
    // Once by a server that knows no filter, once by a large file that is named.
    for (filter, name) in [("false", "other"), ("true", "start_point/hiker.c")] {
        let mut world = World::serving(Serves {
            configuration: vec![("uploadpack.allowFilter", filter)],
            ..Serves::default()
        });
        let (repository, _) = world.start_point("x");
        repository.commit(&[(name, Change::File(&noise(6_000_000)))]).unwrap();
        world.limits.transfer_bytes = 2 << 20;
        world.limits.total_bytes = 1 << 20;
        let error = world.fetch("x").unwrap_err();
        assert_eq!(error.kind(), &FetchErrorKind::TransferTooLarge);
        assert_names_the_url(&world, &error);
        assert_eq!(std::fs::read_dir(world.cache().join("scratch")).unwrap().count(), 0);
    }
}

#[test]
fn a_login_is_wanted_and_nothing_asks_for_it() {
    let world = World::serving(instead(|_, _| status(401, &[("WWW-Authenticate", "Basic realm=\"x\"")])));
    let error = world.fetch("x").unwrap_err();
    assert!(matches!(error.kind(), FetchErrorKind::Denied(_)), "{error}");
    assert!(error.hint().unwrap().contains("without a prompt"));
}

#[test]
fn a_password_in_the_url_is_used_and_never_shown() {
    let allowed = "Basic dXNlcjpzZWNyZXQ=";
    let world = World::serving(instead(move |_, request| {
        let known = request.header("authorization") == Some(allowed);
        (!known).then(|| {
            Reply::Answer(401, vec![("WWW-Authenticate".to_owned(), "Basic realm=\"x\"".to_owned())], vec![])
        })
    }));
    world.start_point("x");
    let with = |login: &str| {
        RepoUrl::parse(&world.server.url("x").replace("http://", &format!("http://{login}@"))).unwrap()
    };
    assert_eq!(world.fetch_url(&with("user:secret")).unwrap().content.files.len(), 7);
    let error = world.fetch_url(&with("user:wrong-secret")).unwrap_err();
    assert!(matches!(error.kind(), FetchErrorKind::Denied(_)), "{error}");
    let shown = format!("{error} {error:?} {:?}", error.hint());
    assert!(!shown.contains("wrong-secret"), "{shown}");
    let kept = walk(&world.cache());
    assert!(!kept.iter().any(|bytes| bytes.windows(6).any(|window| window == b"secret")));
}

#[test]
fn something_that_is_no_git_server_is_told() {
    let world = World::serving(instead(|_, _| {
        Some(Reply::Answer(
            200,
            vec![("Content-Type".to_owned(), "text/html".to_owned())],
            b"<html>\n<body>Hello</body>\n</html>\n".to_vec(),
        ))
    }));
    let error = world.fetch("x").unwrap_err();
    assert!(matches!(error.kind(), FetchErrorKind::NotGit(_) | FetchErrorKind::NoRepository(_)), "{error}");
    assert_names_the_url(&world, &error);
}

fn walk(folder: &std::path::Path) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(walk(&path));
        } else {
            all.push(std::fs::read(&path).unwrap());
        }
    }
    all
}
