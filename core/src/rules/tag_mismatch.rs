//! A pinned manifest at a git tag must name the image of that tag (design note 000).

use crate::check::{Sink, Subject};
use crate::diagnostic::Diagnostic;
use crate::kind::{Dialect, Kind};
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;

pub(crate) static RULE: Rule = Rule {
    id: "tag-mismatch",
    summary: "the image tag is not the git tag of the source URL",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("tag_mismatch.md"),
};

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    if subject.kind() != Kind::Languages || subject.context.dialect != Dialect::Pinned {
        return;
    }
    let (Some(git_tag), Some((entry, Ok(name)))) = (subject.context.tag, subject.image()) else { return };
    let Some(image_tag) = name.tag().filter(|tag| *tag != git_tag) else { return };
    sink.push(|| {
        Diagnostic::new(
            &RULE,
            subject.text.place(entry.node.span),
            format!("image tag `{}` is not the git tag `{}`", shown(image_tag), shown(git_tag)),
        )
        .pointer(entry.pointer())
        .hint(format!("write `{}:{}`", name.name_without_tag(), shown(git_tag)))
        .data("image_tag", image_tag)
        .data("git_tag", git_tag)
    });
}
