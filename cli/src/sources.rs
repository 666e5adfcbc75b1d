//! The sources that are named on the command line, one by one or in files: source URLs and images.

use std::path::{Path, PathBuf};

use start_points::repo_url::RepoUrlErrorKind;
use start_points::{ImageName, RepoUrl, RepoUrlError};
use start_points_fetch::UrlList;

use crate::disk;
use crate::error::CliError;

/// A source as it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// A repository.
    Url(RepoUrl),
    /// The image of a start-point.
    Image(ImageName),
}

impl Named {
    /// A source URL, or what is on this machine under that name; else an image name with a tag or a digest is an image.
    pub(crate) fn parse(text: &str) -> Result<Self, RepoUrlError> {
        use RepoUrlErrorKind as K;
        let error = match RepoUrl::parse(text) {
            Ok(url) => return Ok(Self::Url(url)),
            Err(error) => error,
        };
        match error.kind() {
            K::ImageName | K::Words if Path::new(text).exists() => {
                RepoUrl::parse(&format!("./{text}")).map(Self::Url)
            }
            K::ImageName => ImageName::parse(text).map(Self::Image).map_err(|_| error),
            _ => Err(error),
        }
    }
}

/// The sources that are named, and those in the files; everything wrong with them is reported at once.
pub(crate) fn named(texts: &[String], files: &[PathBuf]) -> Result<Vec<Named>, CliError> {
    let mut named = Vec::new();
    let mut wrong = Vec::new();
    let mut one = |text: &str, place: &str| match Named::parse(text) {
        Ok(found) => named.push(found),
        Err(error) => {
            wrong.push(with_hint(format!("{place}`{}`: {error}", RepoUrl::redact(text)), error.hint()));
        }
    };
    let in_file = |path: &Path, one: &mut dyn FnMut(&str, &str)| -> Result<(), CliError> {
        for (line, text) in read(path)?.texts() {
            one(text, &format!("{}:{line}: ", disk::shown(path)));
        }
        Ok(())
    };
    for text in texts {
        match text.strip_prefix('@') {
            Some(file) => in_file(Path::new(file), &mut one)?,
            None => one(text, ""),
        }
    }
    for file in files {
        in_file(file, &mut one)?;
    }
    match wrong.as_slice() {
        [] if named.is_empty() => Err(CliError::with_hint(
            "no sources given",
            "write source URLs after the kind, or a file of them as `@FILE`",
        )),
        [] => Ok(named),
        [one] => Err(anyhow::anyhow!("{one}").into()),
        many => Err(anyhow::anyhow!("{} invalid sources:\n  {}", many.len(), many.join("\n  ")).into()),
    }
}

/// Reads a list of source URLs.
pub(crate) fn read(path: &Path) -> Result<UrlList, CliError> {
    UrlList::read(path)
        .map_err(|error| CliError::hinted(error, Some("use a UTF-8 text file with one source URL per line")))
}

fn with_hint(message: String, hint: Option<impl std::fmt::Display>) -> String {
    hint.map_or(message.clone(), |hint| format!("{message} ({hint})"))
}

#[cfg(test)]
mod tests {
    use super::Named;

    #[test]
    fn images_are_told_from_urls() {
        let digest = format!("x@sha256:{}", "0".repeat(64));
        for text in ["cyberdojostartpoints/java_junit:4edf92a", "localhost:5000/x:1", "ruby:3", &digest] {
            assert!(matches!(Named::parse(text), Ok(Named::Image(_))), "{text}");
        }
        for text in ["ruby:3?tag=1", "hello world", "\u{feff}https://h/x"] {
            assert!(Named::parse(text).is_err(), "{text}");
        }
        for text in [
            "https://h/x?tag=1.0",
            "git@h:org/repo.git",
            "384f486@https://h/x",
            "./x:1",
            "../x:1",
            "/x:1",
            "src",
            "org/x",
            "file:///x",
            "ssh://h:22/x",
        ] {
            assert!(matches!(Named::parse(text), Ok(Named::Url(_))), "{text}");
        }
    }
}
