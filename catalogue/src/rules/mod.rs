//! The rules about sources, which the engine cannot see: each a fault that a catalogue's report tells.

use start_points::ImageName;
use start_points::diagnostic::{Diagnostic, Place};
use start_points::rule::{Rule, Severity};
use start_points::shown::shown;
use start_points_fetch::local::WorkTree;
use start_points_fetch::{FetchError, Resolved};
use start_points_image::{Digest, ImageError};

/// The rules about sources, in the order of `explain`.
pub static RULES: &[&Rule] = &[
    &UNFETCHED_REPOSITORY,
    &UNPULLED_IMAGE,
    &MALFORMED_SOURCE_IMAGE,
    &REPEATED_SOURCE,
    &MOVED_TAG,
    &UNCOMMITTED_CHANGES,
    &RESERVED_FILENAME,
    &UNRESOLVED_IMAGE_NAME,
];

static UNFETCHED_REPOSITORY: Rule = Rule {
    id: "unfetched-repository",
    summary: "a repository cannot be fetched",
    severity: Severity::Error,
    since: "0.1.0",
    doc: include_str!("unfetched_repository.md"),
};

static UNPULLED_IMAGE: Rule = Rule {
    id: "unpulled-image",
    summary: "an image cannot be pulled",
    severity: Severity::Error,
    since: "0.1.0",
    doc: include_str!("unpulled_image.md"),
};

static MALFORMED_SOURCE_IMAGE: Rule = Rule {
    id: "malformed-source-image",
    summary: "an image given as a source is not that of one start-point",
    severity: Severity::Error,
    since: "0.1.0",
    doc: include_str!("malformed_source_image.md"),
};

static REPEATED_SOURCE: Rule = Rule {
    id: "repeated-source",
    summary: "a source is given twice",
    severity: Severity::Error,
    since: "0.1.0",
    doc: include_str!("repeated_source.md"),
};

static MOVED_TAG: Rule = Rule {
    id: "moved-tag",
    summary: "a tag names another commit or image than it did",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: include_str!("moved_tag.md"),
};

static UNCOMMITTED_CHANGES: Rule = Rule {
    id: "uncommitted-changes",
    summary: "the work tree of a local repository differs from its commit",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: include_str!("uncommitted_changes.md"),
};

static RESERVED_FILENAME: Rule = Rule {
    id: "reserved-filename",
    summary: "a file has a name that a catalogue writes itself",
    severity: Severity::Error,
    since: "0.1.0",
    doc: include_str!("reserved_filename.md"),
};

static UNRESOLVED_IMAGE_NAME: Rule = Rule {
    id: "unresolved-image-name",
    summary: "a start-point has no image name with a tag",
    severity: Severity::Error,
    since: "0.1.0",
    doc: include_str!("unresolved_image_name.md"),
};

pub(crate) fn unfetched_repository(error: &FetchError) -> Diagnostic {
    let message = error.cause().to_string();
    let found = Diagnostic::new(&UNFETCHED_REPOSITORY, Place::file(error.url()), message);
    match error.hint() {
        Some(hint) => found.hint(hint),
        None => found,
    }
}

pub(crate) fn unpulled_image(name: &str, error: &ImageError) -> Diagnostic {
    let found = Diagnostic::new(&UNPULLED_IMAGE, Place::file(name), error.cause().to_string());
    match error.hint() {
        Some(hint) => found.hint(hint),
        None => found,
    }
}

/// `path` is in the image; `.` is the image itself.
pub(crate) fn malformed_source_image(path: &str, why: &str) -> Diagnostic {
    Diagnostic::new(&MALFORMED_SOURCE_IMAGE, Place::file(path), why)
        .hint("`start-points image pack` makes one; a catalogue's image is not a source")
}

pub(crate) fn moved_image_tag(name: &ImageName, was: &Digest, is: &Digest) -> Diagnostic {
    let short = |digest: &Digest| digest.hex().chars().take(12).collect::<String>();
    let tag = name.tag().unwrap_or("latest");
    let message = format!("image tag `{tag}` was {} and is now {}", short(was), short(is));
    Diagnostic::new(&MOVED_TAG, Place::file("."), message)
        .hint("tags are meant to stay: ask who pushed over it, or name the digest, `NAME@sha256:…`")
        .data("tag", tag)
        .data("was", was.as_str())
        .data("is", is.as_str())
}

/// `first` is how the other one is written.
pub(crate) fn repeated_source(first: &str) -> Diagnostic {
    Diagnostic::new(&REPEATED_SOURCE, Place::file("."), format!("`{first}` is given already"))
        .hint("leave one of them out; other versions have another `?tag=`")
        .data("first", first)
}

pub(crate) fn moved_tag(resolved: &Resolved) -> Option<Diagnostic> {
    let (tag, last) = (resolved.git_tag()?, resolved.moved_from.as_ref()?);
    let message = format!("git tag `{tag}` was {} and is now {}", last.sha7(), resolved.commit.sha7());
    Some(
        Diagnostic::new(&MOVED_TAG, Place::file("."), message)
            .hint("tags are meant to stay: ask who moved it, or name the commit, `?tag=SHA`")
            .data("tag", tag)
            .data("was", last.as_str())
            .data("is", resolved.commit.as_str()),
    )
}

pub(crate) fn uncommitted_changes(work_tree: &WorkTree) -> Option<Diagnostic> {
    let count = work_tree.changes;
    let differ = match count {
        0 => return None,
        1 => "1 path differs".to_owned(),
        _ => format!("{count} paths differ"),
    };
    let first = work_tree.changed.first().map(String::as_str).unwrap_or_default();
    let differ = format!("{differ} from the commit, such as `{first}`");
    let found = match work_tree.taken {
        false => Diagnostic::new(&UNCOMMITTED_CHANGES, Place::file("."), format!("{differ}: not taken"))
            .hint("commit them, or take the work tree as it is with `--work-tree`"),
        true => {
            let message = format!("{differ}: taken, and marked `-dirty`");
            let mut found = Diagnostic::new(&UNCOMMITTED_CHANGES, Place::file("."), message);
            found.severity = Severity::Info;
            found
        }
    };
    Some(found.data("changes", count))
}

pub(crate) fn reserved_filename(path: &str) -> Diagnostic {
    let message = format!("a catalogue writes `{}` itself", shown(path));
    Diagnostic::new(&RESERVED_FILENAME, Place::file(path), message)
        .hint("give the file another name, also in the manifest")
        .data("file", path)
}

pub(crate) fn unresolved_image_name(manifest: &str, why: &str) -> Diagnostic {
    Diagnostic::new(&UNRESOLVED_IMAGE_NAME, Place::file(manifest), why)
        .hint("`--dialect` says where image names come from: `derived` or `pinned`")
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn every_rule_has_its_page_and_an_id_of_its_own() {
        for rule in RULES {
            assert!(start_points::rule(rule.id).is_none(), "{}", rule.id);
            assert!(rule.doc.starts_with(&format!("# {}\n", rule.id)), "{}", rule.id);
            for heading in ["## What it does", "## Why is this bad", "## Example", "## Use instead"] {
                assert!(rule.doc.contains(heading), "{}: {heading}", rule.id);
            }
        }
    }
}
