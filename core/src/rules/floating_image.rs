//! An image that is another one tomorrow: untagged, or tagged `latest`.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::kind::{Dialect, Kind};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "floating-image",
    summary: "an image name has no tag, or the tag latest",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("floating_image.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let expected = match (context.kind(), context.dialect()) {
        (Kind::Custom, _) | (Kind::Languages, Dialect::Pinned) => true,
        (Kind::Languages | Kind::Exercises, _) => false,
    };
    let Some((entry, Ok(name))) = context.image() else { return };
    if !expected || !name.is_floating() {
        return;
    }
    sink.push(|| {
        let (message, hint) = match (name.tag(), context.kind()) {
            (Some(_), _) => (
                "is tagged `latest`",
                "use the tag of one build, such as the first 7 characters of its commit",
            ),
            (None, Kind::Languages) => (
                "has no tag: the commit's first 7 characters are appended",
                "add a tag, or move `image_name` to docker/image_name.json (the derived dialect)",
            ),
            (None, _) => ("has no tag, which means `latest`", "use the tag of one build"),
        };
        Diagnostic::new(
            &RULE,
            context.text.place(entry.node.span),
            format!("image `{}` {message}", escaped(entry.text)),
        )
        .pointer(entry.pointer())
        .hint(hint)
        .data("image_name", entry.text)
    });
}
