//! What the engine answers, as JSON; the keys are those of the command's `--format=json`.

use serde_json::{Value, json};
use start_points::rule::Rule;
use start_points::sources::Sources;
use start_points::{ImageName, RepoUrl, Report, Tag, render};

use crate::utf16;

/// The report alone, byte for byte as every front gives it, or with the numbers of [`utf16::positions`] beside it.
pub(crate) fn report<'a>(
    report: &Report,
    sources: &'a Sources,
    text: impl Fn(&str) -> Option<&'a [u8]>,
    positions: bool,
) -> String {
    let json = render::json(report, sources);
    if !positions {
        return json;
    }
    let numbers = utf16::positions(report, sources, text);
    format!("{{\"report\":{json},\"utf16\":{numbers:?}}}")
}

pub(crate) fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "severity": rule.severity.as_str(),
        "summary": rule.summary,
        "since": rule.since,
    })
}

/// The page without the marks that its generator needs.
pub(crate) fn rule_with_page(rule: &Rule) -> Value {
    let lines = rule.doc.lines().filter(|line| !(line.starts_with("<!--") && line.ends_with("-->")));
    let mut answer = self::rule(rule);
    answer["doc"] = lines.fold(String::new(), |page, line| page + line + "\n").into();
    answer
}

pub(crate) fn url(url: &RepoUrl) -> Value {
    let kind = match url.tag() {
        Tag::Head => "head",
        Tag::Commit(_) => "commit",
        Tag::Named(_) => "named",
    };
    let identity = url.identity();
    json!({
        "url": url.to_string(),
        "scheme": url.scheme().to_string(),
        "host": url.host(),
        "repo": url.repo(),
        "tag": { "kind": kind, "name": url.tag().name() },
        "local": url.is_local(),
        "has_credentials": url.has_credentials(),
        "identity": format!("{}?tag={}", identity.repository, identity.tag),
    })
}

pub(crate) fn image_name(name: &ImageName) -> Value {
    json!({
        "name": name.to_string(),
        "registry": name.registry(),
        "path": name.path(),
        "tag": name.tag(),
        "digest": name.digest(),
        "name_without_tag": name.name_without_tag(),
        "floating": name.is_floating(),
        "canonical": name.canonical().to_string(),
        "familiar": name.familiar().to_string(),
    })
}
