//! An `image_name` in a languages manifest, where the dialect takes it from `docker/image_name.json` and the commit.

use std::sync::Arc;

use crate::check::{Docker, Subject};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::image_name::ImageName;
use crate::json::{Node, Pointer, quoted};
use crate::rule::{Rule, Severity, page};
use crate::shown::shown;
use crate::span::Span;

pub(crate) static RULE: Rule = Rule {
    id: "unexpected-image-name",
    summary: "a languages manifest names its image in the derived dialect",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unexpected_image_name.md"),
};

pub(crate) fn diagnose(subject: &Subject<'_>, pointer: Pointer) -> Diagnostic {
    let text = subject.text;
    let diagnostic = Diagnostic::new(
        &RULE,
        text.key_place(&pointer),
        "`image_name` in a languages manifest: in the derived dialect it comes from docker/image_name.json and the commit",
    )
    .hint(hint(subject));
    match migration(subject) {
        Some(fix) => diagnostic.fix(fix),
        None => diagnostic,
    }
    .pointer(pointer)
}

fn hint(subject: &Subject<'_>) -> String {
    let keep = "set `dialect = \"pinned\"` in start-points.toml (`--dialect pinned`) to keep it";
    let known = subject.docker().and_then(Docker::declared_image_name);
    match known.filter(|known| !is_same(subject.text.get("image_name").and_then(Node::as_str), known)) {
        Some(known) => {
            format!(
                "docker/image_name.json has `{}`: remove the wrong one of the two, or {keep}",
                shown(&known)
            )
        }
        None => format!("run `start-points check --fix` to move it to docker/image_name.json, or {keep}"),
    }
}

/// Whether two names are of one image, their tags apart.
fn is_same(named: Option<&str>, known: &str) -> bool {
    let (Some(Ok(named)), Ok(known)) = (named.map(ImageName::parse), ImageName::parse(known)) else {
        return false;
    };
    named.same_repository(&known)
}

/// Removes the key, and writes `docker/image_name.json` where the repository has none.
///
/// Offered only where nothing is lost: the name must be sound, and equal to the one that is there.
fn migration(subject: &Subject<'_>) -> Option<Fix> {
    let text = subject.text;
    let docker = subject.docker()?;
    let name = text.get("image_name")?.as_str()?;
    let untagged = ImageName::parse(name).ok()?.name_without_tag().to_string();
    let root = text.document.root();
    let mut indexes = (0..).zip(root.members()).filter(|(_, member)| member.key == "image_name");
    let (Some((index, _)), None) = (indexes.next(), indexes.next()) else { return None };
    let removal = text.document.member_removal(root, index)?;
    let mut edits = vec![Edit { path: Arc::clone(text.path), span: removal, text: String::new() }];
    let title = match docker.declared_image_name() {
        Some(declared) if is_same(Some(name), &declared) => "remove `image_name`".to_owned(),
        None if docker.image_name.is_none() => {
            let path = format!("{}/image_name.json", docker.path).into();
            let value = quoted(&untagged);
            edits.push(Edit {
                path,
                span: Span::at(0),
                text: format!("{{\n  \"image_name\": {value}\n}}\n"),
            });
            "move `image_name` to docker/image_name.json".to_owned()
        }
        _ => return None,
    };
    Some(Fix { title, safe: true, edits })
}
