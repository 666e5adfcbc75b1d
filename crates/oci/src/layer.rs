//! A layer: files as a compressed tar archive, with the same bytes for the same files on any machine.
//!
//! <https://github.com/opencontainers/image-spec/blob/main/layer.md>

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

use crate::digest::Digest;
use crate::error::OciErrorKind;
use crate::manifest::{Descriptor, MediaType};
use crate::path;

/// A file of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayerFile {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether it is executable: mode 755 instead of 644.
    pub executable: bool,
}

impl LayerFile {
    /// A file that is not executable.
    #[must_use]
    pub fn plain(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), executable: false }
    }
}

/// LayerFiles by their paths, relative to the image's root, with forward slashes.
pub type LayerFiles = BTreeMap<String, LayerFile>;

/// A gzipped tar archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    pub(crate) descriptor: Descriptor,
    pub(crate) diff_id: Digest,
    pub(crate) bytes: Vec<u8>,
}

impl Layer {
    /// Packs files and their folders: sorted, owned by root, with the time 1970-01-01.
    ///
    /// # Errors
    ///
    /// A path that leads out of the image, or is both a file and a folder.
    pub fn pack(files: &LayerFiles) -> Result<Self, OciErrorKind> {
        check(files)?;
        let gzip = GzBuilder::new().mtime(0).operating_system(255);
        let packed = Hashing { inner: gzip.write(Vec::new(), Compression::new(6)), hash: Sha256::new() };
        let packed = write(files, packed)?;
        let diff_id = Digest::from_hash(packed.hash);
        let bytes = packed.inner.finish()?;
        Ok(Self { descriptor: Descriptor::of(MediaType::LAYER_GZIP, &bytes), diff_id, bytes })
    }

    /// Its type, digest and size as stored and sent.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    /// The digest of the uncompressed archive:
    /// <https://github.com/opencontainers/image-spec/blob/main/config.md#layer-diffid>.
    #[must_use]
    pub fn diff_id(&self) -> &Digest {
        &self.diff_id
    }
}

fn check(files: &LayerFiles) -> Result<(), OciErrorKind> {
    for path in files.keys() {
        path::check(path)?;
        if let Some(folder) = path::parents(path).find(|folder| files.contains_key(*folder)) {
            return Err(OciErrorKind::FileAndFolder(folder.to_owned()));
        }
    }
    Ok(())
}

fn write<W: Write>(files: &LayerFiles, out: W) -> io::Result<W> {
    let mut archive = Builder::new(out);
    let mut written = BTreeSet::new();
    for (path, file) in files {
        for folder in path::parents(path) {
            if written.insert(folder) {
                append(&mut archive, EntryType::Directory, &format!("{folder}/"), 0o755, &[])?;
            }
        }
        let mode = if file.executable { 0o755 } else { 0o644 };
        append(&mut archive, EntryType::Regular, path, mode, &file.bytes)?;
    }
    archive.into_inner()
}

fn append(
    archive: &mut Builder<impl Write>,
    kind: EntryType,
    path: &str,
    mode: u32,
    bytes: &[u8],
) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(bytes.len() as u64);
    archive.append_data(&mut header, path, bytes)
}

/// Passes bytes on and computes their digest.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> LayerFiles {
        let script = LayerFile { bytes: b"make\n".to_vec(), executable: true };
        LayerFiles::from([
            ("app/repos/0/start_point/cyber-dojo.sh".to_owned(), script),
            ("app/repos/0/start_point/manifest.json".to_owned(), LayerFile::plain(*b"{}\n")),
            (format!("app/repos/0/start_point/{}", "long/".repeat(40) + "name"), LayerFile::plain(*b"x")),
            ("app/repos/shas.txt".to_owned(), LayerFile::plain(*b"")),
        ])
    }

    #[test]
    fn the_same_files_always_make_the_same_layer() {
        let layer = Layer::pack(&files()).unwrap();
        assert_eq!(layer, Layer::pack(&files()).unwrap());
        assert_eq!(
            layer.diff_id.as_str(),
            "sha256:5fcf763b295c75be9dee29e5acc6acd6920442857f5e0644b6fa23aee7eaeb07"
        );
        assert_eq!(
            layer.descriptor.digest.as_str(),
            "sha256:6de32d3f010b368f97276b67181ffaacc398f07309b1556db2f6c6dec282860a"
        );
    }

    #[test]
    fn entries_are_sorted_and_anonymous() {
        let layer = Layer::pack(&files()).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(layer.bytes.as_slice()));
        let mut seen = Vec::new();
        for entry in archive.entries().unwrap() {
            let entry = entry.unwrap();
            let header = entry.header();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap()), (0, 0, 0));
            assert_eq!((header.username_bytes(), header.groupname_bytes()), (Some(&b""[..]), Some(&b""[..])));
            seen.push((entry.path().unwrap().to_string_lossy().into_owned(), header.mode().unwrap()));
        }
        assert_eq!(seen[0], ("app/".to_owned(), 0o755));
        assert_eq!(seen[4], ("app/repos/0/start_point/cyber-dojo.sh".to_owned(), 0o755));
        assert_eq!(seen.last().unwrap(), &("app/repos/shas.txt".to_owned(), 0o644));
        assert_eq!(layer.bytes.get(4..10), Some(&[0, 0, 0, 0, 0, 255][..]));
    }

    #[test]
    fn hostile_paths_are_not_packed() {
        for path in ["../x", "/etc/passwd", "a//b", ""] {
            let files = LayerFiles::from([(path.to_owned(), LayerFile::default())]);
            assert!(matches!(Layer::pack(&files), Err(OciErrorKind::HostilePath(_))), "{path}");
        }
        let files = ["a", "a-b", "a/b"].map(|path| (path.to_owned(), LayerFile::default()));
        assert_eq!(Layer::pack(&LayerFiles::from(files)), Err(OciErrorKind::FileAndFolder("a".to_owned())));
    }
}
