//! A key that every manifest of its kind must have.

use std::sync::Arc;

use super::context::{RuleContext, SchemaViolation};
use super::unknown_key;
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::escape::escaped;
use crate::image_name::ImageName;
use crate::json::quoted;
use crate::rule::{Rule, Severity, page};
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: "missing-key",
    summary: "a required key is missing",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("missing_key.md"),
};

pub(crate) fn diagnose(violation: SchemaViolation<'_>) -> Diagnostic {
    let SchemaViolation { text, pointer, context, .. } = violation;
    let key = pointer.last().unwrap_or_default().into_owned();
    let hint = match key.as_str() {
        "display_name" => "add `\"display_name\": \"NAME\"`, the name that learners pick",
        "visible_filenames" => "add `\"visible_filenames\": [\"FILE\", …]`, the files that learners see",
        "filename_extension" => "add `\"filename_extension\": \".EXT\"`, the extension of the source files",
        "image_name" if context.is_none() => {
            "add `\"image_name\": \"REPOSITORY\"`, the image that is built here, without a tag"
        }
        "image_name" => "add `\"image_name\": \"REPOSITORY:TAG\"`, the image that runs the tests",
        _ => "add it",
    };
    let is_image_name = pointer.as_str() == "/image_name";
    let diagnostic = Diagnostic::new(&RULE, text.key_place(&pointer), format!("missing key `{key}`"))
        .hint(hint)
        .data("key", key)
        .pointer(pointer);
    match context {
        Some(context) if is_image_name => offer_image_name(diagnostic, context),
        _ => diagnostic,
    }
}

/// In the pinned dialect a repository that has `docker/image_name.json` knows the name already.
fn offer_image_name(diagnostic: Diagnostic, context: &RuleContext<'_>) -> Diagnostic {
    let Some(docker) = context.docker() else { return diagnostic };
    let Some(name) = docker.declared_image_name() else { return diagnostic };
    let diagnostic = diagnostic.hint("copy it from docker/image_name.json, or use the derived dialect");
    let root = context.text.document.root();
    // A key that is mistyped for it is fixed by its own rule.
    if !docker.builds() || unknown_key::meant(root, "image_name") > 0 {
        return diagnostic;
    }
    let Some(first) = root.members().first() else { return diagnostic };
    let lead = context.text.document.slice(Span::new(root.span.start + 1, first.key_span.start));
    let at = Span::at(root.span.start + 1);
    let text = format!("{lead}\"image_name\": {},", quoted(&name));
    let edit = Edit { path: Arc::clone(context.text.path), span: at, text };
    let was = match ImageName::parse(&name) {
        Ok(name) => format!("{}:COMMIT", name.name_without_tag()),
        Err(_) => name.clone(),
    };
    diagnostic.fix(Fix {
        title: format!(
            "add the `image_name` of docker/image_name.json: the image was `{}` and will be `{}`",
            escaped(&was),
            escaped(&name)
        ),
        safe: false,
        edits: vec![edit],
    })
}
