//! `url`: what a source URL says.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;
use start_points::{RepoUrl, RepoUrlError, Tag};

use crate::arguments::{TextFormat, UrlArguments};
use crate::error::{Failure, Outcome};
use crate::output::{print, print_raw, table};

pub(crate) fn run(arguments: &UrlArguments) -> Result<Outcome, Failure> {
    let parsed: Vec<_> = arguments.urls.iter().map(|text| (text, RepoUrl::parse(text))).collect();
    match arguments.format {
        TextFormat::Text => print(&parsed.iter().map(|(text, url)| as_text(text, url)).collect::<String>())?,
        TextFormat::Json => {
            let urls: Vec<_> = parsed.iter().map(|(text, url)| as_json(text, url)).collect();
            print_raw(&format!("{:#}\n", serde_json::Value::from(urls)))?;
        }
    }
    Ok(if parsed.iter().all(|(_, url)| url.is_ok()) { Outcome::Clean } else { Outcome::Faults })
}

fn tag_kind(tag: &Tag) -> &'static str {
    match tag {
        Tag::Head => "head",
        Tag::Commit(_) => "commit",
        Tag::Named(_) => "named",
    }
}

fn as_text(text: &str, url: &Result<RepoUrl, RepoUrlError>) -> String {
    let url = match url {
        Ok(url) => url,
        Err(error) => return fault(text, error),
    };
    let row = |name: &str, value: String| vec![format!("  {name}"), value];
    let mut rows = vec![row("scheme", url.scheme().to_string())];
    rows.extend(url.host().map(|host| row("host", host.to_owned())));
    rows.push(row("repo", url.repo().to_owned()));
    rows.push(row(
        "tag",
        match url.tag().name() {
            Some(name) => format!("{name} ({})", tag_kind(url.tag())),
            None => "the tip of the default branch".to_owned(),
        },
    ));
    format!("{url}\n{}", table(&rows))
}

fn as_json(text: &str, url: &Result<RepoUrl, RepoUrlError>) -> serde_json::Value {
    match url {
        Ok(url) => json!({
            "url": url.to_string(),
            "scheme": url.scheme().to_string(),
            "host": url.host(),
            "repo": url.repo(),
            "tag": { "kind": tag_kind(url.tag()), "name": url.tag().name() },
            "local": url.is_local(),
        }),
        Err(error) => json!({
            "input": RepoUrl::redact(text),
            "error": error.to_string(),
            "hint": error.hint(),
            "span": { "start": error.span().start, "end": error.span().end },
        }),
    }
}

/// The URL with the part at fault underlined; one that holds a secret is not shown.
fn fault(text: &str, error: &RepoUrlError) -> String {
    let message = error.to_string();
    let mut group =
        Level::ERROR.primary_title(message.as_str()).elements([] as [annotate_snippets::Message<'_>; 0]);
    let redacted = RepoUrl::redact(text);
    if redacted == text && text.len() <= RepoUrl::MAX_BYTES {
        let span = error.span();
        let snippet = Snippet::source(text).annotation(AnnotationKind::Primary.span(span.start..span.end));
        group = group.element(snippet);
    }
    let hint = error.hint();
    if let Some(hint) = &hint {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    Renderer::styled().decor_style(DecorStyle::Ascii).render(&[group]) + "\n"
}
