//! The files of a catalogue: numbered folders, and the provenance of each. As an image it has them below one folder.
//!
//! ```text
//! digests.txt                   the SHA-256 of every other file, as `sha256sum` writes it
//! kind.txt                      languages
//! shas.txt                      0 → sha → url
//! 0/docker/image_name.json
//! 0/start_point/manifest.json
//! 0/start_point/sha.txt         the commit
//! 0/start_point/url.txt         the source URL, without its secrets
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Component, Path};

use start_points::{ImageName, RepoUrl, layout};
use start_points_oci::{
    Created, Digest, Image, ImageConfig, ImageReader, Layer, LayerFile, LayerFiles, OciError, REVISION_LABEL,
    SOURCE_LABEL, TITLE_LABEL,
};

use crate::catalogue::{Catalogue, CatalogueRepository};

/// The list of all repositories.
pub const SHAS: &str = "shas.txt";

/// The kind of all start-points.
pub const KIND: &str = "kind.txt";

/// The digest of every other file: `sha256sum --check digests.txt` reads it too,
/// <https://www.gnu.org/software/coreutils/manual/html_node/sha2-utilities.html>.
pub const DIGESTS: &str = "digests.txt";

/// Beside a manifest: its commit.
pub const SHA: &str = "sha.txt";

/// Beside a manifest: its source URL.
pub const URL: &str = "url.txt";

/// Beside a manifest: how long its tests take. It is measured later, and so not covered by [`DIGESTS`].
pub const DURATIONS: &str = "durations.json";

/// The separator of the columns of [`SHAS`], as the deployed script writes it.
const COLUMN: &str = " \t ";

/// The separator of the columns of [`DIGESTS`].
const DIGEST_COLUMN: &str = "  ";

/// A file of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueFile<'a> {
    /// Its bytes.
    pub bytes: Cow<'a, [u8]>,
    /// Whether it is executable.
    pub executable: bool,
}

fn catalogue_files(catalogue: &Catalogue) -> BTreeMap<String, CatalogueFile<'_>> {
    let text = |text: String| CatalogueFile { bytes: Cow::Owned(text.into_bytes()), executable: false };
    let mut files = BTreeMap::new();
    let mut shas = String::new();
    for (index, repository) in catalogue.repositories.iter().enumerate() {
        let url = without_secrets(&repository.url);
        let _ = writeln!(shas, "{index}{COLUMN}{}{COLUMN}{url}", repository.revision);
        for (path, file) in &repository.files {
            let bytes = Cow::Borrowed(file.bytes.as_slice());
            files.insert(format!("{index}/{path}"), CatalogueFile { bytes, executable: file.executable });
        }
        for start_point in &repository.start_points {
            let folder = layout::join(&index.to_string(), layout::folder(&start_point.manifest));
            let folder = folder.trim_end_matches('/');
            files.insert(format!("{folder}/{SHA}"), text(format!("{}\n", repository.revision)));
            files.insert(format!("{folder}/{URL}"), text(format!("{url}\n")));
        }
    }
    files.insert(SHAS.to_owned(), text(shas));
    files.insert(KIND.to_owned(), text(format!("{}\n", catalogue.kind)));
    files.insert(DIGESTS.to_owned(), text(digests(&files)));
    files
}

/// Paths with line breaks or backslashes are refused before, so none needs `sha256sum`'s escapes.
fn digests(files: &BTreeMap<String, CatalogueFile<'_>>) -> String {
    let mut digests = String::new();
    for (path, file) in files {
        let _ = writeln!(digests, "{}{DIGEST_COLUMN}{path}", Digest::of(&file.bytes).hex());
    }
    digests
}

/// A line of [`DIGESTS`]: digest and path.
pub(crate) fn parse_digest_line(line: &str) -> Option<(Digest, &str)> {
    let (hex, path) = line.split_once(DIGEST_COLUMN)?;
    Some((format!("sha256:{hex}").parse().ok()?, path)).filter(|(_, path)| stays_inside(path))
}

/// The paths beside a manifest that a catalogue adds itself.
pub(crate) fn provenance_paths(manifest: &str) -> [String; 2] {
    [SHA, URL].map(|name| layout::join(layout::folder(manifest), name))
}

/// A source URL without its secrets, and without a trace of them.
pub(crate) fn without_secrets(url: &RepoUrl) -> String {
    let shown = url.to_string();
    if !url.has_credentials() {
        return shown;
    }
    // `https://****@host`, and `ssh://user:****@host`.
    shown.replacen("://****@", "://", 1).replacen(":****@", "@", 1)
}

