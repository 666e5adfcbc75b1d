//! What the fuzz targets in `fuzz/` assert of this crate; tests assert the same of the targets' seeds.
//!
//! - A server that says anything: packets have the length that they announce, and everything that is read is bounded.
//! - A repository of anything: what is collected of it stays within bounds and inside the repository.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read, Write};

use crate::error::FetchErrorKind;
use crate::limits::FetchLimits;
use crate::remote::RemoteRefs;
use crate::source::FetchedContent;
use crate::source::collect::{CollectOutcome, collect};
use crate::source::listing::{Listing, checked_name};
use crate::source::objects::CatFile;
use crate::wire::session::{DELIMITER, FLUSH, Packet, ProtocolError, V2Session, read_packet};

const MAX_REFERENCES: usize = 20;
const MAX_PACK: u64 = 1000;

/// Reads what a server says. The first byte says in which form: `p` packets, `l` lines that become packets of a
/// conversation, `r` references as `git ls-remote` lists them, anything else a conversation.
pub fn packets(input: &[u8]) {
    let Some((form, said)) = input.split_first() else { return };
    match form {
        b'p' => same_again(said),
        b'l' => conversation(&of_lines(said)),
        b'r' => match RemoteRefs::read(said, MAX_REFERENCES) {
            Ok(refs) => check_references(&refs),
            Err(cause) => refusal(&cause),
        },
        _ => conversation(said),
    }
}

/// Packets that are read, written again, are what was read.
fn same_again(said: &[u8]) {
    let (mut from, mut again) = (said, Vec::new());
    while let Ok(packet) = read_packet(&mut from) {
        match packet {
            Packet::Data(bytes) => {
                again.extend_from_slice(format!("{:04x}", bytes.len() + 4).as_bytes());
                again.extend_from_slice(&bytes);
            }
            Packet::Flush => again.extend_from_slice(FLUSH),
            Packet::Delimiter => again.extend_from_slice(DELIMITER),
            Packet::End => again.extend_from_slice(b"0002"),
        }
    }
    let read = said.get(..again.len()).unwrap_or_default();
    assert!(read.eq_ignore_ascii_case(&again), "{}", String::from_utf8_lossy(said));
}

fn of_lines(lines: &[u8]) -> Vec<u8> {
    let mut said = b"\n".to_vec();
    for line in lines.split(|byte| *byte == b'\n') {
        match line {
            b"0000" | b"0001" | b"0002" => said.extend_from_slice(line),
            line => {
                said.extend_from_slice(format!("{:04x}", line.len() + 5).as_bytes());
                said.extend_from_slice(line);
                said.push(b'\n');
            }
        }
    }
    said
}

fn conversation(said: &[u8]) {
    let (mut ours, mut pack) = (Vec::new(), Vec::new());
    let mut talk = || {
        let mut exchange = V2Session::open(&mut ours, said)?;
        let refs = exchange.refs(MAX_REFERENCES)?;
        check_references(&refs);
        let commits = refs.commits().map(start_points::CommitSha::as_str);
        exchange.history(commits, &mut Vec::new(), MAX_PACK)?;
        exchange.commit("4edf92a1f0c3b5d7e9082a4c6e8f0b1d3a5c7e90", &mut pack, MAX_PACK)
    };
    if let Err(ProtocolError::Cause(cause)) = talk() {
        refusal(&cause);
    }
    assert!(pack.len() as u64 <= MAX_PACK);
    // Whatever the server answers, the requests are whole packets.
    let asked = ours.strip_prefix(b"stateless-connect git-upload-pack\n");
    let mut asked = asked.unwrap_or_else(|| unreachable!("{}", String::from_utf8_lossy(&ours)));
    while !asked.is_empty() {
        assert!(read_packet(&mut asked).is_ok());
    }
}

/// References are few, have names that a terminal takes, and are the same when they are listed and read again.
fn check_references(refs: &RemoteRefs) {
    assert!(refs.branches.len() + refs.tags.len() + usize::from(refs.head.is_some()) <= MAX_REFERENCES + 1);
    let mut list = String::new();
    let mut add = |object: &str, name: &str| {
        assert!(!name.contains(char::is_control), "{name:?}");
        list += &format!("{object}\t{name}\n");
    };
    if let Some(branch) = &refs.default_branch {
        add(&format!("ref: refs/heads/{branch}"), "HEAD");
    }
    if let Some(commit) = &refs.head {
        add(commit.as_str(), "HEAD");
    }
    for (name, commit) in &refs.branches {
        add(commit.as_str(), &format!("refs/heads/{name}"));
    }
    for (name, commit) in &refs.tags {
        add(commit.as_str(), &format!("refs/tags/{name}"));
    }
    let again = RemoteRefs::read(list.as_bytes(), MAX_REFERENCES * 2).map(|mut again| {
        // A list tells the head by its branch too.
        again.head = again.head.filter(|_| refs.head.is_some());
        again
    });
    assert_eq!(again.as_ref(), Ok(refs), "{list}");
}

/// Reads a commit. The first byte says in which form: `o` its objects, each after a line `===` but the first, which is
/// the commit; anything else what `git cat-file --batch` prints.
pub fn objects(input: &[u8]) {
    let Some((form, rest)) = input.split_first() else { return };
    match form {
        b'o' => {
            let read = stored(rest, |objects| collect(objects, &id(0), &limits()));
            assert_eq!(read, stored(rest, |objects| collect(objects, &id(0), &limits())));
            let listing = stored(rest, |objects| Listing::read(objects, &id(1), &limits()));
            taken(read);
            listing.iter().for_each(check_listing);
        }
        _ => {
            let mut asked = Vec::new();
            taken(collect(&mut CatFile::new(&mut asked, rest), &id(0), &limits()));
            only_ids(&asked);
        }
    }
}

