//! A languages manifest that names its image, in the repository that builds one.

use std::sync::Arc;

use super::context::{RuleContext, Sink};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::docker_folder::Docker;
use crate::escape::escaped;
use crate::image_name::ImageName;
use crate::json::quoted;
use crate::kind::{DialectChoice, Kind};
use crate::rule::{Rule, Severity, page};
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: "pinned-beside-docker",
    summary: "a languages manifest names its image, and its repository builds one",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("pinned_beside_docker.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let is_auto = context.choice() == DialectChoice::Auto && context.kind() == Kind::Languages;
    if !is_auto || !context.docker().is_some_and(Docker::exists) {
        return;
    }
    let Some((entry, _)) = context.image() else { return };
    sink.push(|| {
        let diagnostic = Diagnostic::new(
            &RULE,
            context.text.place(entry.node.span),
            format!("image `{}` is pinned in the repository that builds it", escaped(entry.text)),
        )
        .pointer(entry.pointer())
        .hint(
            "move `image_name` to docker/image_name.json, so that the commit tags the image; \
             or set `dialect = \"pinned\"` in start-points.toml",
        )
        .data("image_name", entry.text);
        match to_derived(context) {
            Some(fix) => diagnostic.fix(fix),
            None => diagnostic,
        }
    });
}

/// Whether two names are of one image, their tags apart.
pub(super) fn is_same(named: Option<&str>, known: &str) -> bool {
    let (Some(Ok(named)), Ok(known)) = (named.map(ImageName::parse), ImageName::parse(known)) else {
        return false;
    };
    named.same_repository(&known)
}

/// Moves a manifest to the derived dialect: removes `image_name`, and writes `docker/image_name.json` where that is
/// missing.
///
/// Another image is used afterwards, so it is never safe. It is offered only where a Dockerfile builds that image, and
/// where the name is sound and equal to one that `docker/image_name.json` has.
pub(super) fn to_derived(context: &RuleContext<'_>) -> Option<Fix> {
    let text = context.text;
    let docker = context.docker().filter(|docker| docker.builds())?;
    let name = text.get("image_name")?.as_str()?;
    let untagged = ImageName::parse(name).ok()?.name_without_tag().to_string();
    let root = text.document.root();
    let mut indexes = (0..).zip(root.members()).filter(|(_, member)| member.key == "image_name");
    let (Some((index, _)), None) = (indexes.next(), indexes.next()) else { return None };
    let removal = text.document.member_removal(root, index)?;
    let mut edits = vec![Edit { path: Arc::clone(text.path), span: removal, text: String::new() }];
    let what = match docker.declared_image_name() {
        Some(declared) if is_same(Some(name), &declared) => "remove `image_name`",
        None if docker.image_name.is_none() => {
            let path = format!("{}/image_name.json", docker.path).into();
            let value = quoted(&untagged);
            edits.push(Edit {
                path,
                span: Span::at(0),
                text: format!("{{\n  \"image_name\": {value}\n}}\n"),
            });
            "move `image_name` to docker/image_name.json"
        }
        _ => return None,
    };
    let title =
        format!("{what}: the image was `{}` and will be `{}:COMMIT`", escaped(name), escaped(&untagged));
    Some(Fix { title, safe: false, edits })
}
