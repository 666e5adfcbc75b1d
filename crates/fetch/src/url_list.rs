//! The list: read, checked, changed in place, and written as it was but for the changes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use start_points::{RepoUrl, RepoUrlError, Tag};
use thiserror::Error;

/// The most bytes of a list that are read.
const MAX_BYTES: u64 = 4 << 20;

/// A list of source URLs in a file: one a line, with comments and blank lines. A `#` at the beginning of a line or after
/// white space begins a comment. [`Display`](std::fmt::Display) returns its text, byte for byte except for changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlList {
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    /// White space before the URL; of a line without one, all of it but its end.
    before: String,
    url: String,
    /// White space and a comment after the URL, and the end of the line.
    after: String,
}

/// A fault in a line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {kind}")]
pub struct UrlListFault {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong.
    #[source]
    pub kind: UrlFaultKind,
}

/// The kinds of faults in a list; URLs are shown without their secrets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlFaultKind {
    /// The text is not a source URL.
    #[error("`{shown}`: {error}")]
    Malformed {
        /// What is there.
        shown: String,
        /// What is wrong with it.
        #[source]
        error: RepoUrlError,
    },
    /// Another line has the same URL and tag.
    #[error("`{url}` is on line {first} already")]
    Duplicate {
        /// What both name.
        url: String,
        /// The number of the other line.
        first: usize,
    },
}

impl UrlFaultKind {
    /// How to fix it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Malformed { error, .. } => error.hint(),
            Self::Duplicate { .. } => {
                Some("remove one of them; other versions have another `?tag=`".to_owned())
            }
        }
    }
}

/// Why a list cannot be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UrlListError {
    /// The system's error.
    #[error("`{}`: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// The file is too large for a list of URLs.
    #[error("`{}` has more than {MAX_BYTES} bytes", .0.display())]
    TooLarge(PathBuf),
    /// The file is not UTF-8.
    #[error("`{}` is not UTF-8", .0.display())]
    NotUtf8(PathBuf),
}

impl UrlList {
    /// Parses a text. Every text is a list; [`UrlList::faults`] returns its faults.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self { lines: text.split_inclusive('\n').map(Line::parse).collect() }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, is too large or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, UrlListError> {
        let wrap = |error| UrlListError::Io { path: path.to_owned(), error };
        if fs::metadata(path).map_err(wrap)?.len() > MAX_BYTES {
            return Err(UrlListError::TooLarge(path.to_owned()));
        }
        let bytes = fs::read(path).map_err(wrap)?;
        let text = String::from_utf8(bytes).map_err(|_| UrlListError::NotUtf8(path.to_owned()))?;
        Ok(Self::parse(&text))
    }

    /// Replaces the file, whole or not at all.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), UrlListError> {
        start_points_io::write_file(path, self.to_string().as_bytes())
            .map_err(|error| UrlListError::Io { path: path.to_owned(), error })
    }

    /// The texts of all lines without comments, with their line numbers from 1.
    pub fn texts(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.lines.iter().enumerate().filter(|(_, line)| !line.url.is_empty());
        lines.map(|(index, line)| (index + 1, line.url.as_str()))
    }

    /// The valid URLs with their line numbers from 1.
    pub fn urls(&self) -> impl Iterator<Item = (usize, RepoUrl)> {
        self.parsed().filter_map(|(line, _, url)| Some((line, url.ok()?)))
    }

    /// The faults in the order of lines: malformed and duplicate URLs.
    #[must_use]
    pub fn faults(&self) -> Vec<UrlListFault> {
        let mut seen = BTreeMap::new();
        let mut faults = Vec::new();
        for (line, text, url) in self.parsed() {
            match url {
                Err(error) => {
                    let kind = UrlFaultKind::Malformed { shown: RepoUrl::redact(text), error };
                    faults.push(UrlListFault { line, kind });
                }
                Ok(url) => match seen.get(&url.identity()) {
                    Some(first) => {
                        let kind = UrlFaultKind::Duplicate { url: url.to_string(), first: *first };
                        faults.push(UrlListFault { line, kind });
                    }
                    None => {
                        seen.insert(url.identity(), line);
                    }
                },
            }
        }
        faults
    }

    /// Changes the tag of the URL on a line, and keeps its spelling. Returns whether that was possible.
    pub fn set_tag(&mut self, line: usize, tag: &Tag) -> bool {
        let Some(line) = line.checked_sub(1).and_then(|index| self.lines.get_mut(index)) else {
            return false;
        };
        let Ok(old) = RepoUrl::parse(&line.url) else { return false };
        let (older, repository) = split(&line.url, old.tag());
        let text = match (older, tag) {
            (true, Tag::Commit(commit)) => format!("{commit}@{repository}"),
            _ => format!("{repository}?tag={tag}"),
        };
        let same = RepoUrl::parse(&text)
            .is_ok_and(|new| new.tag() == tag && new.with_credentials() == old.with_credentials());
        if same {
            line.url = text;
        }
        same
    }

    fn parsed(&self) -> impl Iterator<Item = (usize, &str, Result<RepoUrl, RepoUrlError>)> {
        self.texts().map(|(line, text)| (line, text, RepoUrl::parse(text)))
    }
}

