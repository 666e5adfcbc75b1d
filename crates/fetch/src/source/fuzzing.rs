//! A repository of anything: what is taken of it stays within bounds and inside.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read, Write};

use super::collect::collect;
use super::listing::Listing;
use super::name;
use super::objects::Objects;
use super::{Collected, Content};
use crate::cause::Cause;
use crate::fuzzing::refusal;
use crate::limits::Limits;

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
            listing.iter().for_each(listed);
        }
        _ => {
            let mut asked = Vec::new();
            taken(collect(&mut Objects::new(&mut asked, rest), &id(0), &limits()));
            only_ids(&asked);
        }
    }
}

fn limits() -> Limits {
    Limits { entries: 40, depth: 4, file_bytes: 500, total_bytes: 2000, ..Limits::default() }
}

fn taken(read: Result<Collected, Cause>) {
    match read {
        Ok(Collected::All { content, .. }) => bounds(&content),
        Ok(Collected::Missing(ids)) => assert!(!ids.is_empty() && ids.len() <= limits().entries),
        Err(cause) => refusal(&cause),
    }
}

fn bounds(Content { files, others, left_out, .. }: &Content) {
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
    assert!(path.split('/').all(|part| name::checked(part.as_bytes()) == Ok(Some(part))), "{path:?}");
}

fn listed(listing: &Listing) {
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
struct Store {
    objects: Vec<(String, Vec<u8>)>,
    asked: RefCell<Vec<u8>>,
    answers: RefCell<VecDeque<u8>>,
}

fn stored<T>(text: &[u8], read: impl FnOnce(&mut Objects<&Store, &Store>) -> T) -> T {
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
    let store = Store { objects, asked: RefCell::default(), answers: RefCell::default() };
    let result = read(&mut Objects::new(&store, &store));
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

impl Write for &Store {
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

impl Read for &Store {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.answers.borrow_mut().read(buffer)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_hold() {
        start_points_testing::fuzz_inputs("git_objects").iter().for_each(|input| super::objects(input));
    }
}
