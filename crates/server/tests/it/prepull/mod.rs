//! Images pulled by a real container engine from a real registry.

mod docker;
mod support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::num::NonZeroUsize;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use start_points_container::PullError;
use start_points_oci::registry::CredentialSource;
use start_points_server::prepull::{ImageState, MissingImages, PrePullOptions, PrePuller, ReadyWhen};
use start_points_testing::programs::run;
use start_points_testing::registry::{PASSWORD, Served, USER};
use support::{World, catalogue, until, until_marked, until_ready};

const NOBODY_WAITS: Duration = Duration::ZERO;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_images_are_each_requested_once_however_often_progress_is_read() {
    let world = World::new(Duration::from_millis(40));
    let images = world.push(0..50);
    let pulls = world.start_with(&images, |options| options.jobs = NonZeroUsize::new(8).unwrap()).await;
    assert!(!pulls.watch().borrow().is_ready());
    let mut took = Vec::new();
    let (mut unready, mut most) = (0, 0);
    for _ in 0..1_000 {
        let progress = pulls.watch();
        let started = Instant::now();
        let (ready, pulling) = {
            let progress = progress.borrow();
            let pulling = |(_, state): &(&str, &ImageState)| matches!(state, ImageState::Pulling { .. });
            (progress.is_ready(), progress.images().filter(pulling).count())
        };
        took.push(started.elapsed());
        unready += usize::from(!ready);
        most = most.max(pulling);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    until_ready(&pulls).await;
    took.sort();
    println!("1,000 probes, {unready} of them before it was ready: p99 {:?}", took[989]);
    assert!(unready > 0 && (2..=8).contains(&most), "{most} at once");
    let asked = world.asked();
    assert_eq!(asked.len(), 50);
    assert!(asked.values().all(|count| *count == 1), "{asked:?}");
    let listed = run(world.engine.podman().args(["images", "--format", "{{.Repository}}"])).unwrap();
    assert_eq!(listed.lines().count(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn present_images_are_not_pulled_and_spellings_count_as_one_image() {
    let world = World::new(NOBODY_WAITS);
    let images = world.push(0..3);
    run(world.engine.podman().args(["pull", "-q"]).arg(format!("docker.io/{}", images[0]))).unwrap();
    let before = world.asked();
    let again = [format!("docker.io/{}", images[1]), images[1].clone()];
    let pulls = world.start(&[&images[..], &again[..]].concat()).await;
    until_ready(&pulls).await;
    assert_eq!(pulls.watch().borrow().total(), 3);
    assert!(pulls.watch().borrow().state(&again[0]).unwrap().is_present());
    assert_eq!(world.asked()[&images[0]], before[&images[0]]);
    assert!(images[1..].iter().all(|image| world.asked()[image] == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_image_is_pulled_by_digest() {
    let world = World::new(NOBODY_WAITS);
    let image = world.push(0..1).remove(0);
    let inspected =
        run(world.engine.podman().args(["pull", "-q"]).arg(format!("docker.io/{image}"))).unwrap();
    let format = ["inspect", "--format", "{{.Digest}}"];
    let digest = run(world.engine.podman().args(format).arg(inspected.trim())).unwrap();
    run(world.engine.podman().args(["rmi", inspected.trim()])).unwrap();
    let name = image.split(':').next().unwrap().to_owned();
    let pinned = [format!("{name}@{}", digest.trim()), format!("{image}@{}", digest.trim())];
    until_ready(&world.start(&pinned).await).await;
    let wrong = [format!("{name}@{}", catalogue(&pinned))];
    let pulls = world.start(&wrong).await;
    let progress = until(&pulls, |progress| progress.permanently_failed() == 1).await;
    assert!(!progress.borrow().is_ready());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_image_is_reported_with_a_hint_and_found_once_pushed() {
    let world = World::new(NOBODY_WAITS);
    let mut images = world.push(0..1);
    images.push("cyberdojofoundation/x1:abc0001".to_owned());
    let pulls = world.start(&images).await;
    let progress =
        until(&pulls, |progress| progress.permanently_failed() == 1 && progress.present() == 1).await;
    let state = progress.borrow().state(&images[1]).unwrap().clone();
    let ImageState::Failed(failure) = state else { panic!("{state:?}") };
    assert!(
        matches!(failure.error, PullError::Missing(_)) && failure.error.hint().contains("push"),
        "{failure:?}"
    );
    assert!(!progress.borrow().is_ready());
    world.push(1..2);
    until_ready(&pulls).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_images_can_be_left_out() {
    let world = World::new(NOBODY_WAITS);
    let mut images = world.push(0..1);
    images.push("cyberdojofoundation/none:1".to_owned());
    let without = |options: &mut PrePullOptions| options.missing = MissingImages::ServeWithout;
    let pulls = world.start_with(&images, without).await;
    let progress = until(&pulls, |progress| progress.is_ready()).await;
    assert!(progress.borrow().not_offered().eq([&images[1]]));
    until_marked(&world, &images).await;
    drop(pulls);
    let pulls = world.start_with(&images, without).await;
    assert!(pulls.watch().borrow().is_ready() && pulls.watch().borrow().not_offered().eq([&images[1]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn some_images_can_be_enough() {
    let world = World::new(NOBODY_WAITS);
    let mut images = world.push(0..1);
    images.push("cyberdojofoundation/none:1".to_owned());
    for (ready_when, expected) in
        [(ReadyWhen::Any, true), (ReadyWhen::Percent(50), true), (ReadyWhen::Percent(51), false)]
    {
        let pulls = world.start_with(&images, |options| options.ready_when = ready_when).await;
        let progress =
            until(&pulls, |progress| progress.permanently_failed() == 1 && progress.present() == 1).await;
        assert_eq!(progress.borrow().is_ready(), expected, "{ready_when:?}");
        pulls.stop().await;
        let _ = fs::remove_file(world.marker());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pulls_continue_when_a_registry_comes_back() {
    let mut world = World::new(Duration::from_millis(40));
    let images = world.push(0..12);
    let pulls = world.start_with(&images, |options| options.jobs = NonZeroUsize::new(2).unwrap()).await;
    until(&pulls, |progress| progress.present() >= 2).await;
    world.registry.stop();
    let failed =
        |state: &ImageState| matches!(state, ImageState::Failed(failure) if !failure.error.is_permanent());
    until(&pulls, |progress| progress.images().any(|(_, state)| failed(state))).await;
    assert!(!pulls.watch().borrow().is_ready());
    world.registry.restart();
    until_ready(&pulls).await;
    assert_eq!(pulls.watch().borrow().present(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn pulls_continue_after_the_engine_restarts() {
    let mut world = World::new(Duration::from_millis(40));
    let images = world.push(0..12);
    let pulls = world.start_with(&images, |options| options.jobs = NonZeroUsize::new(2).unwrap()).await;
    until(&pulls, |progress| progress.present() >= 2).await;
    world.engine.stop();
    let gone = |state: &ImageState| matches!(state, ImageState::Failed(failure) if matches!(failure.error, PullError::Unreachable { .. } | PullError::HungUp(_)));
    until(&pulls, |progress| progress.images().any(|(_, state)| gone(state))).await;
    let there = pulls.watch().borrow().present();
    assert!(there >= 2, "present images stay present");
    world.engine.restart();
    until_ready(&pulls).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_catalogue_pulls_only_new_images() {
    let world = World::new(NOBODY_WAITS);
    let images = world.push(0..6);
    let (first, second) = (&images[..4], &images[2..]);
    let pulls = world.start(first).await;
    until_ready(&pulls).await;
    pulls.replace(second.to_vec(), catalogue(second));
    assert!(!pulls.watch().borrow().is_ready());
    until_ready(&pulls).await;
    assert_eq!(pulls.watch().borrow().state(&images[0]), None);
    until_marked(&world, second).await;
    pulls.stop().await;

    let third = &images[1..];
    let pulls = world.start(third).await;
    until_ready(&pulls).await;
    let asked = world.asked();
    assert!(images.iter().all(|image| asked[image] == 1), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_no_longer_named_is_no_longer_waited_for() {
    let world = World::new(NOBODY_WAITS);
    let mut images = world.push(0..1);
    images.push("cyberdojofoundation/none:1".to_owned());
    let pulls = world.start(&images).await;
    until(&pulls, |progress| progress.permanently_failed() == 1).await;
    pulls.replace(images[..1].to_vec(), catalogue(&images[..1]));
    until_ready(&pulls).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_is_ready_at_once_even_without_an_engine() {
    let mut world = World::new(NOBODY_WAITS);
    let images = world.push(0..4);
    let pulls = world.start(&images).await;
    until_ready(&pulls).await;
    until_marked(&world, &images).await;
    pulls.stop().await;
    let requests = world.registry.requests().len();
    world.engine.stop();
    let pulls = world.start(&images).await;
    assert!(pulls.watch().borrow().is_ready());
    assert_eq!(pulls.watch().borrow().present(), 4);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        pulls.watch().borrow().present(),
        4,
        "images of the marker stay present until the engine says otherwise"
    );
    assert_eq!(world.registry.requests().len(), requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_image_is_pulled_again_while_the_service_stays_ready() {
    let world = World::new(NOBODY_WAITS);
    let images = world.push(0..3);
    let pulls = world.start(&images).await;
    until_ready(&pulls).await;
    until_marked(&world, &images).await;
    pulls.stop().await;
    let remove = || run(world.engine.podman().arg("rmi").arg(format!("docker.io/{}", images[1]))).unwrap();
    remove();
    let pulls = world.start(&images).await;
    assert!(pulls.watch().borrow().is_ready());
    until_asked(&world, &images[1], 2).await;
    until(&pulls, |progress| progress.present() == 3).await;
    remove();
    pulls.replace(images.clone(), catalogue(&images));
    assert!(pulls.watch().borrow().is_ready());
    until_asked(&world, &images[1], 3).await;
    until(&pulls, |progress| progress.present() == 3).await;
    assert_eq!((world.asked()[&images[0]], world.asked()[&images[2]]), (1, 1));
    assert!(pulls.watch().borrow().is_ready());
}

async fn until_asked(world: &World, image: &str, count: usize) {
    for _ in 0..600 {
        if world.asked()[image] == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:?}", world.asked());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unwritable_marker_stops_nothing() {
    let world = World::new(NOBODY_WAITS);
    let images = world.push(0..2);
    let place = world.folder.path().join("none/pulled.json");
    let pulls = world.start_with(&images, |options| options.marker = Some(place.clone())).await;
    until_ready(&pulls).await;
    assert!(!place.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn private_registries_get_the_credential_from_docker_config() {
    let world = World::of(Served::with_log_in(), NOBODY_WAITS);
    let password = CredentialSource::Password { user: USER.to_owned(), password: PASSWORD.to_owned() };
    let names = world.push_as(0..1, password);
    let images: Vec<_> = names.iter().map(|name| format!("{}/{name}", world.registry.host)).collect();
    let pulls = world.start(&images).await;
    let progress = until(&pulls, |progress| progress.permanently_failed() == 1).await;
    let state = progress.borrow().state(&images[0]).unwrap().clone();
    assert!(
        matches!(&state, ImageState::Failed(failure) if matches!(failure.error, PullError::Denied(_))),
        "{state:?}"
    );
    pulls.stop().await;

    let login =
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{USER}:{PASSWORD}"));
    let config = world.folder.path().join("config.json");
    let text = format!(r#"{{"auths": {{"{}": {{"auth": "{login}"}}}}}}"#, world.registry.host);
    fs::write(&config, text).unwrap();
    let pulls =
        world.start_with(&images, |options| options.credentials = CredentialSource::File(config)).await;
    until_ready(&pulls).await;
    assert!(!format!("{pulls:?}").contains(PASSWORD));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_can_listen_on_tcp() {
    let world = World::new(NOBODY_WAITS);
    let images = world.push(0..2);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("tcp://127.0.0.1:{port}");
    let mut engine = world.engine.podman();
    engine.args(["system", "service", "--time=0", &address]).stderr(Stdio::null());
    let _engine = Killed(engine.spawn().unwrap());
    let pulls = world.start_with(&images, |options| options.socket = address.parse().unwrap()).await;
    until_ready(&pulls).await;
}

/// A process that does not outlive the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn received_bytes_are_reported() {
    let world = World::slow(1 << 20);
    let images = [world.push_large("cyberdojofoundation/large:1", 3 << 20)];
    let pulls = world.start(&images).await;
    let (mut received, mut expected) = (0, 0);
    while !pulls.watch().borrow().is_ready() {
        if let Some(ImageState::Pulling { received: now, expected: of }) =
            pulls.watch().borrow().state(&images[0])
        {
            (received, expected) = (received.max(*now), expected.max(*of));
            assert!(now <= of);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    println!("{received} of {expected}");
    assert!(expected >= 3 << 20 && received > 0, "{received} of {expected}");
}

/// The long form: everything fails now and then, and in the end every image is present.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn registry_and_engine_fail_again_and_again() {
    let mut world = World::new(Duration::from_millis(150));
    let images = world.push(0..200);
    let pulls = world.start_with(&images, |options| options.jobs = NonZeroUsize::new(6).unwrap()).await;
    let mut there = 0;
    for round in 0.. {
        if tokio::time::timeout(Duration::from_secs(2), until_ready(&pulls)).await.is_ok() {
            println!("{round} faults");
            break;
        }
        let now = pulls.watch().borrow().present();
        assert!(now >= there, "present images stay present");
        there = now;
        match round % 2 {
            0 => world.registry.restart(),
            _ => world.engine.restart(),
        }
    }
    let listed = run(world.engine.podman().args(["images", "--format", "{{.Repository}}"])).unwrap();
    assert_eq!(listed.lines().count(), 200);
}

const CHILD: &str = "START_POINTS_PULL_TEST_SOCKET";

/// Runs in a process of its own, which the next test kills.
#[tokio::test(flavor = "multi_thread")]
async fn pulls_until_it_is_killed() {
    let Ok(socket) = std::env::var(CHILD) else { return };
    let images: Vec<String> = std::env::var("IMAGES").unwrap().split(' ').map(str::to_owned).collect();
    let mut options =
        PrePullOptions { marker: Some(std::env::var("MARKER").unwrap().into()), ..PrePullOptions::default() };
    options.socket = socket.parse().unwrap();
    options.credentials = CredentialSource::Anonymous;
    let pulls = PrePuller::start(images.clone(), catalogue(&images), options).await;
    println!("at once: {}", pulls.watch().borrow().is_ready());
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_and_a_restart_it_is_ready_at_once() {
    let world = World::new(NOBODY_WAITS);
    let images = world.push(0..6);
    let start = || {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "prepull::pulls_until_it_is_killed", "--nocapture"]).stdout(Stdio::piped());
        child.env(CHILD, world.engine.socket()).env("IMAGES", images.join(" ")).env("MARKER", world.marker());
        let mut child = Killed(child.spawn().unwrap());
        let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
        let said =
            lines.find_map(|line| line.unwrap().split_once("at once: ").map(|(_, ready)| ready == "true"));
        (child, said.unwrap())
    };
    let (child, ready) = start();
    assert!(!ready);
    until_marked(&world, &images).await;
    drop(child);
    let (_child, ready) = start();
    assert!(ready);
    assert!(images.iter().all(|image| world.asked()[image] == 1));
}
