//! Which state of a repository files come from: a commit, or a work tree that differs from it.

use std::fmt;
use std::str::FromStr;

use start_points::CommitSha;
use thiserror::Error;

/// What follows the commit of a work tree that differs from it, in `sha.txt` and in image tags.
const DIRTY: &str = "-dirty";

/// A commit, and whether the files differ from it. Written as the sha, with `-dirty` where they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The commit.
    pub commit: CommitSha,
    /// Whether the files are those of a work tree that differs from the commit.
    pub dirty: bool,
}

/// A text that is no revision.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no commit sha")]
pub struct RevisionError(String);

impl Revision {
    /// The image tag that is made of it: the sha7, with `-dirty` where it is.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("{}{}", self.commit.sha7(), self.suffix())
    }

    const fn suffix(&self) -> &'static str {
        if self.dirty { DIRTY } else { "" }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.commit, self.suffix())
    }
}

impl FromStr for Revision {
    type Err = RevisionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (sha, dirty) = match text.strip_suffix(DIRTY) {
            Some(sha) => (sha, true),
            None => (text, false),
        };
        let wrong = |_| RevisionError(start_points::shown::shown(text).into_owned());
        Ok(Self { commit: sha.parse().map_err(wrong)?, dirty })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_shows() {
        let sha = "4edf92a3f0e6a1b2c3d4e5f60718293a4b5c6d7e";
        for (text, tag) in [(sha.to_owned(), "4edf92a"), (format!("{sha}-dirty"), "4edf92a-dirty")] {
            let revision: Revision = text.parse().unwrap();
            assert_eq!((revision.to_string(), revision.tag()), (text, tag.to_owned()));
        }
        assert_eq!("x\n".parse::<Revision>().unwrap_err().to_string(), "`x\\n` is no commit sha");
    }
}
