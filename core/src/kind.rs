//! The three kinds of start-point and the two dialects of image names.

use std::fmt;
use std::str::FromStr;

use start_points_schemas::Schema;

/// What a start-point is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A language and a test framework (LSP).
    Languages,
    /// Instructions for any language (ESP).
    Exercises,
    /// A kata complete in itself (CSP).
    Custom,
}

/// Where the image name of a languages start-point comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Dialect {
    /// From `docker/image_name.json`, tagged with the commit's sha7 (design notes 001 and 002).
    #[default]
    Derived,
    /// From the manifest (design note 000, and what runs today).
    Pinned,
}

/// A word that is none of those expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is none of {expected}")]
pub struct UnknownWord {
    found: String,
    expected: &'static str,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Languages, Self::Exercises, Self::Custom];

    /// The word for it on a command line and in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Languages => "languages",
            Self::Exercises => "exercises",
            Self::Custom => "custom",
        }
    }

    /// The schema of its manifests.
    #[must_use]
    pub const fn schema(self, dialect: Dialect) -> Schema {
        match (self, dialect) {
            (Self::Languages, Dialect::Derived) => Schema::LanguagesDerived,
            (Self::Languages, Dialect::Pinned) => Schema::LanguagesPinned,
            (Self::Exercises, _) => Schema::Exercises,
            (Self::Custom, _) => Schema::Custom,
        }
    }

    /// The schema of its manifests as served.
    #[must_use]
    pub const fn resolved_schema(self) -> Schema {
        match self {
            Self::Languages => Schema::LanguagesResolved,
            Self::Exercises => Schema::ExercisesResolved,
            Self::Custom => Schema::CustomResolved,
        }
    }
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 2] = [Self::Derived, Self::Pinned];

    /// The word for it on a command line and in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Derived => "derived",
            Self::Pinned => "pinned",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or_else(|| UnknownWord {
            found: word.to_owned(),
            expected: "`languages`, `exercises`, `custom`",
        })
    }
}

impl FromStr for Dialect {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.as_str() == word)
            .ok_or_else(|| UnknownWord { found: word.to_owned(), expected: "`derived`, `pinned`" })
    }
}
