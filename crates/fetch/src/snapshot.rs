//! The content of a commit as bytes: a line of JSON that lists everything, then the files one after another.

use std::io;

use serde::{Deserialize, Serialize};
use start_points::files::{FileEntry, NonRegular};

use crate::source::{FetchedContent, FetchedFile, OmitReason, OmittedPath};

#[derive(Serialize, Deserialize)]
struct SnapshotHead {
    /// Snapshots of earlier versions lack it, and are fetched again.
    committed: u64,
    files: Vec<SnapshotFile>,
    others: Vec<(String, SnapshotEntry)>,
    left_out: Vec<(String, SnapshotReason)>,
}

#[derive(Serialize, Deserialize)]
struct SnapshotFile {
    path: String,
    size: usize,
    executable: bool,
}

#[derive(Serialize, Deserialize)]
enum SnapshotEntry {
    Size(u64),
    Folder,
    EscapingLink,
    Special,
    Unreadable,
    Submodule,
}

#[derive(Serialize, Deserialize)]
enum SnapshotReason {
    Large,
    Name,
}

pub(crate) fn write(content: &FetchedContent) -> io::Result<Vec<u8>> {
    let files = content.files.iter().map(|(path, file)| SnapshotFile {
        path: path.clone(),
        size: file.bytes.len(),
        executable: file.executable,
    });
    let others = content.others.iter().filter_map(|(path, entry)| Some((path.clone(), stands(entry)?)));
    let left_out = content.left_out.iter().map(|left_out| {
        let why = match left_out.reason {
            OmitReason::Large => SnapshotReason::Large,
            OmitReason::Name => SnapshotReason::Name,
        };
        (left_out.path.clone(), why)
    });
    let head = SnapshotHead {
        committed: content.committed,
        files: files.collect(),
        others: others.collect(),
        left_out: left_out.collect(),
    };
    let mut bytes = serde_json::to_vec(&head)?;
    bytes.push(b'\n');
    content.files.values().for_each(|file| bytes.extend_from_slice(&file.bytes));
    Ok(bytes)
}

pub(crate) fn read(bytes: &[u8]) -> Option<FetchedContent> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (head, mut rest) = bytes.split_at_checked(end + 1)?;
    let head: SnapshotHead = serde_json::from_slice(head).ok()?;
    let mut content = FetchedContent { committed: head.committed, ..FetchedContent::default() };
    for SnapshotFile { path, size, executable } in head.files {
        let (bytes, after) = rest.split_at_checked(size)?;
        rest = after;
        content.files.insert(path, FetchedFile { bytes: bytes.to_vec(), executable });
    }
    content.others = head.others.into_iter().map(|(path, stands)| (path, entry(&stands))).collect();
    content.left_out = head
        .left_out
        .into_iter()
        .map(|(path, why)| {
            let reason = match why {
                SnapshotReason::Large => OmitReason::Large,
                SnapshotReason::Name => OmitReason::Name,
            };
            OmittedPath { path, reason }
        })
        .collect();
    rest.is_empty().then_some(content)
}

/// `None` for content, which is among the files.
fn stands(entry: &FileEntry) -> Option<SnapshotEntry> {
    Some(match entry {
        FileEntry::Content(_) => return None,
        FileEntry::Size(size) => SnapshotEntry::Size(*size),
        FileEntry::Other(NonRegular::Folder) => SnapshotEntry::Folder,
        FileEntry::Other(NonRegular::EscapingLink) => SnapshotEntry::EscapingLink,
        FileEntry::Other(NonRegular::Special) => SnapshotEntry::Special,
        FileEntry::Other(NonRegular::Unreadable) => SnapshotEntry::Unreadable,
        FileEntry::Other(NonRegular::Submodule) => SnapshotEntry::Submodule,
    })
}

fn entry(stands: &SnapshotEntry) -> FileEntry {
    FileEntry::Other(match stands {
        SnapshotEntry::Size(size) => return FileEntry::Size(*size),
        SnapshotEntry::Folder => NonRegular::Folder,
        SnapshotEntry::EscapingLink => NonRegular::EscapingLink,
        SnapshotEntry::Special => NonRegular::Special,
        SnapshotEntry::Unreadable => NonRegular::Unreadable,
        SnapshotEntry::Submodule => NonRegular::Submodule,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_read_back() {
        let file = |bytes: &[u8], executable| FetchedFile { bytes: bytes.to_vec(), executable };
        let content = FetchedContent {
            committed: 1_700_000_000,
            files: [("a\nb".to_owned(), file(b"x\n\0", false)), ("c".to_owned(), file(b"", true))].into(),
            others: [
                ("d".to_owned(), FileEntry::Size(7)),
                ("e".to_owned(), FileEntry::Other(NonRegular::EscapingLink)),
                ("f".to_owned(), FileEntry::Other(NonRegular::Folder)),
                ("h".to_owned(), FileEntry::Other(NonRegular::Submodule)),
            ]
            .into(),
            left_out: vec![OmittedPath { path: "g".to_owned(), reason: OmitReason::Large }],
        };
        let bytes = write(&content).unwrap();
        assert_eq!(read(&bytes), Some(content));
        assert_eq!(read(&bytes[..bytes.len() - 1]), None);
        assert_eq!(read(b"{}\n"), None);
        assert_eq!(read(b"{\"files\":[],\"others\":[],\"left_out\":[]}\n"), None);
    }
}
