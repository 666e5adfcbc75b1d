//! Podman with a store of its own and nothing of the machine's configuration; as a service, it is a container engine.

#![expect(clippy::unwrap_used, reason = "whatever fails here fails the test")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::programs::{program, run};

/// Podman whose store lies below `folder`.
#[must_use]
pub fn podman(folder: &Path) -> Command {
    configured(folder, &[])
}

/// Pulls an image into the store of [`podman`], and answers its digest as podman has it.
///
/// # Errors
/// What podman complains of.
pub fn podman_pull(folder: &Path, image: &str) -> Result<String, String> {
    run(podman(folder).args(["pull", "-q", "--tls-verify=false"]).arg(image))?;
    let digest = run(podman(folder).args(["images", "--format", "{{.Digest}}"]))?;
    Ok(digest.trim().to_owned())
}

/// What a registry's name stands for: `("docker.io", "127.0.0.1:5000")`. Nothing there is asked to prove itself.
pub type Mirror<'a> = (&'a str, &'a str);

fn configured(folder: &Path, mirrors: &[Mirror<'_>]) -> Command {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    };
    let at = folder.join("podman");
    let at = at.display();
    let storage =
        format!("[storage]\ndriver = \"vfs\"\ngraphroot = \"{at}/graph\"\nrunroot = \"{at}/run\"\n");
    let mut registries = String::new();
    for (prefix, location) in mirrors {
        let _ = writeln!(
            registries,
            "[[registry]]\nprefix = \"{prefix}\"\nlocation = \"{location}\"\ninsecure = true"
        );
    }
    write("home/.config/containers/policy.json", r#"{"default": [{"type": "insecureAcceptAnything"}]}"#);
    let engine = "[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n";
    let mut podman = program("podman");
    podman.env("CONTAINERS_STORAGE_CONF", write("storage.conf", &storage));
    podman.env("CONTAINERS_CONF", write("containers.conf", engine));
    podman.env("CONTAINERS_REGISTRIES_CONF", write("registries.conf", &registries));
    podman.env("HOME", folder.join("home")).env("TMPDIR", folder).current_dir(folder);
    podman
}

/// A container engine that answers on a socket; it stops when dropped, and its store stays in `folder`.
#[derive(Debug)]
pub struct PodmanEngine {
    folder: PathBuf,
    mirrors: Vec<(String, String)>,
    child: Child,
}

impl PodmanEngine {
    /// Starts with what is in its store below `folder`.
    #[must_use]
    pub fn start(folder: &Path, mirrors: &[Mirror<'_>]) -> Self {
        let mirrors: Vec<_> = mirrors.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let child = serve(folder, &mirrors);
        let engine = Self { folder: folder.to_owned(), mirrors, child };
        engine.wait();
        engine
    }

    /// Where it listens.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        socket(&self.folder)
    }

    /// It goes away, in the middle of whatever it does.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// It is back where it was, with all it had.
    pub fn restart(&mut self) {
        self.stop();
        self.child = serve(&self.folder, &self.mirrors);
        self.wait();
    }

    /// Podman with the same store.
    #[must_use]
    pub fn podman(&self) -> Command {
        configured(&self.folder, &borrowed(&self.mirrors))
    }

    fn wait(&self) {
        let end = Instant::now() + Duration::from_secs(30);
        while UnixStream::connect(self.socket()).is_err() {
            let log = || fs::read_to_string(self.folder.join("engine.log")).unwrap();
            assert!(Instant::now() < end, "podman does not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for PodmanEngine {
    fn drop(&mut self) {
        self.stop();
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("engine.sock")
}

fn borrowed(mirrors: &[(String, String)]) -> Vec<Mirror<'_>> {
    mirrors.iter().map(|(prefix, location)| (prefix.as_str(), location.as_str())).collect()
}

fn serve(folder: &Path, mirrors: &[(String, String)]) -> Child {
    let _ = fs::remove_file(socket(folder));
    let log = File::options().create(true).append(true).open(folder.join("engine.log")).unwrap();
    let mut podman = configured(folder, &borrowed(mirrors));
    podman.args(["system", "service", "--time=0"]).arg(format!("unix://{}", socket(folder).display()));
    podman.stdin(Stdio::null()).stderr(log.try_clone().unwrap()).stdout(log).spawn().unwrap()
}
