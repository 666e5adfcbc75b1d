//! A Dockerfile whose base image is another one tomorrow (design note 001).

use std::sync::Arc;

use crate::check::Sink;
use crate::diagnostic::{Diagnostic, Place};
use crate::dockerfile::BaseImage;
use crate::image_name::ImageName;
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;

pub(crate) static RULE: Rule = Rule {
    id: "floating-base-image",
    summary: "a FROM line names no tag, or the tag latest",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("floating_base_image.md"),
};

/// `lenient` makes it a warning: in a stale `Dockerfile`, beside a `Dockerfile.base`, and where the image name is
/// pinned.
pub(crate) fn check(path: &Arc<str>, images: &[BaseImage], lenient: bool, sink: &mut Sink) {
    for base in images {
        let Ok(name) = ImageName::parse(&base.image) else { continue };
        if !name.is_floating() {
            continue;
        }
        sink.push(|| {
            let place = Place::new(Arc::clone(path), base.span);
            let (fault, warning) = match name.tag() {
                Some(_) => ("the tag `latest`", true),
                None => ("neither a tag nor a digest", lenient),
            };
            let mut diagnostic =
                Diagnostic::new(&RULE, place, format!("FROM `{}` names {fault}", shown(&base.image)))
                    .hint(format!("name one build: `FROM {}:TAG`", name.name_without_tag()))
                    .data("image", base.image.as_str());
            if warning {
                diagnostic.severity = Severity::Warning;
            }
            diagnostic
        });
    }
}
