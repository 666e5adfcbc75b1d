//! A Dockerfile that docker refuses, or whose base images cannot be told.

use std::sync::Arc;

use super::context::{DockerfileText, Sink};
use crate::diagnostic::{Diagnostic, Location};
use crate::dockerfile::DockerfileFault;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "malformed-dockerfile",
    summary: "docker refuses the Dockerfile, or its base image",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("malformed_dockerfile.md"),
};

pub(crate) fn check_dockerfile(text: &DockerfileText<'_>, sink: &mut Sink) {
    for DockerfileFault { kind, span } in &text.dockerfile.faults {
        sink.push(|| {
            let place = match span {
                Some(span) => Location::new(Arc::clone(text.path), *span),
                None => Location::file(Arc::clone(text.path)),
            };
            let mut diagnostic = Diagnostic::new(&RULE, place, kind.to_string());
            if let Some(hint) = kind.hint() {
                diagnostic = diagnostic.hint(hint);
            }
            diagnostic
        });
    }
}
