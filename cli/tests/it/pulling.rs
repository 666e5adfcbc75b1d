//! `serve --pull`: probed over HTTP while a real container engine pulls from a real registry.

#[allow(dead_code, reason = "the tests of the server use the rest")]
#[path = "../../../crates/server/tests/it/prepull/support.rs"]
mod support;

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::serving::Service;
use serde_json::Value;
use support::World;

/// A catalogue in the deployed layout, of start-points that name these images.
fn catalogue(folder: &Path, images: &[String]) {
    let _ = fs::remove_dir_all(folder);
    let mut shas = String::new();
    for (index, image) in images.iter().enumerate() {
        let name = image.split(['/', ':']).nth(1).unwrap();
        let manifest = format!(
            r#"{{"display_name": "{name}", "image_name": "{image}", "filename_extension": ".c",
                 "visible_filenames": ["cyber-dojo.sh"]}}"#
        );
        let place = folder.join(format!("{index}/start_point"));
        crate::run::write(&place, &[("manifest.json", &manifest), ("cyber-dojo.sh", "make\n")]);
        shas += &format!("{index} \t {index:040x} \t https://example.com/{name}\n");
    }
    fs::write(folder.join("shas.txt"), shas).unwrap();
}

/// The command, without credentials.
fn serve(world: &World, more: &[&str]) -> Service {
    let folder = world.folder.path().join("catalogue");
    let (socket, marker) = (world.engine.socket(), world.marker());
    let mut command = crate::run::command();
    command.arg("serve").arg(folder).args(["--host=127.0.0.1", "--port=0", "--pull=docker", "--socket"]);
    command.arg(socket).arg("--marker").arg(marker).args(more);
    Service::start(command.env("DOCKER_CONFIG", world.folder.path().join("home")).env_remove("DOCKER_HOST"))
}

fn wait_for(mut is: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is() {
        assert!(Instant::now() < end, "timed out");
        thread::sleep(Duration::from_millis(20));
    }
}

fn is_ready(service: &Service) -> bool {
    let (status, body) = service.get("/v1/ready");
    assert_eq!(status == 200, body["ready"], "{body}");
    body["ready"] == true
}

fn names(service: &Service) -> Vec<Value> {
    service.get("/names").1["names"].as_array().unwrap().clone()
}

#[test]
fn probes_are_answered_at_once_during_fifty_pulls_and_after_a_kill_it_is_ready_at_once() {
    let world = World::new(Duration::from_millis(40));
    let images = world.push(0..50);
    catalogue(&world.folder.path().join("catalogue"), &images);
    let service = serve(&world, &["--pull-jobs=8"]);
    let mut took = Vec::new();
    let mut unready = 0;
    for number in 0..1_000 {
        let path = ["/ready", "/alive", "/v1/ready", "/ready"][number % 4];
        let started = Instant::now();
        let (_, body) = service.get(path);
        took.push(started.elapsed());
        match path {
            "/alive" => assert_eq!(body["alive?"], true),
            "/ready" => unready += usize::from(body["ready?"] == false),
            _ => {}
        }
        thread::sleep(Duration::from_millis(2));
    }
    wait_for(|| is_ready(&service));
    took.sort();
    let resident = service.resident_kb();
    println!(
        "1,000 probes, {unready} answers that it is not ready: p99 {:?}, longest {:?}; {resident} kB resident",
        took[989], took[999]
    );
    assert!(unready > 0);
    let asked = world.asked();
    assert_eq!(asked.len(), 50);
    assert!(asked.values().all(|count| *count == 1), "{asked:?}");

    wait_for(|| world.marker().exists());
    service.kill();
    let started = Instant::now();
    let service = serve(&world, &[]);
    assert_eq!(service.get("/ready").1["ready?"], true);
    println!("ready {:?} after it was started again", started.elapsed());
    assert_eq!(names(&service).len(), 50);
    assert_eq!(world.asked(), asked);
}

