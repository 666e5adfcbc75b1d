//! An image name that no registry could hold.

use super::context::{JsonText, RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::image_name::{ImageName, ImageNameError};
use crate::json::Pointer;
use crate::rule::{Rule, Severity, page};
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: "malformed-image-name",
    summary: "an image name is not a docker image reference",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("malformed_image_name.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    if let Some((entry, Err(error))) = context.image() {
        sink.push(|| diagnose(context.text, entry.node.span, entry.text, error));
    }
}

/// The same for `docker/image_name.json`.
pub(crate) fn check_image_name(text: JsonText<'_>, sink: &mut Sink) {
    let Some(node) = text.get("image_name") else { return };
    let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { return };
    if let Err(error) = ImageName::parse(name) {
        sink.push(|| diagnose(text, node.span, name, &error));
    }
}

fn diagnose(text: JsonText<'_>, span: Span, name: &str, error: &ImageNameError) -> Diagnostic {
    let span = text.document.span_in_string(span, error.span().start..error.span().end);
    let message = format!("`{}` is not an image name: {}", escaped(name), error);
    let mut diagnostic = Diagnostic::new(&RULE, text.place(span), message)
        .pointer(Pointer::root().key("image_name"))
        .data("image_name", name);
    let grammar = || "write `[host[:port]/]path[:tag][@digest]`".to_owned();
    diagnostic.hint = Some(error.hint().unwrap_or_else(grammar));
    diagnostic
}
