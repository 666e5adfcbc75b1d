//! Reading objects through `git cat-file --batch`, in one process for a whole commit and without a check-out:
//! <https://git-scm.com/docs/git-cat-file#_batch_output>.

use std::io::{self, BufRead, BufReader, Read, Write};

use crate::error::FetchErrorKind;

/// The input and output of a `git cat-file --batch`.
#[derive(Debug)]
pub(crate) struct CatFile<W, R> {
    requests: W,
    answers: BufReader<R>,
}

/// A requested object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Object {
    /// It is missing: the server omitted it, or never had it.
    Missing,
    /// It is larger than the limit; its size.
    Larger(u64),
    /// Its content.
    Read { id: String, kind: String, bytes: Vec<u8> },
}

impl<W: Write, R: Read> CatFile<W, R> {
    pub(crate) fn new(requests: W, answers: R) -> Self {
        Self { requests, answers: BufReader::new(answers) }
    }

    /// Reads an object; of one with more than `most` bytes only the size.
    pub(crate) fn read(&mut self, name: &str, most: u64) -> Result<Object, FetchErrorKind> {
        self.request(name, most).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => FetchErrorKind::BrokenObject(error.to_string()),
            _ => FetchErrorKind::Io(error.to_string()),
        })
    }

    fn request(&mut self, name: &str, most: u64) -> io::Result<Object> {
        writeln!(self.requests, "{name}")?;
        self.requests.flush()?;
        let mut head = String::new();
        (&mut self.answers).take(4096).read_line(&mut head)?;
        let mut words = head.trim_end().split(' ');
        let (Some(id), Some(kind), size) = (words.next(), words.next(), words.next()) else {
            // Git ends when an object is broken, and stderr says why.
            return Err(io::Error::new(io::ErrorKind::InvalidData, "an object cannot be read"));
        };
        let Some(size) = size.and_then(|size| size.parse::<u64>().ok()) else { return Ok(Object::Missing) };
        let mut content = (&mut self.answers).take(size);
        let object = if size > most {
            io::copy(&mut content, &mut io::sink())?;
            Object::Larger(size)
        } else {
            let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
            content.read_to_end(&mut bytes)?;
            Object::Read { id: id.to_owned(), kind: kind.to_owned(), bytes }
        };
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_and_large_ones_skipped() {
        let answers = b"aa blob 3\nabc\nbb blob 5\nhello\ncc missing\ndd tree 0\n\n";
        let mut requests = Vec::new();
        let mut objects = CatFile::new(&mut requests, &answers[..]);
        let object = objects.read("aa", 4).unwrap();
        assert!(matches!(object, Object::Read { bytes, .. } if bytes == b"abc"));
        assert_eq!(objects.read("bb", 4), Ok(Object::Larger(5)));
        assert_eq!(objects.read("cc", 4), Ok(Object::Missing));
        assert!(matches!(objects.read("dd", 4), Ok(Object::Read { kind, .. }) if kind == "tree"));
        assert!(objects.read("ee", 4).is_err());
        assert_eq!(requests, b"aa\nbb\ncc\ndd\nee\n");
    }
}
