//! What the engine answers, as JSON; the keys are those of the command's `--format=json`.

use start_points::json::Writer;
use start_points::rule::Rule;
use start_points::sources::Sources;
use start_points::{ImageName, RepoUrl, Report, Tag, render};

use crate::utf16::{self, TextOf};

/// The report alone, byte for byte as every front gives it, or with the numbers of [`utf16::positions`] beside it.
pub(crate) fn report<'a>(
    report: &Report,
    sources: &'a Sources,
    text: TextOf<'_, 'a>,
    positions: bool,
) -> String {
    let json = render::json(report, sources);
    if !positions {
        return json;
    }
    let mut both = Writer::new();
    both.open('{');
    both.key("report").value(&json);
    both.key("utf16").open('[');
    utf16::positions(report, sources, text).into_iter().for_each(|number| both.count(number));
    both.close(']');
    both.close('}');
    both.finish()
}

/// Every rule, without its page.
pub(crate) fn rules(rules: &[&Rule]) -> String {
    let mut json = Writer::new();
    json.open('[');
    for rule in rules {
        json.open('{');
        members(&mut json, rule);
        json.close('}');
    }
    json.close(']');
    json.finish()
}

pub(crate) fn rule(rule: &Rule) -> String {
    let mut json = Writer::new();
    json.open('{');
    members(&mut json, rule);
    json.close('}');
    json.finish()
}

fn members(json: &mut Writer, rule: &Rule) {
    json.key("id").string(rule.id);
    json.key("severity").string(rule.severity.as_str());
    json.key("summary").string(rule.summary);
    json.key("since").string(rule.since);
}

pub(crate) fn url(url: &RepoUrl) -> String {
    let kind = match url.tag() {
        Tag::Head => "head",
        Tag::Commit(_) => "commit",
        Tag::Named(_) => "named",
    };
    let identity = url.identity();
    let mut json = Writer::new();
    json.open('{');
    json.key("url").string(&url.to_string());
    json.key("scheme").string(&url.scheme().to_string());
    json.key("host").optional(url.host());
    json.key("repo").string(url.repo());
    json.key("tag").open('{');
    json.key("kind").string(kind);
    json.key("name").optional(url.tag().name());
    json.close('}');
    json.key("local").boolean(url.is_local());
    json.key("has_credentials").boolean(url.has_credentials());
    json.key("identity").string(&format!("{}?tag={}", identity.repository, identity.tag));
    json.close('}');
    json.finish()
}

pub(crate) fn image_name(name: &ImageName) -> String {
    let mut json = Writer::new();
    json.open('{');
    json.key("name").string(&name.to_string());
    json.key("registry").optional(name.registry());
    json.key("path").string(name.path());
    json.key("tag").optional(name.tag());
    json.key("digest").optional(name.digest());
    json.key("name_without_tag").string(&name.name_without_tag());
    json.key("floating").boolean(name.is_floating());
    json.key("canonical").string(&name.canonical().to_string());
    json.key("familiar").string(&name.familiar().to_string());
    json.close('}');
    json.finish()
}
