//! An image that is another one tomorrow: untagged, or tagged `latest`.

use crate::check::{Sink, Subject};
use crate::diagnostic::Diagnostic;
use crate::kind::{Dialect, Kind};
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;

pub(crate) static RULE: Rule = Rule {
    id: "floating-image",
    summary: "an image name has no tag, or the tag latest",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("floating_image.md"),
};

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    let expected = match (subject.kind(), subject.context.dialect) {
        (Kind::Custom, _) | (Kind::Languages, Dialect::Pinned) => true,
        (Kind::Languages | Kind::Exercises, _) => false,
    };
    let Some((entry, Ok(name))) = subject.image() else { return };
    if !expected || !name.is_floating() {
        return;
    }
    sink.push(|| {
        let (message, hint) = match (name.tag(), subject.kind()) {
            (Some(_), _) => (
                "is tagged `latest`",
                "name the tag of one build, such as the first 7 characters of its commit",
            ),
            (None, Kind::Languages) => (
                "has no tag: the commit's first 7 characters are appended",
                "name the tag, or leave `image_name` to docker/image_name.json (the derived dialect)",
            ),
            (None, _) => ("has no tag: it means `latest`", "name the tag of one build"),
        };
        Diagnostic::new(
            &RULE,
            subject.text.place(entry.node.span),
            format!("image `{}` {message}", shown(entry.text)),
        )
        .pointer(entry.pointer())
        .hint(hint)
        .data("image_name", entry.text)
    });
}
