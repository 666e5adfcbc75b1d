//! The shas page as HTML. It works without JavaScript; maud escapes every text.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use start_points::gate::{Decision, Verdict};
use start_points::shown::counted;

use super::durations::Durations;
use super::rows::{LtfRow, PageView, ServiceRow, ShasPage, SortKey};

/// The size of a plot of durations, and of its bars.
const PLOT_WIDTH: f64 = 120.0;
const PLOT_HEIGHT: f64 = 21.0;
const BAR_HEIGHT: f64 = 5.0;
const BAR_STEP: f64 = 7.5;

/// One of the two tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Services,
    Ltfs,
}

impl Tab {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::Ltfs => "ltfs",
        }
    }

    /// The tab with this name; for any other name, the services if there are any.
    pub(super) fn new(word: &str, has_services: bool) -> Self {
        match word {
            "services" => Self::Services,
            "ltfs" => Self::Ltfs,
            _ if has_services => Self::Services,
            _ => Self::Ltfs,
        }
    }
}

/// The page; `has_gate` is whether the service has a gate.
pub(super) fn page(shas: &ShasPage, tab: Tab, view: &PageView, has_gate: bool) -> String {
    let title = match tab {
        Tab::Services => "Services",
        Tab::Ltfs => "Languages",
    };
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · shas · start-points" }
                link rel="icon" href="/shas.svg" type="image/svg+xml";
                link rel="stylesheet" href="/shas.css";
                script src="/shas.js" defer {}
            }
            body {
                a.skip href="#main" { "Skip to the page" }
                header.top {
                    a.brand href="/shas" {
                        span.dots aria-hidden="true" { i {} i {} i {} }
                        span { "start-points" }
                    }
                    nav aria-label="Tabs" {
                        (tab_link(Tab::Services, tab, "Services"))
                        (tab_link(Tab::Ltfs, tab, "Languages"))
                    }
                }
                main #main tabindex="-1" {
                    @match tab {
                        Tab::Services => (services(&shas.services, view)),
                        Tab::Ltfs => (ltfs(&shas.ltfs, view, has_gate)),
                    }
                }
                footer.bottom {
                    p { "As of " time datetime=(shas.now) { (shas.now) } }
                    p { a href="/v1/shas" { "The same as JSON" } }
                }
            }
        }
    };
    markup.into_string()
}

fn tab_link(to: Tab, now: Tab, text: &str) -> Markup {
    html! { a href={ "/shas?tab=" (to.as_str()) } aria-current=[(to == now).then_some("page")] { (text) } }
}

fn head(title: &str, about: &str, tab: Tab, view: &PageView, counted: &str) -> Markup {
    html! {
        div.intro {
            div { h1 { (title) } p { (about) } }
            form.find role="search" action="/shas" method="get" {
                input type="hidden" name="tab" value=(tab.as_str());
                @if view.key != SortKey::Ltf || view.is_descending {
                    input type="hidden" name="sort" value=(sort_word(view.key, view.is_descending));
                }
                label.hush for="q" { "Search" }
                input #q type="search" name="q" value=(view.query) placeholder="Search" autocomplete="off";
                button.button type="submit" { "Search" }
            }
        }
        p.counted.soft.small #counted role="status" { (counted) }
    }
}

