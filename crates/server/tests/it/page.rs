//! The set-up page, from a folder: the binary contains it only if it was built before.

use std::fs;

use crate::support::{Service, settings};
use start_points_server::{Server, StartError};

#[test]
fn the_page_is_served_with_its_content_security_policy() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("assets")).unwrap();
    fs::write(
        folder.path().join("index.html"),
        r#"<!doctype html><title>x</title><meta name="start-points-service" content="" />"#,
    )
    .unwrap();
    fs::write(folder.path().join("assets/x-123.wasm"), b"\0asm").unwrap();
    fs::write(folder.path().join("sw.js"), "1").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("passwd.txt")).unwrap();
    let mut settings = settings("custom");
    settings.web = Some(folder.path().to_owned());
    let service = Service::start(settings);
    let index = service.get("/setup/");
    assert_eq!(index.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(
        index.text().ends_with(r#"<meta name="start-points-service" content="custom" />"#),
        "{}",
        index.text()
    );
    assert!(index.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    assert_eq!(index.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(service.get("/setup/index.html").body, index.body);
    let wasm = service.get("/setup/assets/x-123.wasm");
    assert_eq!(wasm.header("content-type"), Some("application/wasm"));
    assert!(wasm.header("cache-control").unwrap().contains("immutable"));
    assert_eq!(service.get("/setup/sw.js").header("cache-control"), Some("no-cache"));
    for path in ["/setup/passwd.txt", "/setup/../index.html", "/setup/assets/", "/setup/%2e%2e/x"] {
        assert_eq!(service.get(path).status, 404, "{path}");
    }
    let moved = service.get("/setup");
    assert_eq!((moved.status, moved.header("location")), (308, Some("/setup/")));
    let browser = service.request("GET", "/", &["accept: text/html,application/xhtml+xml,*/*;q=0.8"], b"");
    assert_eq!((browser.status, browser.header("location")), (307, Some("/setup/")));
    assert_eq!(service.get("/").status, 400);
}

#[tokio::test]
async fn a_folder_without_a_page_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings("custom");
    settings.web = Some(folder.path().to_owned());
    let error = Server::start(settings).await.unwrap_err();
    assert!(matches!(error, StartError::Page { .. }), "{error}");
    assert!(error.to_string().ends_with("index.html is missing"), "{error}");
}
