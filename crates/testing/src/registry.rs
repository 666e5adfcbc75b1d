//! Debian's registry on loopback: plain, with log-ins, or with TLS.

#![expect(clippy::unwrap_used, reason = "whatever fails here fails the test")]

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use start_points::ImageName;
use tempfile::TempDir;

use crate::programs::{program, run};

/// Who may log in.
pub const USER: &str = "me";
/// The password for it.
pub const PASSWORD: &str = "s3cret-p4ssword";

/// A running registry with a folder of its own; it stops when dropped.
#[derive(Debug)]
pub struct Served {
    /// A folder that goes away with it, for whatever the test needs.
    pub folder: TempDir,
    /// `127.0.0.1:PORT`.
    pub host: String,
    child: Child,
}

impl Served {
    /// Every client may do everything.
    #[must_use]
    pub fn plain() -> Self {
        Self::start("", "")
    }

    /// Only [`USER`] may do anything.
    #[must_use]
    pub fn with_log_in() -> Self {
        Self::start("", "auth: {htpasswd: {realm: local, path: FOLDER/htpasswd}}\n")
    }

    /// It speaks TLS; [`Served::authority`] vouches for it.
    #[must_use]
    pub fn with_tls() -> Self {
        Self::start(", tls: {certificate: FOLDER/leaf.pem, key: FOLDER/leaf.key}", "")
    }

    /// A client has to send a token, which comes from `realm`, and which nobody can make.
    #[must_use]
    pub fn with_tokens(realm: &str) -> Self {
        let auth = format!(
            "auth: {{token: {{realm: '{realm}', service: s, issuer: i, rootcertbundle: FOLDER/ca.pem}}}}\n"
        );
        Self::start("", &auth)
    }

    fn start(http: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if more.contains("htpasswd") {
            let line = run(program("htpasswd").args(["-Bbn", USER, PASSWORD])).unwrap();
            fs::write(folder.path().join("htpasswd"), line).unwrap();
        }
        if !http.is_empty() || more.contains("ca.pem") {
            certify(folder.path());
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let host = format!("127.0.0.1:{port}");
        let config = format!(
            "version: 0.1\nlog: {{accesslog: {{disabled: false}}, level: error}}\n\
             storage: {{filesystem: {{rootdirectory: FOLDER/data}}, delete: {{enabled: true}}}}\n\
             http: {{addr: '{host}'{http}}}\n{more}"
        );
        let path = folder.path().join("config.yml");
        fs::write(&path, config.replace("FOLDER", folder.path().to_str().unwrap())).unwrap();
        let child = serve(folder.path());
        let served = Self { folder, host, child };
        served.wait();
        served
    }

    /// It goes away, in the middle of whatever it does.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// It is back where it was, with all it had.
    pub fn restart(&mut self) {
        self.stop();
        self.child = serve(self.folder.path());
        self.wait();
    }

    fn wait(&self) {
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(&self.host).is_err() {
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap();
            assert!(Instant::now() < end, "the registry does not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// An image in it.
    #[must_use]
    pub fn name(&self, path: &str) -> ImageName {
        ImageName::parse(&format!("{}/{path}", self.host)).unwrap()
    }

    /// Requests so far: `METHOD /path`, in their order.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
        let request = |line: &str| Some(line.split('"').nth(1)?.strip_suffix(" HTTP/1.1")?.to_owned());
        log.lines().filter_map(request).collect()
    }

    /// The certificate of the authority that vouches for it.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(folder: &Path) -> Child {
    let log = File::options().create(true).append(true).open(folder.join("log")).unwrap();
    let mut registry = program("docker-registry");
    registry.arg("serve").arg(folder.join("config.yml")).env("OTEL_TRACES_EXPORTER", "none");
    registry.stdin(Stdio::null()).stderr(log.try_clone().unwrap()).stdout(log).spawn().unwrap()
}

/// `leaf.pem` and `leaf.key`, a certificate for loopback, and `ca.pem`, the authority that vouches for it: nobody
/// accepts one that vouches for itself.
pub fn certify(folder: &Path) {
    let openssl = |arguments: &str| {
        let arguments = arguments.split(' ').map(|word| word.replace('~', " "));
        run(program("openssl").current_dir(folder).args(arguments)).unwrap();
    };
    openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem");
    openssl("req -newkey rsa:2048 -nodes -subj /CN=registry -keyout leaf.key -out leaf.csr");
    let extensions = "subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n";
    fs::write(folder.join("extensions"), extensions).unwrap();
    openssl(
        "x509 -req -days 2 -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile extensions -out leaf.pem",
    );
}
