//! A repository whose image has no name: in the derived dialect it comes from `docker/image_name.json`.

use std::sync::Arc;

use super::context::{RuleContext, Sink};
use crate::diagnostic::{Diagnostic, Location};
use crate::json::Pointer;
use crate::kind::{Dialect, DialectChoice, Kind};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "missing-docker-image-name",
    summary: "a languages repository has no docker/image_name.json",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("missing_docker_image_name.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let derived = context.kind() == Kind::Languages && context.dialect() == Dialect::Derived;
    let Some(docker) = context.docker().filter(|docker| derived && docker.image_name.is_none()) else {
        return;
    };
    // unexpected-image-name says how to move a name that the manifest has: one fault, one diagnostic.
    if context.text.get("image_name").is_some() {
        return;
    }
    sink.push(|| {
        let path = format!("{}/image_name.json", docker.path);
        let (message, hint) = match context.choice() {
            DialectChoice::Auto => (
                format!("nothing names the image: the manifest has no `image_name`, and `{path}` does not exist"),
                "add `\"image_name\": \"NAME:TAG\"` to the manifest if another repository builds the image; or \
                 `{ \"image_name\": \"NAME\" }`, without a tag, to docker/image_name.json if this one does",
            ),
            DialectChoice::Derived | DialectChoice::Pinned => (
                format!("`{path}` does not exist"),
                "create it with `{ \"image_name\": \"NAME\" }`: the image that this repository builds, without a tag",
            ),
        };
        Diagnostic::new(&RULE, Location::file(Arc::clone(context.text.path)), message)
            .pointer(Pointer::root().key("image_name"))
            .hint(hint)
            .data("file", path)
    });
}