fn services(all: &[ServiceRow], view: &PageView) -> Markup {
    let shown: Vec<_> = all.iter().filter(|row| view.matches(&row.search_text())).collect();
    html! {
        (head("Services", "The commit that each service reports.", Tab::Services, view, &count_of(shown.len(), all.len(), "service")))
        @if all.is_empty() {
            p.waiting { "No services are configured. Start this service with " code { "--services FILE" } "." }
        } @else {
            div.card {
                table.shas data-noun="service" {
                    thead { tr { th scope="col" { "Service" } th scope="col" { "Commit" } th scope="col" { "Source" } } }
                    tbody {
                        @for row in shown {
                            tr data-text=(row.search_text()) {
                                th scope="row" data-label="Service" { (row.name) }
                                td data-label="Commit" {
                                    (commit(row.sha.as_deref(), row.commit_url.as_deref()))
                                    @if let Some(error) = &row.error { span.badge.error { "unknown" } " " span.soft.small { (error) } }
                                }
                                td.small.wrap data-label="Source" { @if let Some(url) = &row.url { code { (url) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn ltfs(all: &[LtfRow], view: &PageView, has_gate: bool) -> Markup {
    let shown = view.select(all);
    let about = "Languages and test frameworks of this catalogue, each tag with its commit, its image, and how long its tests take.";
    html! {
        (head("Languages", about, Tab::Ltfs, view, &count_of(shown.len(), all.len(), "tag")))
        @if all.is_empty() {
            p.waiting { "No start-point of this catalogue has an image." }
        } @else {
            div.card {
                table.shas data-noun="tag" {
                    thead {
                        tr {
                            (sortable(SortKey::Ltf, "Language", view))
                            (sortable(SortKey::Tag, "Tag", view))
                            th scope="col" { "Commit" }
                            th scope="col" { "Image" }
                            (sortable(SortKey::Age, "Age", view))
                            (sortable(SortKey::Gate, "Gate", view))
                            (sortable(SortKey::Seconds, "Seconds", view))
                        }
                    }
                    tbody {
                        @for (at, row) in shown.iter().enumerate() {
                            @let before = at.checked_sub(1).and_then(|before| shown.get(before));
                            (ltf(row, before.is_some_and(|before| before.has_same_ltf(row)), has_gate))
                        }
                    }
                }
            }
        }
    }
}

fn sortable(key: SortKey, text: &str, view: &PageView) -> Markup {
    let is_now = view.key == key;
    let order = is_now.then_some(if view.is_descending { "descending" } else { "ascending" });
    let to = sort_word(key, is_now && !view.is_descending);
    html! {
        th scope="col" aria-sort=[order] {
            a.sort href={ "/shas?tab=ltfs&sort=" (to) "&q=" (encoded(&view.query)) } data-key=(key.as_str()) { (text) }
        }
    }
}

fn sort_word(key: SortKey, is_descending: bool) -> String {
    format!("{}{}", if is_descending { "-" } else { "" }, key.as_str())
}

fn ltf(row: &LtfRow, is_further: bool, has_gate: bool) -> Markup {
    let rank = |key: SortKey| key.rank(row);
    let tag = row.tag.as_deref().unwrap_or("-");
    html! {
        tr.further[is_further] data-ltf=(rank(SortKey::Ltf)) data-age=(rank(SortKey::Age)) data-gate=(rank(SortKey::Gate)) data-seconds=(rank(SortKey::Seconds)) data-text=(row.search_text()) {
            th scope="row" data-label="Language" {
                span.ltf { (row.ltf) }
                span.soft.small.wrap { (row.name) }
            }
            td data-label="Tag" { code.tag { (tag) } }
            td data-label="Commit" { (commit(row.sha.as_deref(), row.commit_url.as_deref())) }
            td.wrap data-label="Image" {
                @let image = row.image.as_deref().unwrap_or_default();
                @match &row.image_url {
                    Some(url) => a href=(url) { code { (image) } },
                    None => code { (image) },
                }
            }
            td.age data-label="Age" {
                @match (row.age, &row.created) {
                    (Some(age), Some(created)) => time datetime=(created) title=(created) { (days(age)) },
                    _ => span.soft { "unknown" },
                }
            }
            td data-label="Gate" { (gate(row, has_gate)) }
            td data-label="Seconds" {
                @match &row.durations {
                    Some(durations) => (seconds(row, durations)),
                    None => span.soft { "unknown" },
                }
            }
        }
    }
}

fn seconds(row: &LtfRow, durations: &Durations) -> Markup {
    html! {
        div.seconds {
            (plot(durations, row.longest))
            span.small {
                @if let Some(mean) = durations.mean() { strong { (format!("{mean:.2}")) } " " }
                @match row.slower {
                    Some(slower) if slower <= 1.0 => span.badge.good { "fastest" },
                    Some(slower) => span.soft { "+" (format!("{:.0}", (slower - 1.0) * 100.0)) " %" },
                    None => "",
                }
            }
            span.hush { (durations) }
        }
    }
}

fn commit(sha: Option<&str>, url: Option<&str>) -> Markup {
    let Some(sha) = sha else { return html! {} };
    let is_dirty = sha.ends_with("-dirty");
    let short: String = sha.chars().take(7).collect();
    html! {
        @match url {
            Some(url) => a href=(url) title=(sha) { code { (short) } },
            None => code title=(sha) { (short) },
        }
        @if is_dirty { " " span.badge.warning { "uncommitted" } }
    }
}

fn gate(row: &LtfRow, has_gate: bool) -> Markup {
    match (&row.gate, &row.gate_error) {
        (Some(decision), _) => decided(decision),
        (None, Some(error)) => html! {
            details { summary { span.badge { "unknown" } } p.small.wrap { (sentence(error)) } }
        },
        (None, None) if has_gate => html! { span.badge { "waiting" } },
        (None, None) => html! { span.soft { "none" } },
    }
}

fn decided(decision: &Decision) -> Markup {
    let class = match decision.verdict {
        Verdict::Allow => "badge good",
        Verdict::Warn => "badge warning",
        Verdict::Unknown | Verdict::Deny => "badge error",
    };
    let badge = html! { span class=(class) { (decision.verdict.as_str()) } };
    if decision.reasons.is_empty() {
        return badge;
    }
    html! {
        details {
            summary { (badge) }
            ul.reasons {
                @for reason in &decision.reasons {
                    li.small.wrap { (sentence(&reason.message)) " " span.soft { (sentence(&reason.hint)) } }
                }
            }
        }
    }
}

/// A message; text in backticks becomes code.
fn sentence(message: &str) -> Markup {
    html! {
        @for (at, part) in message.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

fn days(seconds: u64) -> String {
    match seconds / 86_400 {
        0 => "today".to_owned(),
        days => counted(days as usize, "day"),
    }
}

fn count_of(shown: usize, all: usize, noun: &str) -> String {
    let all_of_them = counted(all, noun);
    if shown == all { all_of_them } else { format!("{shown} of {all_of_them}") }
}

/// A text as part of a URL's query; <https://www.rfc-editor.org/rfc/rfc3986#section-2.3> has the unreserved characters.
fn encoded(text: &str) -> PreEscaped<String> {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    PreEscaped(out)
}

/// A plot of durations: a bar each for red, amber and green, and a line at the mean. `longest` is the longest duration
/// of the LTF, which is as wide as the plot, so that all plots of an LTF have the same scale.
fn plot(durations: &Durations, longest: f64) -> Markup {
    let bars = [("red", durations.red), ("amber", durations.amber), ("green", durations.green)];
    html! {
        svg.plot viewBox={ "0 0 " (PLOT_WIDTH) " " (PLOT_HEIGHT) } width=(PLOT_WIDTH) height=(PLOT_HEIGHT) role="img" aria-label=(durations) {
            @for (at, (class, seconds)) in (0_u8..).zip(bars) {
                @if let Some(seconds) = seconds {
                    rect class=(class) x="0" y=(f64::from(at) * BAR_STEP) width=(format!("{:.1}", bar_width(seconds, longest).max(1.0))) height=(BAR_HEIGHT) rx="1.5" {}
                }
            }
            @if let Some(mean) = durations.mean() {
                @let x = format!("{:.1}", bar_width(mean, longest));
                line.mean x1=(x) x2=(x) y1="0" y2=(PLOT_HEIGHT) {}
            }
        }
    }
}

fn bar_width(seconds: f64, longest: f64) -> f64 {
    if longest > 0.0 { (seconds / longest * PLOT_WIDTH).clamp(0.0, PLOT_WIDTH) } else { 0.0 }
}
