//! Images of start-points, and registries that know nothing of this machine's log-ins.

#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use start_points::Kind;
use start_points_oci::registry::{Credentials, Options, Registry};
use start_points_oci::{Created, Facts, File, Files, Image, Layer};

pub const COMMITTED: Created = Created::from_unix(1_700_000_000);

pub fn files() -> Files {
    let script = File { bytes: b"make\n".to_vec(), executable: true };
    Files::from([
        ("app/repos/0/start_point/cyber-dojo.sh".to_owned(), script),
        ("app/repos/0/start_point/manifest.json".to_owned(), File::plain(*b"{\"display_name\": \"C\"}\n")),
        ("app/repos/shas.txt".to_owned(), File::plain(*b"0\tabc\thttps://example.com/c\n")),
    ])
}

pub fn layer() -> Layer {
    Layer::pack(&files()).unwrap()
}

pub fn catalogue() -> Image {
    Image::new(&[layer()], &Facts::catalogue(Kind::Languages, COMMITTED)).unwrap()
}

/// Another one, under the same name perhaps.
pub fn changed() -> Image {
    let mut files = files();
    files.insert("app/repos/0/start_point/new.txt".to_owned(), File::plain(*b"new\n"));
    let facts = Facts::catalogue(Kind::Languages, COMMITTED);
    Image::new(&[Layer::pack(&files).unwrap()], &facts).unwrap()
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
