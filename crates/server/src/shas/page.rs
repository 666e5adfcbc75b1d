//! The shas page as HTML. All of it can be read and used without JavaScript; whatever comes from elsewhere is escaped.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use start_points::gate::{Decision, Verdict};
use start_points::shown::counted;

use super::durations::Durations;
use super::plot::{plot, said};
use super::rows::{Key, Row, ServiceRow, Shas, View};

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

    /// The tab of that name; without one, the services where there are any.
    pub(super) fn new(word: &str, has_services: bool) -> Self {
        match word {
            "services" => Self::Services,
            "ltfs" => Self::Ltfs,
            _ if has_services => Self::Services,
            _ => Self::Ltfs,
        }
    }
}

/// The page; `has_gate` says whether images are decided about here.
pub(super) fn page(shas: &Shas, tab: Tab, view: &View, has_gate: bool) -> String {
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

fn head(title: &str, about: &str, tab: Tab, view: &View, counted: &str) -> Markup {
    html! {
        div.intro {
            div { h1 { (title) } p { (about) } }
            form.find role="search" action="/shas" method="get" {
                input type="hidden" name="tab" value=(tab.as_str());
                @if view.key != Key::Ltf || view.backwards {
                    input type="hidden" name="sort" value=(sort_word(view.key, view.backwards));
                }
                label.hush for="q" { "Search" }
                input #q type="search" name="q" value=(view.query) placeholder="Search" autocomplete="off";
                button.button type="submit" { "Search" }
            }
        }
        p.counted.soft.small #counted role="status" { (counted) }
    }
}

fn services(all: &[ServiceRow], view: &View) -> Markup {
    let shown: Vec<_> = all.iter().filter(|row| view.finds(&row.text())).collect();
    html! {
        (head("Services", "The commit that each service says it is of.", Tab::Services, view, &of_all(shown.len(), all.len(), "service")))
        @if all.is_empty() {
            p.waiting { "No services are listed: start the service with " code { "--services FILE" } "." }
        } @else {
            div.card {
                table.shas data-noun="service" {
                    thead { tr { th scope="col" { "Service" } th scope="col" { "Commit" } th scope="col" { "Asked at" } } }
                    tbody {
                        @for row in shown {
                            tr data-text=(row.text()) {
                                th scope="row" data-label="Service" { (row.name) }
                                td data-label="Commit" {
                                    (commit(row.sha.as_deref(), row.commit_url.as_deref()))
                                    @if let Some(error) = &row.error { span.badge.error { "unknown" } " " span.soft.small { (error) } }
                                }
                                td.small.wrap data-label="Asked at" { @if let Some(url) = &row.url { code { (url) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn ltfs(all: &[Row], view: &View, has_gate: bool) -> Markup {
    let shown = view.of(all);
    let about = "Languages and test frameworks of this catalogue, each tag with its commit, its image, and how long its tests take.";
    html! {
        (head("Languages", about, Tab::Ltfs, view, &of_all(shown.len(), all.len(), "tag")))
        @if all.is_empty() {
            p.waiting { "Nothing in this catalogue names an image." }
        } @else {
            div.card {
                table.shas data-noun="tag" {
                    thead {
                        tr {
                            (sortable(Key::Ltf, "Language", view))
                            (sortable(Key::Tag, "Tag", view))
                            th scope="col" { "Commit" }
                            th scope="col" { "Image" }
                            (sortable(Key::Age, "Age", view))
                            (sortable(Key::Gate, "Gate", view))
                            (sortable(Key::Seconds, "Seconds", view))
                        }
                    }
                    tbody {
                        @for (at, row) in shown.iter().enumerate() {
                            @let before = at.checked_sub(1).and_then(|before| shown.get(before));
                            (ltf(row, before.is_some_and(|before| before.is_of_the_same_ltf(row)), has_gate))
                        }
                    }
                }
            }
        }
    }
}

fn sortable(key: Key, text: &str, view: &View) -> Markup {
    let is_now = view.key == key;
    let order = is_now.then_some(if view.backwards { "descending" } else { "ascending" });
    let to = sort_word(key, is_now && !view.backwards);
    html! {
        th scope="col" aria-sort=[order] {
            a.sort href={ "/shas?tab=ltfs&sort=" (to) "&q=" (encoded(&view.query)) } data-key=(key.as_str()) { (text) }
        }
    }
}

fn sort_word(key: Key, backwards: bool) -> String {
    format!("{}{}", if backwards { "-" } else { "" }, key.as_str())
}

fn ltf(row: &Row, is_further: bool, has_gate: bool) -> Markup {
    let rank = |key: Key| key.rank(row);
    let tag = row.tag.as_deref().unwrap_or("-");
    html! {
        tr.further[is_further] data-ltf=(rank(Key::Ltf)) data-age=(rank(Key::Age)) data-gate=(rank(Key::Gate)) data-seconds=(rank(Key::Seconds)) data-text=(row.text()) {
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

fn seconds(row: &Row, durations: &Durations) -> Markup {
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
            span.hush { (said(durations)) }
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
        @if is_dirty { " " span.badge.warning { "not committed" } }
    }
}

fn gate(row: &Row, has_gate: bool) -> Markup {
    match (&row.gate, &row.gate_error) {
        (Some(decision), _) => decided(decision),
        (None, Some(error)) => html! {
            details { summary { span.badge { "unknown" } } p.small.wrap { (sentence(error)) } }
        },
        (None, None) if has_gate => html! { span.badge { "asking" } },
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

/// A message, whose values stand in backticks.
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

fn of_all(shown: usize, all: usize, noun: &str) -> String {
    let all_of_them = counted(all, noun);
    if shown == all { all_of_them } else { format!("{shown} of {all_of_them}") }
}

/// A text in the query of a URL; the rest of its escaping is maud's.
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
