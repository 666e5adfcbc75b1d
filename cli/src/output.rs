//! Results to standard output, eprint_line to standard error; colours only where they are wanted.
//!
//! Nothing else writes to either. Whatever did not come from us is escaped here: a text as a whole, or, where parts of
//! it are styled, each part by [`styled`] or by the engine's renderers, with a net under all of it.

use std::io::{self, IsTerminal as _, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use start_points::sources::Sources;
use start_points::{Report, render, shown};
use start_points_io::WriteOutcome;

use crate::settings::ReportFormat;

/// When to colour the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Sets the choice of colour for every stream that is opened after.
pub(crate) fn choose_color(color: ColorWhen) {
    match color {
        ColorWhen::Auto => {}
        ColorWhen::Always => ColorChoice::Always.write_global(),
        ColorWhen::Never => ColorChoice::Never.write_global(),
    }
}

/// The word for what became of an output, before its name.
pub(crate) const fn verb(done: WriteOutcome) -> &'static str {
    match done {
        WriteOutcome::New | WriteOutcome::Replaced => "wrote",
        WriteOutcome::Unchanged => "unchanged:",
    }
}

/// Writes text to standard output, with what cannot be seen escaped.
pub(crate) fn print(text: &str) -> io::Result<()> {
    write(io::stdout().lock(), shown::lines(text).as_bytes())
}

/// Writes JSON to standard output, with what cannot be seen as `\uXXXX`.
pub(crate) fn print_json(text: String) -> io::Result<()> {
    write(io::stdout().lock(), shown::json(text).as_bytes())
}

/// Writes text that is styled with [`styled`], its foreign parts escaped, to standard output; styles are dropped where
/// they are not wanted.
pub(crate) fn print_styled(text: &str) -> io::Result<()> {
    write(AutoStream::auto(io::stdout().lock()), shown::styled_lines(text).as_bytes())
}

/// Writes what has to arrive byte for byte, such as a file or a patch. A terminal is nobody's file: it gets it escaped.
pub(crate) fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let stdout = io::stdout();
    match stdout.is_terminal() {
        true => print(&String::from_utf8_lossy(bytes)),
        false => write(stdout.lock(), bytes),
    }
}

fn write(mut stream: impl Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}

/// How errors, and what is denied, are marked.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// How warnings are marked.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// How hints are marked.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// How places are marked.
pub(crate) const PLACE: Style = AnsiColor::Blue.on_default().bold();
/// How a heading is marked.
pub(crate) const HEADING: Style = Style::new().bold();

/// A text in a style, with what cannot be seen escaped.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{}{style:#}", shown::lines(text))
}

/// Writes a report; `from_top` is for the formats whose readers know paths from the top of a repository.
pub(crate) fn print_report(
    report: &Report,
    sources: &Sources,
    format: ReportFormat,
    from_top: &dyn Fn(&str) -> String,
) -> io::Result<()> {
    match format {
        ReportFormat::Full if links() => print_styled(&render::full_linked(report, sources)),
        ReportFormat::Full => print_styled(&render::full(report, sources, true)),
        ReportFormat::Concise => print(&render::concise(report, sources)),
        ReportFormat::Json => print_json(render::json(report, sources)),
        ReportFormat::Sarif => print_json(render::sarif_from(report, sources, from_top)),
        ReportFormat::Github => print(&render::github_from(report, sources, from_top)),
    }
}

/// Whether standard output is a terminal that shows hyperlinks, and styles are wanted there.
///
/// A pipe never gets links: `FORCE_HYPERLINK`, which the crate obeys, is for terminals that it does not know.
fn links() -> bool {
    let stdout = io::stdout();
    stdout.is_terminal()
        && AutoStream::choice(&stdout) != ColorChoice::Never
        && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
}

/// Writes a line of eprint_line to standard error, with what cannot be seen escaped.
pub(crate) fn eprint_line(text: &str) -> io::Result<()> {
    eprint_styled(&shown::lines(text))
}

/// Writes a report that is part of the eprint_line to standard error; its foreign parts are escaped.
pub(crate) fn eprint_styled(text: &str) -> io::Result<()> {
    writeln!(AutoStream::auto(io::stderr().lock()), "{}", shown::styled_lines(text))
}

/// `error: …`, a line of eprint_line.
pub(crate) fn print_error(message: &str) -> io::Result<()> {
    labelled(ERROR, "error", message)
}

/// `warning: …`, a line of eprint_line.
pub(crate) fn print_warning(message: &str) -> io::Result<()> {
    labelled(WARNING, "warning", message)
}

/// `hint: …`, a line of eprint_line.
pub(crate) fn print_hint(message: &str) -> io::Result<()> {
    labelled(HINT, "hint", message)
}

fn labelled(style: Style, label: &str, message: &str) -> io::Result<()> {
    eprint_styled(&format!("{style}{label}{style:#}: {}", shown::lines(message)))
}

/// A table: columns as wide as their widest cell, two spaces apart.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter().filter_map(|row| Some(row.get(column)?.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
