//! A Dockerfile that docker refuses, or whose base images cannot be told.

use std::sync::Arc;

use crate::check::Sink;
use crate::diagnostic::{Diagnostic, Place};
use crate::dockerfile::DockerfileFault;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "malformed-dockerfile",
    summary: "docker refuses the Dockerfile, or its base image",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("malformed_dockerfile.md"),
};

pub(crate) fn check(path: &Arc<str>, faults: &[DockerfileFault], sink: &mut Sink) {
    for DockerfileFault { kind, span } in faults {
        sink.push(|| {
            let place = match span {
                Some(span) => Place::new(Arc::clone(path), *span),
                None => Place::file(Arc::clone(path)),
            };
            let mut diagnostic = Diagnostic::new(&RULE, place, kind.to_string());
            if let Some(hint) = kind.hint() {
                diagnostic = diagnostic.hint(hint);
            }
            diagnostic
        });
    }
}