/// Whether a URL is in the older spelling, and its repository as it is written.
fn split<'a>(text: &'a str, tag: &Tag) -> (bool, &'a str) {
    if let Some(name) = tag.name()
        && let Some(repository) = text.strip_prefix(name).and_then(|rest| rest.strip_prefix('@'))
    {
        return (true, repository);
    }
    match text.rsplit_once("?tag=") {
        Some((repository, value)) if value.parse::<Tag>().as_ref() == Ok(tag) => (false, repository),
        _ => (false, text),
    }
}

impl Line {
    fn parse(line: &str) -> Self {
        let content = line.trim_end_matches(['\n', '\r']);
        let comment = content
            .char_indices()
            .find(|(at, c)| {
                *c == '#'
                    && content.get(..*at).is_some_and(|before| before.trim_end().len() < *at || *at == 0)
            })
            .map_or(content.len(), |(at, _)| at);
        let (text, _) = content.split_at_checked(comment).unwrap_or((content, ""));
        let url = text.trim();
        let start = text.len() - text.trim_start().len();
        let (before, rest) = line.split_at_checked(start).unwrap_or((line, ""));
        let (url, after) = rest.split_at_checked(url.len()).unwrap_or((rest, ""));
        Self { before: before.to_owned(), url: url.to_owned(), after: after.to_owned() }
    }
}

impl std::fmt::Display for UrlList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.lines.iter().try_for_each(|line| write!(f, "{}{}{}", line.before, line.url, line.after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "# languages\r\n\n  https://h/a?tag=3.7.4-18   # why\nhttps://h/b\n384f486@https://u:pw@h/c\nhttps://h/b.git/\next::sh\n./x#y?tag=1.0\n\t";

    #[test]
    fn finds_urls_between_comments() {
        let urls: Vec<_> = UrlList::parse(TEXT).urls().map(|(line, url)| (line, url.to_string())).collect();
        let expected = [
            (3, "https://h/a?tag=3.7.4-18"),
            (4, "https://h/b"),
            (5, "https://****@h/c?tag=384f486"),
            (6, "https://h/b.git/"),
            (8, "./x#y?tag=1.0"),
        ];
        assert_eq!(urls, expected.map(|(line, url)| (line, url.to_owned())));
    }

    #[test]
    fn faults_name_their_lines_and_no_secrets() {
        let faults: Vec<_> = UrlList::parse(TEXT).faults().iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            [
                "line 6: `https://h/b.git/` is on line 4 already",
                "line 7: `ext::sh`: the scheme `ext::` is not supported"
            ]
        );
        let faults = UrlList::parse("https://u:pw@h/ x\n").faults();
        assert!(!format!("{}", faults[0]).contains("pw"));
    }

    #[test]
    fn a_tag_is_changed_in_the_spelling_that_the_line_has() {
        let mut list = UrlList::parse(TEXT);
        assert!(list.set_tag(3, &"3.7.5-1".parse().unwrap()));
        assert!(list.set_tag(4, &"1234567".parse().unwrap()));
        assert!(list.set_tag(5, &"7654321".parse().unwrap()));
        assert!(list.set_tag(8, &"2.0".parse().unwrap()));
        for line in [0, 1, 2, 7, 9, 99] {
            assert!(!list.set_tag(line, &Tag::Head), "{line}");
        }
        let expected = TEXT
            .replace("3.7.4-18", "3.7.5-1")
            .replace("https://h/b\n", "https://h/b?tag=1234567\n")
            .replace("384f486", "7654321")
            .replace("y?tag=1.0", "y?tag=2.0");
        assert_eq!(list.to_string(), expected);
        assert!(list.set_tag(5, &"1.0".parse().unwrap()));
        assert!(list.to_string().contains("\nhttps://u:pw@h/c?tag=1.0\n"));
    }

    #[test]
    fn a_file_is_written_whole_through_a_link_with_its_permissions() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("urls"), folder.path().join("link"));
        fs::write(&file, "https://h/a\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let mut list = UrlList::read(&link).unwrap();
        assert!(list.set_tag(1, &"1.0".parse().unwrap()));
        list.write(&link).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "https://h/a?tag=1.0\n");
        assert!(link.is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        assert!(matches!(UrlList::read(&folder.path().join("none")), Err(UrlListError::Io { .. })));
    }

    proptest! {
        #[test]
        fn what_is_not_changed_stays(text in "([ #\r\n\tax:/@?=.é-]|https://h/x|tag=){0,40}") {
            prop_assert_eq!(UrlList::parse(&text).to_string(), text);
        }
    }
}
