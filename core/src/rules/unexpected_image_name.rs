//! An `image_name` in a languages manifest, where the dialect that was chosen takes it from `docker/image_name.json` and
//! the commit.

use super::context::{RuleContext, SchemaViolation};
use super::pinned_beside_docker::{is_same, to_derived};
use crate::diagnostic::{Diagnostic, Location, Related};
use crate::docker_folder::Docker;
use crate::escape::escaped;
use crate::json::Node;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "unexpected-image-name",
    summary: "a languages manifest names its image in the derived dialect",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unexpected_image_name.md"),
};

/// The most places that are shown of a fault that many manifests have.
const MAX_RELATED: usize = 5;

pub(crate) fn diagnose(violation: SchemaViolation<'_>) -> Diagnostic {
    let SchemaViolation { text, pointer, context, .. } = violation;
    let diagnostic = Diagnostic::new(
        &RULE,
        text.key_place(&pointer),
        "`image_name` in a languages manifest: in the derived dialect it comes from docker/image_name.json and the commit",
    )
    .pointer(pointer);
    let Some(context) = context else { return diagnostic };
    let diagnostic = diagnostic.hint(hint(context));
    match to_derived(context) {
        Some(fix) => diagnostic.fix(fix),
        None => diagnostic,
    }
}

/// Makes the fault of one manifest that of all at `places`: the dialect was chosen for them together.
pub(crate) fn unite(fault: &mut Diagnostic, places: &[Location]) {
    fault.message = format!(
        "`image_name` in {} languages manifests whose repositories build no image: the derived dialect does not apply to them",
        places.len()
    );
    let others = places.iter().filter(|place| **place != fault.place).take(MAX_RELATED);
    let related = others.map(|place| Related { place: place.clone(), message: "also here".to_owned() });
    fault.related = related.collect();
    fault.data = vec![("count", places.len().into())];
}

fn hint(context: &RuleContext<'_>) -> String {
    const KEEP: &str = "set `dialect = \"auto\"` in start-points.toml (`--dialect auto`) to keep it";
    if !context.docker().is_some_and(Docker::builds) {
        return format!(
            "this repository has no Dockerfile, so there is no image to derive a name for: {KEEP}"
        );
    }
    let known = context.docker().and_then(Docker::declared_image_name);
    match known.filter(|known| !is_same(context.text.get("image_name").and_then(Node::as_str), known)) {
        Some(known) => {
            format!(
                "docker/image_name.json has `{}`: remove the wrong one of the two, or {KEEP}",
                escaped(&known)
            )
        }
        None => format!("move it to docker/image_name.json (`--fix --unsafe-fixes`), or {KEEP}"),
    }
}
