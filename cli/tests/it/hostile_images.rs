//! Images that mean harm, given as sources and as a base: each a fault that names it, in bounded memory.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::run::Ran;
use crate::world::World;
use start_points_oci::{Descriptor, Digest, MediaType};
use start_points_testing::git::{GitServer, Reply, Request, Serves};

/// The address space of the command, in kB.
const MEMORY: u32 = 500_000;

/// An image served by hand: its manifest, and its parts by their digests.
#[derive(Default)]
struct Kept {
    manifest: Vec<u8>,
    parts: HashMap<String, Vec<u8>>,
}

const LABELS: &str = r#""org.cyber-dojo.start-point": "languages", "org.opencontainers.image.created": "2026-01-31T00:00:00Z",
    "org.opencontainers.image.revision": "4edf92a3f0e6a1b2c3d4e5f60718293a4b5c6d7e", "org.opencontainers.image.source": "https://example.com/c""#;

impl Kept {
    /// With a layer that says that it unpacks to `unpacked`.
    fn of(layer: Vec<u8>, media_type: &str, unpacked: &Digest) -> Self {
        let config = format!(
            r#"{{"os": "linux", "architecture": "amd64", "config": {{"Labels": {{{LABELS}}}}},
            "rootfs": {{"type": "layers", "diff_ids": ["{unpacked}"]}}}}"#
        );
        let mut kept = Self::default();
        let mut keep = |media_type: &str, bytes: Vec<u8>| {
            let part = Descriptor::of(media_type, &bytes);
            kept.parts.insert(part.digest.to_string(), bytes);
            serde_json::to_string(&part).expect("JSON")
        };
        let (layer, config) = (keep(media_type, layer), keep(MediaType::CONFIG, config.into_bytes()));
        kept.manifest = format!(r#"{{"schemaVersion":2,"config":{config},"layers":[{layer}]}}"#).into_bytes();
        kept
    }

    fn tar(bytes: Vec<u8>) -> Self {
        let unpacked = Digest::of(&bytes);
        Self::of(bytes, MediaType::LAYER, &unpacked)
    }
}

fn shell(folder: &Path, script: &str) -> Vec<u8> {
    let output = Command::new("bash").args(["-ec", script]).current_dir(folder).output().expect("bash runs");
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A registry on this machine that holds these images, by their paths.
fn serve(images: HashMap<&'static str, Kept>) -> GitServer {
    serve_but(images, |_| false)
}

/// The same, but in a bad moment where `is_bad` says so of how many requests for a manifest there were before.
fn serve_but(
    images: HashMap<&'static str, Kept>,
    is_bad: impl Fn(usize) -> bool + Send + Sync + 'static,
) -> GitServer {
    let asked = AtomicUsize::new(0);
    let answer = move |request: &Request| {
        let none = || Reply::Answer(404, Vec::new(), Vec::new());
        let Some((path, part)) = request.path.strip_prefix("/v2/").and_then(|path| path.split_once('/'))
        else {
            return Reply::Answer(200, Vec::new(), Vec::new());
        };
        let Some(kept) = images.get(path) else { return none() };
        if part.starts_with("manifests/") {
            if is_bad(asked.fetch_add(1, Ordering::SeqCst)) {
                return Reply::Answer(503, Vec::new(), Vec::new());
            }
            let kind = ("Content-Type".to_owned(), MediaType::MANIFEST.to_owned());
            let body = if request.method == "HEAD" { Vec::new() } else { kept.manifest.clone() };
            return Reply::Answer(200, vec![kind], body);
        }
        let digest = part.rsplit('/').next().unwrap_or_default();
        kept.parts.get(digest).map_or_else(none, |bytes| Reply::Answer(200, Vec::new(), bytes.clone()))
    };
    let instead = move |_: usize, request: &Request| Some(answer(request));
    GitServer::serving(
        Path::new("/nowhere"),
        Serves { instead: Some(Box::new(instead)), ..Serves::default() },
    )
    .expect("a server")
}

/// Runs the command in bounded memory.
fn bounded(world: &World, arguments: &[&str]) -> Ran {
    let command = world.command(arguments);
    let mut bounded = Command::new("bash");
    bounded.args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"")]);
    bounded.arg(command.get_program()).args(command.get_args()).current_dir(world.here(""));
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bounded.env(name, value),
            None => bounded.env_remove(name),
        };
    }
    crate::run::ran(bounded.stdin(Stdio::null()).output().expect("it runs"))
}

