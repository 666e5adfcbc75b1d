//! A manifest and `docker/image_name.json` that name two images.

use std::sync::Arc;

use super::context::{RuleContext, Sink};
use crate::diagnostic::{Diagnostic, Location};
use crate::escape::escaped;
use crate::image_name::ImageName;
use crate::kind::{Dialect, Kind};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "image-name-mismatch",
    summary: "the manifest names an image that the repository does not build",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("image_name_mismatch.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    // In the derived dialect the key itself is the fault, and unexpected-image-name tells both names.
    if context.kind() != Kind::Languages || context.dialect() != Dialect::Pinned {
        return;
    }
    let Some((entry, Ok(named))) = context.image() else { return };
    let Some((docker, declared)) =
        context.docker().and_then(|docker| Some((docker, docker.declared_image_name()?)))
    else {
        return;
    };
    let Ok(built) = ImageName::parse(&declared) else { return };
    if named.same_repository(&built) {
        return;
    }
    sink.push(|| {
        let message = format!(
            "image `{}` is not the image that this repository builds, `{}`",
            escaped(entry.text),
            escaped(&declared)
        );
        let diagnostic = Diagnostic::new(&RULE, context.text.place(entry.node.span), message)
            .pointer(entry.pointer())
            .hint("use the name in docker/image_name.json, with a tag")
            .data("image_name", entry.text)
            .data("built", declared.as_str());
        match &docker.image_name {
            Some(file) => {
                diagnostic.related(Location::file(Arc::clone(&file.path)), "the repository builds this one")
            }
            None => diagnostic,
        }
    });
}
