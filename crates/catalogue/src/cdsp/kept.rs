//! What was pulled of an image, as bytes for the cache: a line of JSON that lists everything, then the files.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use start_points::files::Other;
use start_points_oci::ImageContents;

/// The labels and the files of an image.
pub(super) type Kept = (BTreeMap<String, String>, ImageContents);

#[derive(Serialize, Deserialize)]
struct Head {
    labels: BTreeMap<String, String>,
    files: Vec<Listed>,
    oversized: BTreeMap<String, u64>,
    links: BTreeMap<String, String>,
    /// With the word for what each is.
    irregular: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct Listed {
    path: String,
    size: usize,
    executable: bool,
}

pub(super) fn write(labels: &BTreeMap<String, String>, contents: &ImageContents) -> io::Result<Vec<u8>> {
    let listed = |(path, bytes): (&String, &Vec<u8>)| Listed {
        path: path.clone(),
        size: bytes.len(),
        executable: contents.executable.contains(path),
    };
    let word = |(path, other): (&String, &Other)| (path.clone(), other.as_str().to_owned());
    let head = Head {
        labels: labels.clone(),
        files: contents.files.iter().map(listed).collect(),
        oversized: contents.oversized.clone(),
        links: contents.links.clone(),
        irregular: contents.irregular.iter().map(word).collect(),
    };
    let mut bytes = serde_json::to_vec(&head)?;
    bytes.push(b'\n');
    contents.files.values().for_each(|file| bytes.extend_from_slice(file));
    Ok(bytes)
}

pub(super) fn read(bytes: &[u8]) -> Option<Kept> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (head, mut rest) = bytes.split_at_checked(end + 1)?;
    let head: Head = serde_json::from_slice(head).ok()?;
    let mut contents = ImageContents::default();
    for Listed { path, size, executable } in head.files {
        let (bytes, after) = rest.split_at_checked(size)?;
        rest = after;
        if executable {
            contents.executable.insert(path.clone());
        }
        contents.files.insert(path, bytes.to_vec());
    }
    contents.oversized = head.oversized;
    contents.links = head.links;
    for (path, word) in head.irregular {
        contents.irregular.insert(path, Other::of_word(&word)?);
    }
    rest.is_empty().then_some((head.labels, contents))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let labels = BTreeMap::from([("a".to_owned(), "b\n".to_owned())]);
        let mut contents = ImageContents::default();
        contents.files = [("x".to_owned(), b"1\n2".to_vec()), ("y".to_owned(), Vec::new())].into();
        contents.executable.insert("y".to_owned());
        contents.oversized.insert("z".to_owned(), 9);
        contents.links.insert("w".to_owned(), "x".to_owned());
        contents.irregular.insert("link".to_owned(), Other::EscapingLink);
        let bytes = write(&labels, &contents).unwrap();
        assert_eq!(read(&bytes), Some((labels, contents)));
        assert_eq!(read(&bytes[..bytes.len() - 1]), None);
        assert_eq!(read(b"{}\n"), None);
    }
}
