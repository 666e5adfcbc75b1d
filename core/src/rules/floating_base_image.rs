//! A Dockerfile whose base image is another one tomorrow (design note 001).

use std::sync::Arc;

use super::context::{DockerfileText, Sink};
use crate::diagnostic::{Diagnostic, Location};
use crate::escape::escaped;
use crate::image_name::ImageName;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "floating-base-image",
    summary: "a FROM line has no tag, or the tag latest",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("floating_base_image.md"),
};

pub(crate) fn check_dockerfile(text: &DockerfileText<'_>, sink: &mut Sink) {
    for base in &text.dockerfile.images {
        let Ok(name) = ImageName::parse(&base.image) else { continue };
        if !name.is_floating() {
            continue;
        }
        sink.push(|| {
            let place = Location::new(Arc::clone(text.path), base.span);
            let (fault, warning) = match name.tag() {
                Some(_) => ("the tag `latest`", true),
                None => ("neither a tag nor a digest", text.is_lenient),
            };
            let mut diagnostic =
                Diagnostic::new(&RULE, place, format!("FROM `{}` has {fault}", escaped(&base.image)))
                    .hint(format!("pin one build: `FROM {}:TAG`", name.name_without_tag()))
                    .data("image", base.image.as_str());
            if warning {
                diagnostic.severity = Severity::Warning;
            }
            diagnostic
        });
    }
}
