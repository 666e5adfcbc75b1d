//! The three design notes, example by example: every URL, manifest and rule in them that the engine decides.
//!
//! Left to the tests of later work, each named by the note's own words:
//! - 000: `git ls-remote --tags URL TAG`, `git clone … --branch 3.7.4 --depth 1 --single-branch`, `start-point
//!   create` itself, pulling on demand, git tagging in CI (fetch, cli).
//! - 001: the file `shas.txt`, writing `sha.txt` and `url.txt`, building, tagging and pushing images (fetch);
//!   `./up.sh` and its answers (server); the four reasons not to run an exercise, and the creation date of an
//!   image (gate); the shas page with its two tabs and durations (server, web).
//! - 002: the image that holds only `start_point/`, images that are not overwritten, pulling the images one time
//!   behind `ready?` and its marker file, the crash loop, the daemonSet, an API method with all this info
//!   (fetch, server, deploy).

mod note_000;
mod note_001;
mod note_001_kinds;
mod note_002;

use start_points::files::{FileEntry, Files};
use start_points::json::Document;
use start_points::resolve::{Provenance, Resolved};
use start_points::{CommitSha, RepoUrl};

/// A commit whose first seven characters are the ones in the notes.
const SHA: &str = "4edf92a1f0c3b5d7e9082a4c6e8f0b1d3a5c7e90";

fn url(text: &str) -> RepoUrl {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn commit() -> CommitSha {
    SHA.parse().expect("a commit")
}

fn source(url: &str) -> Provenance {
    Provenance { url: url.to_owned(), sha: commit() }
}

fn document(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes()).expect("JSON")
}

fn files(names: &[&str]) -> Files {
    let mut files = Files::new();
    for name in names {
        files.insert(name, FileEntry::Content(format!("content of {name}\n").into_bytes()));
    }
    files
}

fn string<'r>(resolved: &'r Resolved<'_>, key: &str) -> Option<&'r str> {
    resolved.node().get(key).and_then(|node| node.as_str())
}
