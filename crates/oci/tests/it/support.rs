//! Images of start-points, and registry clients without this machine's credentials.

use start_points::Kind;
use start_points_oci::registry::{CredentialSource, Registry, RegistryOptions};
use start_points_oci::{Created, Image, ImageConfig, Layer, LayerFile, LayerFiles};

pub const COMMITTED: Created = Created::from_unix(1_700_000_000);

pub fn files() -> LayerFiles {
    let script = LayerFile { bytes: b"make\n".to_vec(), executable: true };
    LayerFiles::from([
        ("app/repos/0/start_point/cyber-dojo.sh".to_owned(), script),
        (
            "app/repos/0/start_point/manifest.json".to_owned(),
            LayerFile::plain(*b"{\"display_name\": \"C\"}\n"),
        ),
        ("app/repos/shas.txt".to_owned(), LayerFile::plain(*b"0\tabc\thttps://example.com/c\n")),
    ])
}

pub fn layer() -> Layer {
    Layer::pack(&files()).unwrap()
}

pub fn catalogue() -> Image {
    Image::new(&[layer()], &ImageConfig::catalogue(Kind::Languages, COMMITTED)).unwrap()
}

/// Another one, under the same name perhaps.
pub fn changed() -> Image {
    let mut files = files();
    files.insert("app/repos/0/start_point/new.txt".to_owned(), LayerFile::plain(*b"new\n"));
    let facts = ImageConfig::catalogue(Kind::Languages, COMMITTED);
    Image::new(&[Layer::pack(&files).unwrap()], &facts).unwrap()
}

pub fn anonymous() -> Registry {
    registry(|_| {})
}

/// A client without this machine's credentials.
pub fn registry(change: impl FnOnce(&mut RegistryOptions)) -> Registry {
    let mut options =
        RegistryOptions { credentials: CredentialSource::Anonymous, ..RegistryOptions::default() };
    change(&mut options);
    Registry::new(options)
}