#[test]
fn each_is_a_fault_that_names_it_and_memory_stays_bounded() {
    let world = World::new();
    let manifest = r#"{"display_name": "C", "image_name": "x/c:1", "filename_extension": ".c", "visible_filenames": ["hiker.c", "cyber-dojo.sh"]}"#;
    let start_point = world.here("start_point");
    fs::create_dir(&start_point).expect("a folder");
    for (name, text) in [("manifest.json", manifest), ("hiker.c", "int x;\n"), ("cyber-dojo.sh", "make\n")] {
        fs::write(start_point.join(name), text).expect("a file");
    }
    let here = world.here("");
    let good = shell(&here, "tar -c start_point");
    let lying = {
        let honest = shell(&here, "tar -c --mtime 2026-01-31 start_point");
        assert_ne!(honest, good, "a digest of its own, or what was pulled of the good one is taken");
        let mut kept = Kept::tar(honest.clone());
        let text = honest.windows(6).position(|bytes| bytes == b"int x;").expect("a file");
        kept.parts.get_mut(Digest::of(&honest).as_str()).expect("a layer")[text] ^= 1;
        kept
    };
    let out = shell(&here, "tar -c --transform 's,start_point/cyber,../../cyber,' start_point 2> /dev/null");
    let beside = shell(&here, "echo x > letter.txt; tar -c start_point letter.txt; rm letter.txt");
    let link =
        shell(&here, "ln -sf /etc/passwd start_point/hiker.c; tar -c start_point; rm start_point/hiker.c");
    let none = shell(&here, "tar -c --exclude manifest.json start_point");
    let endless = shell(
        &here,
        "head -c 300M /dev/zero > start_point/z; tar -c start_point | gzip -1; rm start_point/z",
    );
    let mut large = Kept::tar(good.clone());
    let text = String::from_utf8(large.manifest).expect("text");
    large.manifest = text.replace(&format!("\"size\":{}", good.len()), "\"size\":900000000").into_bytes();
    let images = HashMap::from([
        ("good", Kept::tar(good)),
        ("lying", lying),
        ("out", Kept::tar(out)),
        ("beside", Kept::tar(beside)),
        ("link", Kept::tar(link)),
        ("none", Kept::tar(none)),
        ("endless", Kept::of(endless, MediaType::LAYER_GZIP, &Digest::of(b""))),
        ("large", large),
    ]);
    let server = serve(images);
    fs::remove_dir_all(&start_point).expect("removed");
    let expected = [
        ("good", ""),
        ("lying", "unpulled-image: the content has the digest `sha256:"),
        ("out", "unpulled-image: hostile path in the image: `../../cyber-dojo.sh`"),
        ("beside", "malformed-source-image: it has 1 path outside `start_point/`, such as `letter.txt`"),
        ("link", "irregular-file: "),
        ("none", "no-manifest: "),
        ("endless", "unpulled-image: the unpacked content is larger than 268435456 bytes"),
        ("large", "unpulled-image: a layer is larger than 67108864 bytes"),
    ];
    let name = |path: &str| format!("{}/{path}:1", server.address());
    let names: Vec<_> = expected.iter().map(|(path, _)| name(path)).collect();
    let mut arguments = vec!["create", "x", "--plain-http", "--format", "concise", "--languages"];
    arguments.extend(names.iter().map(String::as_str));
    let ran = bounded(&world, &arguments);
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    for (path, fault) in &expected[1..] {
        let of_it: Vec<_> = ran.stdout.lines().filter(|line| line.starts_with(&name(path))).collect();
        assert!(of_it.iter().any(|line| line.contains(fault)), "{path}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains(&name("good")), "{}", ran.stdout);
    let order: Vec<_> = expected[1..].iter().map(|(path, _)| ran.stdout.find(&name(path))).collect();
    assert!(order.is_sorted(), "{}", ran.stdout);
    assert_eq!(fs::read_dir(&here).expect("a folder").count(), 0, "nothing is written");
    let ran = bounded(&world, &["create", "x", "--plain-http", "--languages", &names[0]]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
}

/// A layout whose one layer has 400 MB, made without holding them here.
fn large_layout(folder: &Path) {
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs).expect("a folder");
    let layer = blobs.join("layer");
    File::create(&layer).expect("a file").set_len(400 << 20).expect("a length");
    let sum = shell(&blobs, "sha256sum layer");
    let hex = String::from_utf8_lossy(&sum)[..64].to_owned();
    fs::rename(layer, blobs.join(&hex)).expect("renamed");
    let keep = |media_type: &str, text: &str| {
        let part = Descriptor::of(media_type, text.as_bytes());
        fs::write(blobs.join(part.digest.hex()), text).expect("a file");
        serde_json::to_string(&part).expect("JSON")
    };
    let config = keep(
        MediaType::CONFIG,
        &format!(
            r#"{{"os": "linux", "architecture": "amd64", "rootfs": {{"type": "layers", "diff_ids": ["sha256:{hex}"]}}}}"#
        ),
    );
    let layer = format!(
        r#"{{"mediaType": "{}", "digest": "sha256:{hex}", "size": {}}}"#,
        MediaType::LAYER,
        400 << 20
    );
    let manifest = keep(
        MediaType::MANIFEST,
        &format!(r#"{{"schemaVersion": 2, "config": {config}, "layers": [{layer}]}}"#),
    );
    fs::write(folder.join("index.json"), format!(r#"{{"schemaVersion": 2, "manifests": [{manifest}]}}"#))
        .expect("a file");
    fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion": "1.0.0"}"#).expect("a file");
}

#[test]
fn a_base_of_hundreds_of_megabytes_goes_through_in_bounded_memory() {
    let world = World::new();
    world.languages("c");
    large_layout(&world.here("base"));
    let url = world.url("c");
    let ran =
        bounded(&world, &["create", "x:1", "--languages", &url, "--base", "oci:base", "--output", "oci:out"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let ran = bounded(&world, &["image", "inspect", "oci:base"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(!ran.stdout.contains("START-POINT"), "{}", ran.stdout);
    let ran = bounded(&world, &["inspect", "oci:out"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("c     languages"), "{}", ran.stdout);
}

#[test]
fn a_registry_in_a_bad_moment_is_asked_again() {
    let world = World::new();
    let folder = world.here("start_point");
    fs::create_dir(&folder).expect("a folder");
    let manifest = r#"{"display_name": "C", "image_name": "x/c:1", "filename_extension": ".c", "visible_filenames": ["cyber-dojo.sh"]}"#;
    fs::write(folder.join("manifest.json"), manifest).expect("a file");
    fs::write(folder.join("cyber-dojo.sh"), "make\n").expect("a file");
    let kept = Kept::tar(shell(&world.here(""), "tar -c start_point"));
    let server = serve_but(HashMap::from([("x", kept)]), |count| count < 2 || (5..7).contains(&count));
    let name = format!("{}/x:1", server.address());
    for arguments in [&["create", "x", "--languages"][..], &["image", "inspect"]] {
        let ran = world.run(&[arguments, &[&name, "--plain-http"]].concat());
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    }
}
