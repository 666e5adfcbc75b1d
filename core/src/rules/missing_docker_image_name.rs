//! A repository whose image has no name: in the derived dialect it stands in `docker/image_name.json`.

use std::sync::Arc;

use crate::check::{Sink, Subject};
use crate::diagnostic::{Diagnostic, Place};
use crate::json::Pointer;
use crate::kind::{Dialect, Kind};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "missing-docker-image-name",
    summary: "a languages repository has no docker/image_name.json",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("missing_docker_image_name.md"),
};

pub(crate) fn check(subject: &Subject<'_>, sink: &mut Sink) {
    let derived = subject.kind() == Kind::Languages && subject.context.dialect == Dialect::Derived;
    let Some(docker) = subject.docker().filter(|docker| derived && docker.image_name.is_none()) else {
        return;
    };
    // A manifest that still has its image_name is told how to move it there: one fault, one diagnostic.
    if subject.text.get("image_name").is_some() {
        return;
    }
    sink.push(|| {
        let path = format!("{}/image_name.json", docker.path);
        Diagnostic::new(&RULE, Place::file(Arc::clone(subject.text.path)), format!("`{path}` does not exist"))
            .pointer(Pointer::root().key("image_name"))
            .hint("write `{ \"image_name\": \"NAME\" }` there: the image that this repository builds, without a tag")
            .data("file", path)
    });
}
