//! What lies where in a catalogue: numbered folders, and what says where each comes from.
//!
//! ```text
//! digests.txt                   the sha256 of every other file, as `sha256sum` writes it
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

use start_points::{RepoUrl, layout};
use start_points_oci::Digest;

use crate::catalogue::Catalogue;

/// The list of all repositories.
pub const SHAS: &str = "shas.txt";

/// The kind of all start-points.
pub const KIND: &str = "kind.txt";

/// What every other file is, by its digest: `sha256sum --check digests.txt` reads it too.
pub const DIGESTS: &str = "digests.txt";

/// Beside a manifest: the commit it comes from.
pub const SHA: &str = "sha.txt";

/// Beside a manifest: the source URL it comes from.
pub const URL: &str = "url.txt";

/// What stands between the columns of [`SHAS`], as the deployed script writes it.
const COLUMN: &str = " \t ";

/// What stands between the columns of [`DIGESTS`].
const BETWEEN: &str = "  ";

/// A file of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File<'a> {
    /// Its bytes.
    pub bytes: Cow<'a, [u8]>,
    /// Whether it may be run.
    pub executable: bool,
}

pub(crate) fn files(catalogue: &Catalogue) -> BTreeMap<String, File<'_>> {
    let text = |text: String| File { bytes: Cow::Owned(text.into_bytes()), executable: false };
    let mut files = BTreeMap::new();
    let mut shas = String::new();
    for (index, repository) in catalogue.repositories.iter().enumerate() {
        let url = public(&repository.url);
        let _ = writeln!(shas, "{index}{COLUMN}{}{COLUMN}{url}", repository.revision);
        for (path, file) in &repository.files {
            let bytes = Cow::Borrowed(file.bytes.as_slice());
            files.insert(format!("{index}/{path}"), File { bytes, executable: file.executable });
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

/// No path has a line break or a backslash in it where one is written, so none needs `sha256sum`'s escapes.
fn digests(files: &BTreeMap<String, File<'_>>) -> String {
    let mut digests = String::new();
    for (path, file) in files {
        let _ = writeln!(digests, "{}{BETWEEN}{path}", Digest::of(&file.bytes).hex());
    }
    digests
}

/// A line of [`DIGESTS`]: digest and path.
pub(crate) fn digest_of(line: &str) -> Option<(Digest, &str)> {
    let (hex, path) = line.split_once(BETWEEN)?;
    Some((format!("sha256:{hex}").parse().ok()?, path)).filter(|(_, path)| stays_inside(path))
}

/// The paths beside a manifest that a catalogue writes itself.
pub(crate) fn provenance(manifest: &str) -> [String; 2] {
    [SHA, URL].map(|name| layout::join(layout::folder(manifest), name))
}

/// A source URL without its secrets, and without what shows that there were some.
pub(crate) fn public(url: &RepoUrl) -> String {
    let shown = url.to_string();
    if !url.has_credentials() {
        return shown;
    }
    // `https://****@host`, and `ssh://user:****@host`.
    shown.replacen("://****@", "://", 1).replacen(":****@", "@", 1)
}

/// Whether a path stays below the folder that it is taken in, on this system too.
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

/// Whether something at the top of a catalogue is of the disk, of a mount or of version control, and not of it.
pub(crate) fn is_foreign(name: &str) -> bool {
    name.starts_with('.') || name == "lost+found"
}

/// A line of [`SHAS`]: index, sha and URL.
pub(crate) fn columns(line: &str) -> Option<(usize, &str, &str)> {
    let mut columns = line.splitn(3, '\t').map(str::trim);
    Some((columns.next()?.parse().ok()?, columns.next()?, columns.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out_of_urls() {
        for (url, expected) in [
            ("https://u:pw@h/x?tag=1.0", "https://h/x?tag=1.0"),
            ("https://token@h/x", "https://h/x"),
            ("ssh://u:pw@h/x", "ssh://u@h/x"),
            ("git@h:o/x.git", "git@h:o/x.git"),
            ("./a", "./a"),
        ] {
            assert_eq!(public(&url.parse().unwrap()), expected);
        }
    }

    #[test]
    fn paths_that_lead_out_are_known() {
        assert!(stays_inside("0/start_point/a b.c") && stays_inside("0/.hidden"));
        for path in ["", "/a", "a/../b", "..", "a//b", "a/./b", "a/", "a\\b", "a\0", "a\nb"] {
            assert!(!stays_inside(path), "{path:?}");
        }
    }

    #[test]
    fn lines_of_shas_are_read_however_they_are_spaced() {
        assert_eq!(columns("3 \t 4edf92a \t https://h/x"), Some((3, "4edf92a", "https://h/x")));
        assert_eq!(columns("3\t4edf92a\t/a b"), Some((3, "4edf92a", "/a b")));
        assert_eq!(columns("x\ty\tz"), None);
        assert_eq!(columns("3"), None);
    }
}
