//! Why docker rejects a Dockerfile, as far as its `FROM` lines go.

use thiserror::Error;

use crate::image_name::ImageNameError;
use crate::span::Span;

/// A fault, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerfileFault {
    /// What is wrong.
    pub kind: DockerfileFaultKind,
    /// Where; `None` where it is the file as a whole.
    pub span: Option<Span>,
}

/// What can be wrong. Texts of the file are cut where they are very long.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DockerfileFaultKind {
    /// No `FROM` at all; an empty file is one of these.
    #[error("the Dockerfile has no `FROM`")]
    NoFrom,
    /// More than is read.
    #[error("the Dockerfile is too long")]
    TooLong,
    /// An instruction other than `ARG` before the first `FROM`.
    #[error("`{0}` comes before the first `FROM`")]
    BeforeFrom(String),
    /// No word after `FROM`, or other words than `IMAGE` and `IMAGE AS NAME`.
    #[error("`FROM` takes an image, or an image, `AS` and a name")]
    FromWords,
    /// A name after `AS` that docker rejects.
    #[error("`{0}` cannot name a stage")]
    StageName(String),
    /// Nothing is left once variables are replaced.
    #[error("FROM `{0}` is empty once its variables are replaced")]
    Blank(String),
    /// Not an image name once variables are replaced.
    #[error("FROM builds on `{image}`, which is not an image name: {error}")]
    NotAnImage {
        /// What docker would look for.
        image: String,
        /// What is wrong with it.
        error: ImageNameError,
    },
    /// `${V`, `${}`, an open quote, `${V:?}` of a variable without a value, and the like.
    #[error("docker cannot replace the variables of `{0}`")]
    Substitution(String),
    /// An `ARG` without a name.
    #[error("`ARG` takes a name")]
    ArgumentName,
    /// A `<<NAME` without a line `NAME`; all lines up to the end of the file are in it.
    #[error("the here-document `{0}` is never closed")]
    OpenHereDocument(String),
    /// `# escape=x`
    #[error("`{0}` cannot be the escape character")]
    EscapeCharacter(String),
    /// Two `# escape=` or `# syntax=`.
    #[error("the directive `{0}` is given twice")]
    RepeatedDirective(String),
}

impl DockerfileFaultKind {
    /// How to fix it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let advice = match self {
            Self::NoFrom => "name the image to build on: `FROM IMAGE:TAG`",
            Self::TooLong => return None,
            Self::BeforeFrom(_) => "only `ARG` comes before the first `FROM`",
            Self::FromWords => "write `FROM IMAGE:TAG` or `FROM IMAGE:TAG AS NAME`",
            Self::StageName(_) => "begin with a letter; then letters, digits, `-`, `_` and `.`",
            Self::Blank(_) => "give the variable a default with an `ARG` before the first `FROM`",
            Self::NotAnImage { error, .. } => return error.hint(),
            Self::Substitution(_) => "write `$NAME`, `${NAME}` or `${NAME:-default}`",
            Self::ArgumentName => "write `ARG NAME=default`",
            Self::OpenHereDocument(_) => "close it with a line that has only this name",
            Self::EscapeCharacter(_) => "use a backslash or a backtick",
            Self::RepeatedDirective(_) => "keep one of them",
        };
        Some(advice.to_owned())
    }
}
