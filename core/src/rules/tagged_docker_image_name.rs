//! A tag or digest in `docker/image_name.json`, which names the image of every commit.

use std::sync::Arc;

use super::context::{JsonText, Sink};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::escape::escaped;
use crate::image_name::ImageName;
use crate::json::{Pointer, quoted};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "tagged-docker-image-name",
    summary: "docker/image_name.json has a tag or digest",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("tagged_docker_image_name.md"),
};

pub(crate) fn check_image_name(text: JsonText<'_>, sink: &mut Sink) {
    let Some(node) = text.get("image_name") else { return };
    let Some(Ok(name)) = node.as_str().map(ImageName::parse) else { return };
    if name.tag().is_none() && name.digest().is_none() {
        return;
    }
    sink.push(|| {
        let untagged = name.name_without_tag().to_string();
        let fix = Edit { path: Arc::clone(text.path), span: node.span, text: quoted(&untagged) };
        let what = if name.tag().is_some() { "tag" } else { "digest" };
        Diagnostic::new(
            &RULE,
            text.place(node.span),
            format!("`image_name` has a {what}: `{}`", escaped(&name.to_string())),
        )
        .pointer(Pointer::root().key("image_name"))
        .hint(format!("write `{untagged}`: the tag is the commit's first 7 characters"))
        .fix(Fix { title: format!("remove the {what}"), safe: true, edits: vec![fix] })
        .data("image_name", name.to_string())
    });
}