fn limits() -> FetchLimits {
    FetchLimits { entries: 40, depth: 4, file_bytes: 500, total_bytes: 2000, ..FetchLimits::default() }
}

fn taken(read: Result<CollectOutcome, FetchErrorKind>) {
    match read {
        Ok(CollectOutcome::All { content, .. }) => bounds(&content),
        Ok(CollectOutcome::Missing(ids)) => assert!(!ids.is_empty() && ids.len() <= limits().entries),
        Err(cause) => refusal(&cause),
    }
}

fn bounds(FetchedContent { files, others, left_out, .. }: &FetchedContent) {
    let limits = limits();
    for path in files.keys().chain(others.keys()) {
        inside(path);
        let is_file =
            |(at, _): (usize, &str)| path.get(..at).is_some_and(|folder| files.contains_key(folder));
        assert!(!path.match_indices('/').any(is_file), "`{path}` is in a file");
    }
    assert!(!files.keys().any(|path| others.contains_key(path)));
    assert!(files.values().all(|file| file.bytes.len() as u64 <= limits.file_bytes));
    assert!(files.values().map(|file| file.bytes.len() as u64).sum::<u64>() <= limits.total_bytes);
    assert!(!left_out.iter().any(|left_out| left_out.path.contains(char::is_control)));
}

fn inside(path: &str) {
    assert!(path.split('/').all(|part| checked_name(part.as_bytes()) == Ok(Some(part))), "{path:?}");
}

fn check_listing(listing: &Listing) {
    let limits = limits();
    assert!(listing.items.len() + listing.left_out.len() <= limits.entries);
    for (path, item) in &listing.items {
        inside(path);
        assert!(path.matches('/').count() <= limits.depth, "{path}");
        assert!(!listing.is_folder(path), "`{path}` is a file and a folder");
        assert_eq!(item.id.len(), 40);
    }
    let names: u64 = listing.items.keys().map(|path| path.len() as u64).sum();
    assert!(names <= limits.total_bytes, "{names} bytes of names");
}

/// Nothing that a repository says is an expression for git.
fn only_ids(asked: &[u8]) {
    for line in String::from_utf8_lossy(asked).lines() {
        assert!(matches!(line.len(), 40 | 64) && line.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
    }
}

fn id(number: u8) -> String {
    format!("{number:040x}")
}

/// Git with these objects. In a tree, `MODE NAME NUMBER` is an entry; in a commit, `tree NUMBER` its tree.
struct FakeGit {
    objects: Vec<(String, Vec<u8>)>,
    asked: RefCell<Vec<u8>>,
    answers: RefCell<VecDeque<u8>>,
}

fn stored<T>(text: &[u8], read: impl FnOnce(&mut CatFile<&FakeGit, &FakeGit>) -> T) -> T {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(4).position(|window| window == b"===\n") {
        let (part, after) = rest.split_at(at);
        parts.push(part);
        rest = after.get(4..).unwrap_or_default();
    }
    parts.push(rest);
    parts.truncate(200);
    let objects = parts.into_iter().map(object).collect();
    let store = FakeGit { objects, asked: RefCell::default(), answers: RefCell::default() };
    let result = read(&mut CatFile::new(&store, &store));
    only_ids(&store.asked.borrow());
    result
}

fn object(text: &[u8]) -> (String, Vec<u8>) {
    let mut lines = text.splitn(2, |byte| *byte == b'\n');
    let kind = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let content = lines.next().unwrap_or_default();
    let number = |digits: &[u8]| str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u8>().ok());
    let mut bytes = Vec::new();
    for line in content.split_inclusive(|byte| *byte == b'\n').filter(|_| kind == "tree") {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let end = line.iter().rposition(|byte| *byte == b' ').unwrap_or(line.len());
        let (entry, object) = line.split_at(end);
        bytes.extend_from_slice(entry);
        bytes.extend_from_slice(&[0; 20]);
        bytes.push(object.get(1..).and_then(number).unwrap_or(u8::MAX));
    }
    if let Some(rest) = content.strip_prefix(b"tree ").filter(|_| kind == "commit") {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let (tree, rest) = rest.split_at(end);
        let tree = number(tree).map_or_else(|| tree.to_vec(), |tree| id(tree).into_bytes());
        bytes = [b"tree ", &*tree, rest].concat();
    }
    let is_plain = !matches!(kind.as_str(), "tree" | "commit");
    (kind, if is_plain { content.to_vec() } else { bytes })
}

impl Write for &FakeGit {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut asked = self.asked.borrow_mut();
        let start = asked.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        asked.extend_from_slice(bytes);
        if bytes.ends_with(b"\n") {
            let line = String::from_utf8_lossy(asked.get(start..).unwrap_or_default());
            let name = line.trim_end();
            let found = (0..=u8::MAX).zip(&self.objects).find(|(number, _)| id(*number) == name);
            let mut answers = self.answers.borrow_mut();
            match found {
                Some((_, (kind, content))) => {
                    answers.extend(format!("{name} {kind} {}\n", content.len()).as_bytes());
                    answers.extend(content);
                    answers.push_back(b'\n');
                }
                None => answers.extend(format!("{name} missing\n").as_bytes()),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for &FakeGit {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.answers.borrow_mut().read(buffer)
    }
}

/// A message about bad input is one line without terminal escapes.
fn refusal(cause: &FetchErrorKind) {
    let message = cause.to_string();
    assert!(!message.contains(char::is_control), "{message:?}");
}

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_hold() {
        start_points_testing::fuzz_inputs("git_packets").iter().for_each(|input| super::packets(input));
        start_points_testing::fuzz_inputs("git_objects").iter().for_each(|input| super::objects(input));
    }
}
