//! Diagnostics with their source lines and carets, as rustc shows them.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Location, Related, Report};
use crate::escape;
use crate::rule::Severity;
use crate::sources::{Source, Sources};
use crate::span::Span;

/// The most bytes of source that one diagnostic shows; beyond them only the place is named.
const MAX_EXCERPT: usize = 4 << 10;

/// Every diagnostic with its source lines; `styled` adds colours as ANSI escapes.
#[must_use]
pub fn full(report: &Report, sources: &Sources, styled: bool) -> String {
    render(report, sources, if styled { Renderer::styled().hyperlink(false) } else { Renderer::plain() })
}

/// The same with colours, and with each rule's id as a link to its page: for a terminal that knows hyperlinks (OSC 8).
#[must_use]
pub fn full_linked(report: &Report, sources: &Sources) -> String {
    render(report, sources, Renderer::styled())
}

fn render(report: &Report, sources: &Sources, renderer: Renderer) -> String {
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(120);
    let mut out = String::new();
    for found in report.diagnostics() {
        out.push_str(&renderer.render(&[group(found, sources)]));
        out.push_str("\n\n");
    }
    out
}

fn group<'a>(found: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group = level
        .primary_title(escape::lines(&found.message))
        .id(found.rule.id)
        .id_url(found.rule.page_url())
        .elements([] as [Origin<'_>; 0]);
    let (near, far): (Vec<&Related>, Vec<&Related>) =
        found.related.iter().partition(|related| related.place.path == found.place.path);
    group = match excerpt(&found.place, &near, sources) {
        Some(snippet) => group.element(snippet),
        None => near.iter().fold(group.element(origin(&found.place, sources)), |group, related| {
            group
                .element(origin(&related.place, sources))
                .element(Level::NOTE.message(escape::lines(&related.message)))
        }),
    };
    for related in far {
        group = match excerpt(&related.place, &[], sources) {
            Some(snippet) => {
                group.element(Level::NOTE.message(escape::lines(&related.message))).element(snippet)
            }
            None => {
                let place = origin(&related.place, sources);
                group.element(Level::NOTE.message(escape::lines(&related.message))).element(place)
            }
        };
    }
    match &found.hint {
        Some(hint) => group.element(Level::HELP.with_name("hint").message(escape::lines(hint))),
        None => group,
    }
}

/// The lines of a place, with those of other places in the same file; `None` where they are too many to show.
fn excerpt<'a>(
    place: &Location,
    near: &[&'a Related],
    sources: &'a Sources,
) -> Option<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let source = sources.get(&place.path)?;
    let span = place.span?;
    let spans = near.iter().filter_map(|related| related.place.span).chain([span]);
    let (first, last) =
        spans.fold((span.start, span.end), |(first, last), span| (first.min(span.start), last.max(span.end)));
    let (start, text) = lines(source, first, last)?;
    let text = text.strip_suffix('\r').unwrap_or(text);
    // Where an offset is in the lines as they are shown: behind what is shown of the text before it.
    let within = |offset: usize| {
        let before = text.floor_char_boundary(offset.saturating_sub(start));
        escape::lines(text.get(..before).unwrap_or_default()).len()
    };
    let mut snippet = Snippet::source(escape::lines(text))
        .line_start(source.position(start).line)
        .path(escape::path(&place.path).into_owned())
        .annotation(AnnotationKind::Primary.span(within(span.start)..within(span.end)));
    for related in near {
        let span = related.place.span?;
        let range = within(span.start)..within(span.end);
        snippet =
            snippet.annotation(AnnotationKind::Context.span(range).label(escape::lines(&related.message)));
    }
    Some(snippet)
}

/// The whole lines around `first..last`, and where they start.
fn lines(source: &Source, first: usize, last: usize) -> Option<(usize, &str)> {
    let lines = source.lines(Span::new(first, last));
    if lines.end - lines.start > MAX_EXCERPT {
        return None;
    }
    Some((lines.start, std::str::from_utf8(source.bytes().get(lines.start..lines.end)?).ok()?))
}

fn origin<'a>(place: &Location, sources: &Sources) -> Origin<'a> {
    let origin = Origin::path(escape::path(&place.path).into_owned());
    match place.span.and_then(|span| Some(sources.get(&place.path)?.position(span.start))) {
        Some(at) => origin.line(at.line).char_column(at.column),
        None => origin,
    }
}
