//! Debian's registry on loopback: plain, with log-ins, or with TLS.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use start_points::ImageName;
use start_points_image::registry::{Credentials, Options, Registry};
use tempfile::TempDir;

use super::programs::{program, run};

pub const USER: &str = "me";
pub const PASSWORD: &str = "s3cret-p4ssword";

/// A running registry with a folder of its own; it stops when dropped.
pub struct Served {
    pub folder: TempDir,
    pub host: String,
    child: Child,
}

impl Served {
    pub fn plain() -> Self {
        Self::start("", "")
    }

    pub fn with_log_in() -> Self {
        Self::start("", "auth: {htpasswd: {realm: local, path: FOLDER/htpasswd}}\n")
    }

    pub fn with_tls() -> Self {
        Self::start(", tls: {certificate: FOLDER/leaf.pem, key: FOLDER/leaf.key}", "")
    }

    fn start(http: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if !more.is_empty() {
            let line = run(program("htpasswd").args(["-Bbn", USER, PASSWORD])).unwrap();
            fs::write(folder.path().join("htpasswd"), line).unwrap();
        }
        if !http.is_empty() {
            certify(&folder);
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
        let log = File::create(folder.path().join("log")).unwrap();
        let child = program("docker-registry")
            .arg("serve")
            .arg(&path)
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdin(Stdio::null())
            .stderr(log.try_clone().unwrap())
            .stdout(log)
            .spawn()
            .unwrap();
        let served = Self { folder, host, child };
        served.wait();
        served
    }

    fn wait(&self) {
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(&self.host).is_err() {
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap();
            assert!(Instant::now() < end, "the registry does not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn name(&self, path: &str) -> ImageName {
        ImageName::parse(&format!("{}/{path}", self.host)).unwrap()
    }

    /// Requests so far: `METHOD /path`, in their order.
    pub fn requests(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
        let request = |line: &str| Some(line.split('"').nth(1)?.strip_suffix(" HTTP/1.1")?.to_owned());
        log.lines().filter_map(request).collect()
    }

    /// The certificate of the authority that vouches for it.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A certificate for loopback, by an authority of its own: nobody accepts one that vouches for itself.
fn certify(folder: &TempDir) {
    let openssl = |arguments: &str| {
        let arguments = arguments.split(' ').map(|word| word.replace('~', " "));
        run(program("openssl").current_dir(folder.path()).args(arguments)).unwrap();
    };
    openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem");
    openssl("req -newkey rsa:2048 -nodes -subj /CN=registry -keyout leaf.key -out leaf.csr");
    let extensions = "subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n";
    fs::write(folder.path().join("extensions"), extensions).unwrap();
    openssl(
        "x509 -req -days 2 -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile extensions -out leaf.pem",
    );
}

pub fn anonymous() -> Registry {
    registry(|_| {})
}

/// A client that knows nothing of this machine's log-ins.
pub fn registry(change: impl FnOnce(&mut Options)) -> Registry {
    let mut options = Options { credentials: Credentials::Anonymous, ..Options::default() };
    change(&mut options);
    Registry::new(options)
}
