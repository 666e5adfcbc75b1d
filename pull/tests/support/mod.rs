//! A registry with small images behind a delay, and a container engine that pulls from it.

#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use start_points::{ImageName, Kind};
use start_points_image::registry::{Credentials, Options as RegistryOptions, Registry};
use start_points_image::{Created, Digest, Facts, File, Files, Image, Layer};
use start_points_pull::{Options, Progress, Pulls};
use start_points_testing::git::DelayProxy;
use start_points_testing::podman::Engine;
use start_points_testing::registry::Served;
use tempfile::TempDir;
use tokio::sync::watch;

pub struct World {
    pub folder: TempDir,
    pub registry: Served,
    pub engine: Engine,
}

impl World {
    /// A registry that is late by `round_trip` for each exchange; the engine takes it for Docker Hub. It gets no
    /// log-in under that name: podman gives none to a mirror.
    pub fn new(round_trip: Duration) -> Self {
        Self::of(Served::plain(), round_trip)
    }

    pub fn of(registry: Served, round_trip: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let proxy = DelayProxy::start(registry.host.parse().unwrap(), round_trip).unwrap();
        let location = proxy.address().to_string();
        let mirrors = [("docker.io", location.as_str()), (registry.host.as_str(), registry.host.as_str())];
        let engine = Engine::start(folder.path(), &mirrors);
        Self { folder, registry, engine }
    }

    /// Pushes images of some bytes each; answers their names as a catalogue has them.
    pub fn push(&self, numbers: std::ops::Range<usize>) -> Vec<String> {
        self.push_as(numbers, Credentials::Anonymous)
    }

    pub fn push_as(&self, numbers: std::ops::Range<usize>, credentials: Credentials) -> Vec<String> {
        let registry = Registry::new(RegistryOptions { credentials, ..RegistryOptions::default() });
        let push = |number: usize| {
            let name = format!("cyberdojofoundation/x{number}:abc{number:04}");
            let here = ImageName::parse(&format!("{}/{name}", self.registry.host)).unwrap();
            registry.push(&here, &image(number), None).unwrap();
            name
        };
        numbers.map(push).collect()
    }

    pub fn options(&self) -> Options {
        let mut options = Options { marker: Some(self.marker()), ..Options::default() };
        options.socket = self.engine.socket().display().to_string().parse().unwrap();
        options.credentials = Credentials::Anonymous;
        options.retry.first = Duration::from_millis(100);
        options.retry.longest = Duration::from_millis(400);
        options.retry.lasting = Duration::from_millis(400);
        options
    }

    pub fn marker(&self) -> PathBuf {
        self.folder.path().join("pulled.json")
    }

    pub async fn start(&self, images: &[String]) -> Pulls {
        self.start_with(images, |_| {}).await
    }

    pub async fn start_with(&self, images: &[String], change: impl FnOnce(&mut Options)) -> Pulls {
        let mut options = self.options();
        change(&mut options);
        Pulls::start(images.to_vec(), catalogue(images), options).await
    }

    /// How often each image was asked for in the registry, by `NAME:TAG`.
    pub fn asked(&self) -> BTreeMap<String, usize> {
        let mut asked = BTreeMap::new();
        for request in self.registry.requests() {
            let Some(path) = request.strip_prefix("GET /v2/") else { continue };
            let Some((name, tag)) = path.split_once("/manifests/") else { continue };
            *asked.entry(format!("{name}:{tag}")).or_default() += 1;
        }
        asked
    }
}

/// Stands for the catalogue that names these.
pub fn catalogue(images: &[String]) -> Digest {
    Digest::of(images.join("\n").as_bytes())
}

fn image(number: usize) -> Image {
    let files = Files::from([("app/number".to_owned(), File::plain(number.to_string()))]);
    let facts = Facts::catalogue(Kind::Languages, Created::from_unix(1_700_000_000));
    Image::new(&[Layer::pack(&files).unwrap()], &facts).unwrap()
}

/// Waits, within reason, until it is so.
pub async fn until(pulls: &Pulls, is: impl FnMut(&Progress) -> bool) -> watch::Receiver<Progress> {
    let mut progress = pulls.watch();
    let found = tokio::time::timeout(Duration::from_secs(60), progress.wait_for(is)).await;
    assert!(found.is_ok(), "{:?}", *pulls.watch().borrow());
    drop(found);
    progress
}

pub async fn until_ready(pulls: &Pulls) {
    until(pulls, Progress::is_ready).await;
}

/// Waits until the marker file speaks of the catalogue that these images stand for.
pub async fn until_marked(world: &World, images: &[String]) {
    let digest = catalogue(images).to_string();
    let is_marked = || {
        std::fs::read_to_string(world.marker()).is_ok_and(|text| {
            text.contains(&digest) && images.iter().all(|image| text.contains(image.as_str()))
        })
    };
    for _ in 0..600 {
        if is_marked() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(is_marked());
}
