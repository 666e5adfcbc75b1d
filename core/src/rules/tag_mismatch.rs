//! A pinned manifest at a git tag must name the image of that tag (design note 000).

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::kind::{Dialect, Kind};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "tag-mismatch",
    summary: "the image tag is not the git tag of the source URL",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("tag_mismatch.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    if context.kind() != Kind::Languages || context.dialect() != Dialect::Pinned {
        return;
    }
    let (Some(git_tag), Some((entry, Ok(name)))) = (context.tag(), context.image()) else { return };
    let Some(image_tag) = name.tag().filter(|tag| *tag != git_tag) else { return };
    sink.push(|| {
        Diagnostic::new(
            &RULE,
            context.text.place(entry.node.span),
            format!("image tag `{}` is not the git tag `{}`", escaped(image_tag), escaped(git_tag)),
        )
        .pointer(entry.pointer())
        .hint(format!("write `{}:{}`", name.name_without_tag(), escaped(git_tag)))
        .data("image_tag", image_tag)
        .data("git_tag", git_tag)
    });
}
