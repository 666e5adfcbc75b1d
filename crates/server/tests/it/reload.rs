//! Reload: between two requests, entirely or not at all.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::support::{self, Service, settings};
use start_points::Kind;
use start_points_oci::Digest;
use start_points_server::{CatalogueSource, ServerSettings};
use start_points_testing::{deployed_catalogue, snapshot};

/// A catalogue whose every file has a mark.
fn marked(folder: &Path, mark: &str) {
    deployed_catalogue(folder, Kind::Languages, 30).unwrap();
    for path in snapshot(folder).unwrap().into_keys().filter(|path| path.ends_with("cyber-dojo.sh")) {
        fs::write(folder.join(path), format!("echo {mark}\n")).unwrap();
    }
}

/// Changes the target of a symbolic link atomically.
fn link(to: &Path, at: &Path) {
    let beside = at.with_extension("new");
    std::os::unix::fs::symlink(to, &beside).unwrap();
    fs::rename(&beside, at).unwrap();
}

#[test]
fn under_load_every_response_is_entirely_of_one_catalogue() {
    let top = tempfile::tempdir().unwrap();
    let (one, other, now) = (top.path().join("one"), top.path().join("other"), top.path().join("now"));
    marked(&one, "ONE");
    marked(&other, "OTHER");
    link(&one, &now);
    let mut settings = ServerSettings::new(CatalogueSource::Folder(now.clone()));
    settings.reload_token = Some("secret".to_owned());
    let service = Service::start(settings);
    let expected = |mark: &str| {
        let text = service.get("/manifests").body;
        assert!(String::from_utf8_lossy(&text).contains(&format!("echo {mark}\\n")));
        text
    };
    let first = expected("ONE");
    link(&other, &now);
    assert_eq!(service.request("POST", "/v1/reload", &["authorization: Bearer secret"], b"").status, 200);
    let second = expected("OTHER");
    let (is_over, asked, seen) =
        (AtomicBool::new(false), AtomicUsize::new(0), [AtomicUsize::new(0), AtomicUsize::new(0)]);
    thread::scope(|scope| {
        for coding in ["identity", "gzip", "zstd", "identity"] {
            let (service, is_over, asked, seen) = (&service, &is_over, &asked, &seen);
            let (first, second) = (&first, &second);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let answer =
                        service.request("GET", "/manifests", &[&format!("accept-encoding: {coding}")], b"");
                    let text = support::decoded(&answer);
                    let which = [first, second].iter().position(|whole| **whole == text);
                    seen[which.expect("an answer of one catalogue")].fetch_add(1, Ordering::Relaxed);
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for round in 0..40 {
            link(if round % 2 == 0 { &one } else { &other }, &now);
            let answer = service.request("POST", "/v1/reload", &["authorization: Bearer secret"], b"");
            assert_eq!(answer.status, 200, "{}", answer.text());
            // Requests after the reload's response get the new catalogue.
            let body = service.get("/manifests").body;
            assert_eq!(body, if round % 2 == 0 { &*first } else { &*second });
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let [ones, others] = seen.map(AtomicUsize::into_inner);
    assert!(ones > 0 && others > 0 && asked.into_inner() == ones + others, "{ones} {others}");
}

#[test]
fn a_bad_catalogue_is_refused_and_the_old_one_still_served() {
    let top = tempfile::tempdir().unwrap();
    deployed_catalogue(top.path(), Kind::Exercises, 3).unwrap();
    let mut settings = ServerSettings::new(CatalogueSource::Folder(top.path().to_owned()));
    settings.reload_token = Some("secret".to_owned());
    let service = Service::start(settings);
    let before = service.get("/manifests").body;
    let manifest =
        snapshot(top.path()).unwrap().into_keys().find(|path| path.ends_with("manifest.json")).unwrap();
    let manifest = top.path().join(manifest);
    let good = fs::read(&manifest).unwrap();
    fs::write(&manifest, "{\"display_name\": 3}").unwrap();
    let reload = || service.request("POST", "/v1/reload", &["authorization: Bearer secret"], b"");
    let refused = reload();
    assert_eq!(refused.status, 422);
    let told = refused.json();
    assert_eq!(told["error"], "the catalogue has errors");
    let rules: Vec<_> =
        told["report"]["diagnostics"].as_array().unwrap().iter().map(|found| &found["rule"]).collect();
    assert_eq!(rules, ["missing-key", "wrong-type"]);
    assert_eq!(service.get("/manifests").body, before);
    fs::write(&manifest, good).unwrap();
    assert_eq!(reload().json()["start_points"], 3);
    fs::remove_file(top.path().join("shas.txt")).unwrap();
    let refused = reload();
    assert_eq!((refused.status, refused.json()["report"].is_null()), (422, true));
    assert_eq!(service.get("/manifests").body, before);
}

#[test]
fn a_catalogue_without_one_of_its_folders_is_refused() {
    let top = tempfile::tempdir().unwrap();
    let (folder, beside) = (top.path().join("served"), top.path().join("beside"));
    deployed_catalogue(&folder, Kind::Languages, 5).unwrap();
    let mut settings = ServerSettings::new(CatalogueSource::Folder(folder.clone()));
    settings.reload_token = Some("secret".to_owned());
    let service = Service::start(settings);
    let before = service.get("/manifests").body;
    let reload = || service.request("POST", "/v1/reload", &["authorization: Bearer secret"], b"");
    let refused = |found: &str| {
        let refused = reload();
        assert_eq!(refused.status, 422);
        assert!(refused.json()["error"].as_str().unwrap().ends_with(found), "{}", refused.text());
        assert_eq!(service.get("/manifests").body, before);
    };
    fs::rename(folder.join("3"), &beside).unwrap();
    refused("was modified: `shas.txt` lists `3`, which has no start-point");
    fs::rename(&beside, folder.join("3")).unwrap();
    assert_eq!(reload().status, 200);
    let digest = |path: &String, bytes: &Vec<u8>| format!("{}  {path}\n", &Digest::of(bytes).hex());
    let digests: String =
        snapshot(&folder).unwrap().iter().map(|(path, bytes)| digest(path, bytes)).collect();
    fs::write(folder.join("digests.txt"), digests).unwrap();
    assert_eq!(reload().status, 200);
    fs::write(folder.join("3/start_point/cyber-dojo.sh"), "curl evil\n").unwrap();
    refused("was modified: `3/start_point/cyber-dojo.sh` was changed");
}

#[test]
fn a_reload_needs_the_token() {
    let service = Service::start(settings("custom"));
    assert_eq!(service.request("POST", "/v1/reload", &["authorization: Bearer "], b"").status, 403);
    let mut with_token = settings("custom");
    with_token.reload_token = Some("secret".to_owned());
    let service = Service::start(with_token);
    for header in [
        "x: y",
        "authorization: Bearer",
        "authorization: Bearer ",
        "authorization: Bearer secre",
        "authorization: Bearer secrets",
        "authorization: Basic secret",
        "authorization: secret",
    ] {
        let answer = service.request("POST", "/v1/reload", &[header], b"");
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")), "{header}");
        assert!(!answer.text().contains("secret"));
    }
    assert_eq!(service.request("POST", "/v1/reload", &["authorization: Bearer secret"], b"").status, 200);
}
