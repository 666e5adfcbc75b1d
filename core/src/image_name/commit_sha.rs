//! The name of a commit, and the tag made from it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A whole commit sha: 40 hex digits, or the 64 of a sha256 repository; kept in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitSha(String);

impl CommitSha {
    /// All its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first seven digits: what an image built from this commit is tagged with.
    #[must_use]
    pub fn sha7(&self) -> &str {
        self.0.get(..7).unwrap_or_default()
    }
}

/// A text that is not a whole commit sha.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CommitShaError {
    /// Neither 40 nor 64 characters.
    #[error("a commit sha is 40 or 64 hex digits long, not {0}")]
    Length(usize),
    /// A character that is not a hex digit.
    #[error("a commit sha has hex digits only, not `{character}`")]
    Character {
        /// The first such character.
        character: char,
        /// Its offset in bytes.
        at: usize,
    },
}

impl FromStr for CommitSha {
    type Err = CommitShaError;

    /// Reads a whole commit sha, in either case.
    ///
    /// # Errors
    ///
    /// A character that is not a hex digit, or a length other than 40 or 64.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((at, character)) = text.char_indices().find(|(_, c)| !c.is_ascii_hexdigit()) {
            return Err(CommitShaError::Character { character, at });
        }
        match text.len() {
            40 | 64 => Ok(Self(text.to_ascii_lowercase())),
            other => Err(CommitShaError::Length(other)),
        }
    }
}

impl fmt::Display for CommitSha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_the_first_seven_digits() {
        let sha: CommitSha = "4EDF92A5c0ffee4edf92a5c0ffee4edf92a5c0ff".parse().unwrap();
        assert_eq!(sha.sha7(), "4edf92a");
        assert_eq!(sha.to_string().parse(), Ok(sha));
        assert!("a".repeat(64).parse::<CommitSha>().is_ok());
    }

    #[test]
    fn rejects_other_lengths_and_characters() {
        assert_eq!("4edf92a".parse::<CommitSha>(), Err(CommitShaError::Length(7)));
        assert_eq!("".parse::<CommitSha>(), Err(CommitShaError::Length(0)));
        let error = CommitShaError::Character { character: 'g', at: 1 };
        assert_eq!("ag".parse::<CommitSha>(), Err(error));
    }
}
