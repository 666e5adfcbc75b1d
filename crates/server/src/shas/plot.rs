//! A small plot of durations: a bar each for red, amber and green, and a line at the mean, to one scale for an LTF.

use maud::{Markup, html};

use super::durations::Durations;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 21.0;
const BAR: f64 = 5.0;
const STEP: f64 = 7.5;

/// The plot; `longest` is the longest duration of the LTF, which is as wide as the plot.
pub(super) fn plot(durations: &Durations, longest: f64) -> Markup {
    let width =
        |seconds: f64| if longest > 0.0 { (seconds / longest * WIDTH).clamp(0.0, WIDTH) } else { 0.0 };
    let bars = [("red", durations.red), ("amber", durations.amber), ("green", durations.green)];
    html! {
        svg.plot viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } width=(WIDTH) height=(HEIGHT) role="img" aria-label=(said(durations)) {
            @for (at, (class, seconds)) in (0_u8..).zip(bars) {
                @if let Some(seconds) = seconds {
                    rect class=(class) x="0" y=(f64::from(at) * STEP) width=(format!("{:.1}", width(seconds).max(1.0))) height=(BAR) rx="1.5" {}
                }
            }
            @if let Some(mean) = durations.mean() {
                line.mean x1=(format!("{:.1}", width(mean))) x2=(format!("{:.1}", width(mean))) y1="0" y2=(HEIGHT) {}
            }
        }
    }
}

/// The durations in words: `red 2.05 s, mean 1.98 s`.
pub(super) fn said(durations: &Durations) -> String {
    let all = [
        ("red", durations.red),
        ("amber", durations.amber),
        ("green", durations.green),
        ("mean", durations.mean()),
    ];
    let said = all.into_iter().filter_map(|(name, seconds)| Some(format!("{name} {:.2} s", seconds?)));
    said.collect::<Vec<_>>().join(", ")
}
