//! A git tag or an image tag that was moved since it was read last: the same name, other content.

use crate::diagnostic::{Diagnostic, Location};
use crate::image_name::{CommitSha, ImageName};
use crate::rule::{Rule, Severity, page};

/// See its page.
pub static RULE: Rule = Rule {
    id: "moved-tag",
    summary: "a tag names another commit or image than it did",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("moved_tag.md"),
};

/// How many characters of an image's digest are shown, as docker shows them.
const SHORT_DIGEST: usize = 12;

/// The git tag `tag` was the commit `was` and is the commit `is`.
#[must_use]
pub fn diagnose_git_tag(tag: &str, was: &CommitSha, is: &CommitSha) -> Diagnostic {
    let message = format!("git tag `{tag}` was {} and is now {}", was.sha7(), is.sha7());
    Diagnostic::new(&RULE, Location::file("."), message)
        .hint("tags should not move: ask who moved it, or use the commit, `?tag=SHA`")
        .data("tag", tag)
        .data("was", was.as_str())
        .data("is", is.as_str())
}

/// The tag of the image `name` had the digest `was` and has the digest `is`.
#[must_use]
pub fn diagnose_image_tag(name: &ImageName, was: &str, is: &str) -> Diagnostic {
    let tag = name.tag().unwrap_or("latest");
    let message = format!("image tag `{tag}` was {} and is now {}", short(was), short(is));
    Diagnostic::new(&RULE, Location::file("."), message)
        .hint("tags should not move: ask who pushed it again, or use the digest, `NAME@sha256:…`")
        .data("tag", tag)
        .data("was", was)
        .data("is", is)
}

/// The beginning of a digest without its algorithm.
fn short(digest: &str) -> String {
    let hex = digest.split_once(':').map_or(digest, |(_, hex)| hex);
    hex.chars().take(SHORT_DIGEST).collect()
}
