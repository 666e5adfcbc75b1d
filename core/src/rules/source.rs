//! The rules about sources: `create` has what they look at, and every front knows them, as settings name them.

use crate::rule::{Rule, Severity, page};

/// Every rule about sources.
pub static ALL: &[&Rule] = &[
    &UNFETCHED_REPOSITORY,
    &UNPULLED_IMAGE,
    &MALFORMED_SOURCE_IMAGE,
    &REPEATED_SOURCE,
    &MOVED_TAG,
    &UNCOMMITTED_CHANGES,
    &RESERVED_FILENAME,
    &UNRESOLVED_IMAGE_NAME,
];

/// See its page.
pub static UNFETCHED_REPOSITORY: Rule = Rule {
    id: "unfetched-repository",
    summary: "a repository cannot be fetched",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unfetched_repository.md"),
};

/// See its page.
pub static UNPULLED_IMAGE: Rule = Rule {
    id: "unpulled-image",
    summary: "an image cannot be pulled",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unpulled_image.md"),
};

/// See its page.
pub static MALFORMED_SOURCE_IMAGE: Rule = Rule {
    id: "malformed-source-image",
    summary: "an image given as a source is not that of one start-point",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("malformed_source_image.md"),
};

/// See its page.
pub static REPEATED_SOURCE: Rule = Rule {
    id: "repeated-source",
    summary: "a source is given twice",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("repeated_source.md"),
};

/// See its page.
pub static MOVED_TAG: Rule = Rule {
    id: "moved-tag",
    summary: "a tag names another commit or image than it did",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("moved_tag.md"),
};

/// See its page.
pub static UNCOMMITTED_CHANGES: Rule = Rule {
    id: "uncommitted-changes",
    summary: "the work tree of a local repository differs from its commit",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("uncommitted_changes.md"),
};

/// See its page.
pub static RESERVED_FILENAME: Rule = Rule {
    id: "reserved-filename",
    summary: "a file has a name that a catalogue writes itself",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("reserved_filename.md"),
};

/// See its page.
pub static UNRESOLVED_IMAGE_NAME: Rule = Rule {
    id: "unresolved-image-name",
    summary: "a start-point has no image name with a tag",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unresolved_image_name.md"),
};
