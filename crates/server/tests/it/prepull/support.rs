//! A registry with small images behind a delay, and a container engine that pulls from it.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use start_points::{ImageName, Kind};
use start_points_oci::registry::{CredentialSource, Registry, RegistryOptions};
use start_points_oci::{Created, Digest, Image, ImageConfig, Layer, LayerFile, LayerFiles};
use start_points_server::prepull::{PrePullOptions, PrePuller, PullProgress};
use start_points_testing::git::DelayProxy;
use start_points_testing::podman::PodmanEngine;
use start_points_testing::registry::Served;
use tempfile::TempDir;
use tokio::sync::watch;

/// What a slow registry sends at once.
const SLICE: usize = 16 << 10;

pub struct World {
    pub engine: PodmanEngine,
    pub registry: Served,
    /// After the engine, which writes there as long as it runs.
    pub folder: TempDir,
}

impl World {
    /// A registry that is late by `round_trip` for each exchange; the engine takes it for Docker Hub. It gets no
    /// credential under that name: podman sends none to a mirror.
    pub fn new(round_trip: Duration) -> Self {
        Self::of(Served::plain(), round_trip)
    }

    pub fn of(registry: Served, round_trip: Duration) -> Self {
        let proxy = DelayProxy::start(registry.host.parse().unwrap(), round_trip).unwrap();
        Self::behind(registry, proxy.address())
    }

    /// A registry that sends so many bytes a second on each connection.
    pub fn slow(bytes: usize) -> Self {
        let registry = Served::plain();
        let proxy = throttle(registry.host.clone(), bytes);
        Self::behind(registry, proxy)
    }

    fn behind(registry: Served, proxy: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = proxy.to_string();
        let mirrors = [("docker.io", location.as_str()), (registry.host.as_str(), registry.host.as_str())];
        let engine = PodmanEngine::start(folder.path(), &mirrors);
        Self { folder, registry, engine }
    }

    /// Pushes images of some bytes each; answers their names as a catalogue has them.
    pub fn push(&self, numbers: std::ops::Range<usize>) -> Vec<String> {
        self.push_as(numbers, CredentialSource::Anonymous)
    }

    pub fn push_as(&self, numbers: std::ops::Range<usize>, credentials: CredentialSource) -> Vec<String> {
        push_to(&self.registry, numbers, credentials)
    }

    /// Pushes an image of so many bytes that do not compress; answers its name.
    pub fn push_large(&self, name: &str, bytes: usize) -> String {
        let mut state = 1_u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let noise: Vec<u8> = std::iter::repeat_with(next).take(bytes).collect();
        let registry = Registry::new(RegistryOptions {
            credentials: CredentialSource::Anonymous,
            ..RegistryOptions::default()
        });
        let here = ImageName::parse(&format!("{}/{name}", self.registry.host)).unwrap();
        registry.push(&here, &image_of(LayerFile::plain(noise)), None).unwrap();
        name.to_owned()
    }

    pub fn options(&self) -> PrePullOptions {
        let mut options = PrePullOptions { marker: Some(self.marker()), ..PrePullOptions::default() };
        options.socket = self.engine.socket().display().to_string().parse().unwrap();
        options.credentials = CredentialSource::Anonymous;
        options.retry.first = Duration::from_millis(100);
        options.retry.longest = Duration::from_millis(400);
        options.retry.permanent = Duration::from_millis(400);
        options
    }

    pub fn marker(&self) -> PathBuf {
        self.folder.path().join("pulled.json")
    }

    pub async fn start(&self, images: &[String]) -> PrePuller {
        self.start_with(images, |_| {}).await
    }

    pub async fn start_with(&self, images: &[String], change: impl FnOnce(&mut PrePullOptions)) -> PrePuller {
        let mut options = self.options();
        change(&mut options);
        PrePuller::start(images.to_vec(), catalogue(images), options).await
    }

    /// How often each image was asked for in the registry, by `NAME:TAG`.
    pub fn asked(&self) -> BTreeMap<String, usize> {
        asked_of(&self.registry)
    }
}

pub fn push_to(
    registry: &Served,
    numbers: std::ops::Range<usize>,
    credentials: CredentialSource,
) -> Vec<String> {
    let client = Registry::new(RegistryOptions { credentials, ..RegistryOptions::default() });
    let push = |number: usize| {
        let name = format!("cyberdojofoundation/x{number}:abc{number:04}");
        let here = ImageName::parse(&format!("{}/{name}", registry.host)).unwrap();
        client.push(&here, &image(number), None).unwrap();
        name
    };
    numbers.map(push).collect()
}

/// How often each image was asked for in a registry, by `NAME:TAG`; docker asks what a tag means
/// first, and then for `NAME:DIGEST`.
pub fn asked_of(registry: &Served) -> BTreeMap<String, usize> {
    let mut asked = BTreeMap::new();
    for request in registry.requests() {
        let Some(path) = request.strip_prefix("GET /v2/") else { continue };
        let Some((name, tag)) = path.split_once("/manifests/") else { continue };
        *asked.entry(format!("{name}:{tag}")).or_default() += 1;
    }
    asked
}

fn throttle(target: String, bytes: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let pass = |mut from: TcpStream, mut to: TcpStream, pause: Duration| {
        thread::spawn(move || {
            let mut buffer = [0; SLICE];
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                thread::sleep(pause.mul_f64(read as f64 / SLICE as f64));
                if to.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            let _ = to.shutdown(Shutdown::Write);
        });
    };
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(&target) else { continue };
            pass(client.try_clone().unwrap(), server.try_clone().unwrap(), Duration::ZERO);
            pass(server, client, Duration::from_secs_f64(SLICE as f64 / bytes as f64));
        }
    });
    address
}

/// Stands for the catalogue that names these.
pub fn catalogue(images: &[String]) -> Digest {
    Digest::of(images.join("\n").as_bytes())
}

fn image(number: usize) -> Image {
    image_of(LayerFile::plain(number.to_string()))
}

fn image_of(file: LayerFile) -> Image {
    let files = LayerFiles::from([("app/file".to_owned(), file)]);
    let facts = ImageConfig::catalogue(Kind::Languages, Created::from_unix(1_700_000_000));
    Image::new(&[Layer::pack(&files).unwrap()], &facts).unwrap()
}

/// Waits, within reason, until it is so.
pub async fn until(
    pulls: &PrePuller,
    is: impl FnMut(&PullProgress) -> bool,
) -> watch::Receiver<PullProgress> {
    let mut progress = pulls.watch();
    let found = tokio::time::timeout(Duration::from_secs(60), progress.wait_for(is)).await;
    assert!(found.is_ok(), "{:?}", *pulls.watch().borrow());
    drop(found);
    progress
}

pub async fn until_ready(pulls: &PrePuller) {
    until(pulls, PullProgress::is_ready).await;
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