/// Whether a path stays inside its folder, also on this system.
pub(crate) fn stays_inside(path: &str) -> bool {
    path.split('/').all(|name| {
        let mut components = Path::new(name).components();
        let is_name = matches!(components.next(), Some(Component::Normal(only)) if only == name);
        is_name && components.next().is_none() && !name.contains(|c: char| c == '\\' || c.is_control())
    })
}

/// Whether a folder at the top of a catalogue holds a repository.
pub(crate) fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether an entry at the top of a catalogue belongs to the disk, a mount or version control instead.
pub(crate) fn is_foreign(name: &str) -> bool {
    name.starts_with('.') || name == "lost+found"
}

/// A line of [`SHAS`]: index, sha and URL.
pub(crate) fn parse_shas_line(line: &str) -> Option<(usize, &str, &str)> {
    let mut columns = line.splitn(3, '\t').map(str::trim);
    Some((columns.next()?.parse().ok()?, columns.next()?, columns.next()?))
}

/// The folder of a catalogue in its image.
pub const FOLDER: &str = "app/repos";

impl Catalogue {
    /// All its files by path: relative, with forward slashes, sorted by bytes.
    ///
    /// The same catalogue always has the same files, byte for byte.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, CatalogueFile<'_>> {
        catalogue_files(self)
    }

    /// This catalogue as an image, on top of a base if there is one.
    ///
    /// The same catalogue with the same name makes the same image: its time is that of the newest commit. Registry and
    /// tag do not matter.
    ///
    /// # Errors
    /// A path that an image cannot have; a base that cannot be read.
    pub fn image(&self, name: &ImageName, base: Option<&ImageReader>) -> Result<Image, OciError> {
        let named = |kind| OciError::new(&name.to_string(), kind);
        let layer = Layer::pack(&below(FOLDER, self.files())).map_err(named)?;
        let config = self.config(name);
        match base {
            Some(base) => Image::on_base(base, &[layer], &config),
            None => Image::new(&[layer], &config).map_err(named),
        }
    }

    /// The time of its newest commit.
    #[must_use]
    pub fn created(&self) -> Created {
        self.repositories.iter().map(|repository| repository.committed).max().unwrap_or_default()
    }

    /// Labels name the source of a single repository; with several, only the files do.
    fn config(&self, name: &ImageName) -> ImageConfig {
        let config = ImageConfig::catalogue(self.kind, self.created()).label(TITLE_LABEL, name.path());
        match self.repositories.as_slice() {
            [only] => with_source_labels(config, only),
            _ => config,
        }
    }
}

/// Adds the labels for a repository and its revision.
pub(crate) fn with_source_labels(config: ImageConfig, repository: &CatalogueRepository) -> ImageConfig {
    config
        .label(SOURCE_LABEL, &without_secrets(&repository.url))
        .label(REVISION_LABEL, &repository.revision.to_string())
}

/// Puts files below a folder of an image.
fn below(folder: &str, files: BTreeMap<String, CatalogueFile<'_>>) -> LayerFiles {
    let file =
        |file: CatalogueFile<'_>| LayerFile { bytes: file.bytes.into_owned(), executable: file.executable };
    files.into_iter().map(|(path, found)| (layout::join(folder, &path), file(found))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_removed_from_urls() {
        for (url, expected) in [
            ("https://u:pw@h/x?tag=1.0", "https://h/x?tag=1.0"),
            ("https://token@h/x", "https://h/x"),
            ("ssh://u:pw@h/x", "ssh://u@h/x"),
            ("git@h:o/x.git", "git@h:o/x.git"),
            ("./a", "./a"),
        ] {
            assert_eq!(without_secrets(&url.parse().unwrap()), expected);
        }
    }

    #[test]
    fn paths_that_lead_out_are_recognised() {
        assert!(stays_inside("0/start_point/a b.c") && stays_inside("0/.hidden"));
        for path in ["", "/a", "a/../b", "..", "a//b", "a/./b", "a/", "a\\b", "a\0", "a\nb"] {
            assert!(!stays_inside(path), "{path:?}");
        }
    }

    #[test]
    fn lines_of_shas_are_read_with_any_spacing() {
        assert_eq!(parse_shas_line("3 \t 4edf92a \t https://h/x"), Some((3, "4edf92a", "https://h/x")));
        assert_eq!(parse_shas_line("3\t4edf92a\t/a b"), Some((3, "4edf92a", "/a b")));
        assert_eq!(parse_shas_line("x\ty\tz"), None);
        assert_eq!(parse_shas_line("3"), None);
    }
}