#[test]
fn missing_images_are_reported_and_offered_once_present() {
    let world = World::new(Duration::ZERO);
    let mut images = world.push(0..2);
    images.push("cyberdojofoundation/x2:abc0002".to_owned());
    catalogue(&world.folder.path().join("catalogue"), &images);
    let stays = serve(&world, &[]);
    let refused = |service: &Service| service.get("/v1/ready").1["details"]["refused"] == 1;
    wait_for(|| refused(&stays));
    let (status, body) = stays.get("/v1/ready");
    let image = &body["details"]["images"][&images[2]];
    assert_eq!((status, &body["ready"], &image["state"]), (503, &false.into(), &"failed".into()), "{body}");
    assert!(image["reason"].as_str().unwrap().contains("manifest unknown"), "{body}");
    assert!(image["hint"].as_str().unwrap().contains("push the image"), "{body}");
    assert_eq!(names(&stays).len(), 3);
    let log = stays.stop();
    assert!(log.contains(&images[2]) && log.contains("push the image"), "{log}");

    let serves = serve(&world, &["--missing=serve-without"]);
    wait_for(|| is_ready(&serves) && refused(&serves) && names(&serves) == ["x0", "x1"]);
    world.push(2..3);
    serves.signal("HUP");
    wait_for(|| names(&serves).len() == 3);
    assert_eq!(serves.get("/v1/ready").1["missing_images"], Value::Array(Vec::new()));
}

#[test]
fn a_reload_pulls_only_new_images() {
    let world = World::new(Duration::ZERO);
    let images = world.push(0..5);
    let folder = world.folder.path().join("catalogue");
    catalogue(&folder, &images[..3]);
    let service = serve(&world, &[]);
    wait_for(|| is_ready(&service));
    catalogue(&folder, &images[1..]);
    service.signal("HUP");
    wait_for(|| service.get("/v1/ready").1["details"]["total"] == 4 && is_ready(&service));
    assert_eq!(names(&service), ["x1", "x2", "x3", "x4"]);
    let asked = world.asked();
    assert!(images.iter().all(|image| asked[image] == 1), "{asked:?}");
}

#[test]
fn without_an_engine_it_is_alive_and_reports_why_it_is_not_ready() {
    let mut world = World::new(Duration::ZERO);
    let images = world.push(0..1);
    catalogue(&world.folder.path().join("catalogue"), &images);
    world.engine.stop();
    let service = serve(&world, &[]);
    let image = || service.get("/v1/ready").1["details"]["images"][&images[0]].clone();
    wait_for(|| image()["state"] == "failed");
    assert!(image()["reason"].as_str().unwrap().contains("engine.sock"), "{}", image());
    assert_eq!(service.get("/alive").1["alive?"], true);
    assert_eq!(service.get("/ready").1["ready?"], false);
    let probe = || crate::run::run_in(world.folder.path(), &["probe", "--port", service.port()]);
    let (probed, told) = (probe().code, probe().stderr);
    assert!(probed == Some(1) && told.contains("/v1/ready"), "{told}");
    world.engine.restart();
    wait_for(|| is_ready(&service));
    assert_eq!((probe().code, probe().stdout), (Some(0), "ready\n".to_owned()));
}

#[test]
fn contradictory_arguments_are_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        ["serve", "--socket=/run/docker.sock", "."],
        ["serve", "--pull=docker", "--socket=ssh://host"],
        ["serve", "--pull=docker", "--ready-when=most"],
        ["serve", "--pull=docker", "--pull-jobs=0"],
    ] {
        let ran = crate::run::run_in(folder.path(), &arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.stderr);
    }
}

/// The disk fails when the marker is put in its place: the old one stays, nothing is left beside it, and the log says so.
#[cfg(target_os = "linux")]
#[test]
fn an_unwritable_marker_is_logged_and_the_service_goes_on() {
    let world = World::new(Duration::ZERO);
    let images = world.push(0..2);
    let folder = world.folder.path().join("catalogue");
    catalogue(&folder, &images);
    let beside = world.folder.path().join("marker");
    fs::create_dir(&beside).unwrap();
    fs::write(beside.join("pulled.json"), "old").unwrap();
    let program = crate::run::command();
    let mut strace = start_points_testing::programs::other("strace", "strace");
    strace.args(["-D", "-f", "-qq", "-o/dev/null", "-einject=rename,renameat,renameat2:error=ENOSPC"]);
    strace.arg(program.get_program()).arg("serve").arg(folder);
    strace.args(["--host=127.0.0.1", "--port=0", "--pull=docker", "--socket"]).arg(world.engine.socket());
    strace.arg("--marker").arg(beside.join("pulled.json"));
    strace
        .env("DOCKER_CONFIG", world.folder.path().join("home"))
        .env_remove("DOCKER_HOST")
        .env("NO_COLOR", "1");
    let service = Service::start(&mut strace);
    wait_for(|| is_ready(&service));
    assert_eq!(names(&service).len(), 2);
    let log = service.stop();
    assert!(log.contains("pulled.json`: No space left on device"), "{log}");
    assert_eq!(fs::read_to_string(beside.join("pulled.json")).unwrap(), "old");
    assert_eq!(fs::read_dir(&beside).unwrap().count(), 1);
}
