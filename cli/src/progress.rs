//! A progress line on standard error, on a terminal only; where nobody knows how long it takes, after a second.

use std::io::{IsTerminal as _, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use start_points::shown;

/// Counts what is done.
#[derive(Debug)]
pub(crate) struct Progress {
    started: Instant,
    bar: Option<ProgressBar>,
    noun: &'static str,
    done: u64,
    terminal: bool,
}

impl Progress {
    /// Nothing done yet; `noun` in the plural.
    pub(crate) fn new(noun: &'static str, quiet: bool) -> Self {
        Self { started: Instant::now(), bar: None, noun, done: 0, terminal: !quiet && stderr().is_terminal() }
    }

    /// Nothing done yet of a known number of things.
    pub(crate) fn of(total: usize, noun: &'static str, quiet: bool) -> Self {
        let mut progress = Self::new(noun, quiet);
        if progress.terminal {
            let bar = ProgressBar::new(total as u64);
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {bar:24} {pos}/{len} {prefix} {wide_msg}")
            {
                bar.set_style(style);
            }
            bar.set_prefix(noun);
            bar.enable_steady_tick(Duration::from_millis(100));
            progress.bar = Some(bar);
        }
        progress
    }

    /// What is being done.
    pub(crate) fn tell(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(shown::one_line(what.to_owned()));
        }
    }

    /// One more, and what it was.
    pub(crate) fn step(&mut self, what: &str) {
        self.done += 1;
        if !self.terminal || (self.bar.is_none() && self.started.elapsed() < Duration::from_secs(1)) {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} {prefix} ({per_sec}) {wide_msg}")
            {
                bar.set_style(style);
            }
            bar.set_prefix(self.noun);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        bar.set_position(self.done);
        bar.set_message(shown::one_line(what.to_owned()));
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Counts the bytes of transfers, of several at once perhaps.
#[derive(Debug)]
pub(crate) struct Bytes {
    bar: Option<ProgressBar>,
}

impl Bytes {
    /// Nothing moved yet.
    pub(crate) fn new(quiet: bool) -> Self {
        Self { bar: (!quiet && stderr().is_terminal()).then(ProgressBar::hidden) }
    }

    /// What is moved from here on.
    pub(crate) fn begin(&self, what: &str) {
        let Some(bar) = &self.bar else { return };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {bytes} ({bytes_per_sec}) {wide_msg}") {
            bar.set_style(style);
        }
        bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
        bar.reset();
        bar.set_message(shown::one_line(what.to_owned()));
        bar.enable_steady_tick(Duration::from_millis(100));
    }

    /// So many bytes more.
    pub(crate) fn moved(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes);
        }
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
