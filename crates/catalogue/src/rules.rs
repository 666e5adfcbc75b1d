//! The faults of sources, which the engine cannot see: what a catalogue's report says of them.

use start_points::ImageName;
use start_points::diagnostic::{Diagnostic, Place};
use start_points::rule::Severity;
use start_points::shown::shown;
use start_points::source_rules::{
    MALFORMED_SOURCE_IMAGE, MOVED_TAG, REPEATED_SOURCE, RESERVED_FILENAME, UNCOMMITTED_CHANGES,
    UNFETCHED_REPOSITORY, UNPULLED_IMAGE, UNRESOLVED_IMAGE_NAME,
};
use start_points_fetch::local::WorkTreeState;
use start_points_fetch::{FetchError, ResolvedUrl};
use start_points_oci::{Digest, ImageError};

pub(crate) fn unfetched_repository(error: &FetchError) -> Diagnostic {
    let message = error.kind().to_string();
    let found = Diagnostic::new(&UNFETCHED_REPOSITORY, Place::file("."), message);
    match error.hint() {
        Some(hint) => found.hint(hint),
        None => found,
    }
}

pub(crate) fn unpulled_image(error: &ImageError) -> Diagnostic {
    let found = Diagnostic::new(&UNPULLED_IMAGE, Place::file("."), error.cause().to_string());
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

pub(crate) fn moved_tag(resolved: &ResolvedUrl) -> Option<Diagnostic> {
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

pub(crate) fn uncommitted_changes(work_tree: &WorkTreeState) -> Option<Diagnostic> {
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
        .hint("commit it, or name the image with its tag in the manifest")
}
