//! The three kinds of start-point, and the two dialects of image names with how one is chosen.

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// From `docker/image_name.json`, tagged with the commit's sha7 (design notes 001 and 002).
    Derived,
    /// From the manifest (design note 000, and what runs today).
    Pinned,
}

/// How the dialect of each languages manifest is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DialectChoice {
    /// Each manifest decides: one that names its image is pinned, any other is derived.
    #[default]
    Auto,
    /// All are derived: a manifest that names its image is at fault.
    Derived,
    /// All are pinned: a manifest that names no image is at fault.
    Pinned,
}

/// A word that is none of those expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown word `{found}`; expected one of {expected}")]
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

impl DialectChoice {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Derived, Self::Pinned];

    /// The word for it on a command line and in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Derived => Dialect::Derived.as_str(),
            Self::Pinned => Dialect::Pinned.as_str(),
        }
    }

    /// The dialect of a languages manifest, by whether it has an `image_name` of whatever type.
    #[must_use]
    pub const fn decide(self, names_its_image: bool) -> Dialect {
        match self {
            Self::Derived => Dialect::Derived,
            Self::Pinned => Dialect::Pinned,
            Self::Auto if names_its_image => Dialect::Pinned,
            Self::Auto => Dialect::Derived,
        }
    }
}

impl From<Dialect> for DialectChoice {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Derived => Self::Derived,
            Dialect::Pinned => Self::Pinned,
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

impl fmt::Display for DialectChoice {
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

impl FromStr for DialectChoice {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|choice| choice.as_str() == word)
            .ok_or_else(|| UnknownWord { found: word.to_owned(), expected: "`auto`, `derived`, `pinned`" })
    }
}
