//! `url`: what a source URL says, and the commit that it names now.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use clap::Args;
use serde_json::json;
use start_points::{RepoUrl, RepoUrlError, Tag, shown};
use start_points_fetch::{CommitName, FetchError, ResolvedUrl};

use crate::arguments::TextFormat;
use crate::error::{CliError, CommandOutcome};
use crate::fetching::{FetchArguments, FetchSession};
use crate::output::{print_json, print_styled, table};

/// Arguments of `url`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points url https://github.com/cyber-dojo-languages/python-unittest.git?tag=3.7.4
  start-points url 384f486@https://github.com/cyber-dojo-start-points/java-junit   the legacy spelling
  start-points url --resolve git@host:org/repo.git?tag=3.7.4    the commit that it names now")]
pub(crate) struct UrlArguments {
    /// Source URLs
    #[arg(required = true, value_name = "URL", allow_hyphen_values = true)]
    pub urls: Vec<String>,
    /// Resolve each URL to a commit, by asking its repository
    #[arg(long)]
    pub resolve: bool,
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextFormat,
}

/// What a repository answered; `None` where it was not asked.
type Answer = Option<Result<ResolvedUrl, FetchError>>;

pub(crate) fn run(arguments: &UrlArguments) -> Result<CommandOutcome, CliError> {
    let parsed: Vec<_> = arguments.urls.iter().map(|text| (text, RepoUrl::parse(text))).collect();
    let mut answers = match arguments.resolve {
        true => {
            let urls: Vec<_> = parsed.iter().filter_map(|(_, url)| url.as_ref().ok().cloned()).collect();
            FetchSession::open(arguments.fetch, false, false)?.resolve_all(&urls)?
        }
        false => Vec::new(),
    }
    .into_iter();
    let answered: Vec<_> = parsed
        .iter()
        .map(|(text, url)| (*text, url, if url.is_ok() { answers.next() } else { None }))
        .collect();
    match arguments.format {
        TextFormat::Text => {
            print_styled(
                &answered.iter().map(|(text, url, answer)| as_text(text, url, answer)).collect::<String>(),
            )?;
        }
        TextFormat::Json => {
            let urls: Vec<_> =
                answered.iter().map(|(text, url, answer)| as_json(text, url, answer)).collect();
            print_json(format!("{:#}\n", serde_json::Value::from(urls)))?;
        }
    }
    let is_clean = answered.iter().all(|(_, url, answer)| url.is_ok() && !matches!(answer, Some(Err(_))));
    Ok(if is_clean { CommandOutcome::Clean } else { CommandOutcome::Faults })
}

fn tag_kind(tag: &Tag) -> &'static str {
    match tag {
        Tag::Head => "head",
        Tag::Commit(_) => "commit",
        Tag::Named(_) => "named",
    }
}

fn as_text(text: &str, url: &Result<RepoUrl, RepoUrlError>, answer: &Answer) -> String {
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
    match answer {
        None => {}
        Some(Ok(resolved)) => {
            rows.push(row("commit", format!("{} ({})", resolved.commit, named(resolved))));
            let moved = resolved.moved_from.as_ref();
            rows.extend(moved.map(|last| row("moved", format!("from {last}, seen last time"))));
        }
        Some(Err(error)) => {
            rows.push(row("error", error.kind().to_string()));
            rows.extend(error.hint().map(|hint| row("hint", hint)));
        }
    }
    shown::lines(&format!("{url}\n{}", table(&rows))).into_owned()
}

fn named(resolved: &ResolvedUrl) -> String {
    match &resolved.named {
        CommitName::Tag(name) => format!("git tag {name}"),
        CommitName::Head(Some(branch)) => format!("the tip of {branch}"),
        CommitName::Head(None) => "the tip".to_owned(),
        CommitName::Commit => "the commit itself".to_owned(),
    }
}

fn as_json(text: &str, url: &Result<RepoUrl, RepoUrlError>, answer: &Answer) -> serde_json::Value {
    let mut json = parsed_json(text, url);
    match answer {
        None => {}
        Some(Ok(resolved)) => {
            let (kind, name) = match &resolved.named {
                CommitName::Tag(name) => ("tag", Some(name)),
                CommitName::Head(branch) => ("head", branch.as_ref()),
                CommitName::Commit => ("commit", None),
            };
            json["resolved"] = json!({
                "commit": resolved.commit.as_str(),
                "named": { "kind": kind, "name": name },
                "moved_from": resolved.moved_from.as_ref().map(|commit| commit.as_str()),
            });
        }
        Some(Err(error)) => {
            json["error"] = error.kind().to_string().into();
            json["hint"] = error.hint().into();
        }
    }
    json
}

fn parsed_json(text: &str, url: &Result<RepoUrl, RepoUrlError>) -> serde_json::Value {
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
    let mut group = Level::ERROR
        .primary_title(shown::lines(&message))
        .elements([] as [annotate_snippets::Message<'_>; 0]);
    let redacted = RepoUrl::redact(text);
    if redacted == text && text.len() <= RepoUrl::MAX_BYTES {
        // Where an offset is in the text as it is shown.
        let within = |offset: usize| shown::lines(text.get(..offset).unwrap_or_default()).len();
        let span = within(error.span().start)..within(error.span().end);
        let snippet = Snippet::source(shown::lines(text)).annotation(AnnotationKind::Primary.span(span));
        group = group.element(snippet);
    }
    let hint = error.hint();
    if let Some(hint) = &hint {
        group = group.element(Level::HELP.with_name("hint").message(shown::lines(hint)));
    }
    Renderer::styled().decor_style(DecorStyle::Ascii).render(&[group]) + "\n"
}
