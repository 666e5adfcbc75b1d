//! How many checks a second one core does, in memory: text in, diagnostics out. `cargo xtask bench` runs it.

#![allow(clippy::print_stdout, reason = "its result is what it prints")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use start_points::check::{Docker, Manifest, ManifestContext, SourceFile, check_manifest};
use start_points::files::{FileEntry, Files};
use start_points::{Dialect, Kind, Report, render, sources::Sources};

const MANIFEST: &[u8] = include_bytes!("../../examples/good/python-pytest/start_point/manifest.json");
const BAD: &[u8] = include_bytes!("../../examples/bad/python-unittest/start_point/manifest.json");

fn main() {
    let mut files = Files::new();
    for name in ["test_hiker.py", "hiker.py", "cyber-dojo.sh", "red_amber_green.rb"] {
        files.insert(name, FileEntry::Content(b"one line\n".repeat(30)));
    }
    let image_name = SourceFile {
        path: "docker/image_name.json".into(),
        content: Ok(b"{\"image_name\": \"example/x\"}".to_vec()),
    };
    let docker = Docker { image_name: Some(image_name), ..Docker::empty("docker") };
    let context =
        ManifestContext { docker: Some(&docker), ..ManifestContext::new(Kind::Languages, Dialect::Derived) };
    let check = |text| {
        let manifest = Manifest::parse("start_point/manifest.json", black_box(text));
        check_manifest(&manifest, &files, &context)
    };
    assert!(check(MANIFEST).is_empty() && !check(BAD).is_empty());
    print("good manifest, checked", MANIFEST.len(), || check(MANIFEST).len());
    let mut sources = Sources::new();
    sources.insert("start_point/manifest.json", BAD.to_vec());
    print("bad manifest, checked and reported as JSON", BAD.len(), || {
        render::json(&Report::new(check(BAD), 1), &sources).len()
    });
}

fn print(what: &str, bytes: usize, mut work: impl FnMut() -> usize) {
    let (started, mut done) = (Instant::now(), 0_u32);
    while started.elapsed() < Duration::from_secs(2) {
        for _ in 0..1_000 {
            black_box(work());
        }
        done += 1_000;
    }
    let rate = f64::from(done) / started.elapsed().as_secs_f64();
    println!("  {what} ({bytes} bytes): {rate:.0} a second");
}
