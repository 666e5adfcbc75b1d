//! Results to standard output, talk to standard error; colours only where they are wanted.

use std::io::{self, IsTerminal as _, Write};

use anstream::{AutoStream, ColorChoice};

use start_points::sources::Sources;
use start_points::{Report, render};
use start_points_replace::Written;

use crate::arguments::Color;
use crate::settings::Format;

/// Sets the choice of colour for every stream that is opened after.
pub(crate) fn choose_color(color: Color) {
    match color {
        Color::Auto => {}
        Color::Always => ColorChoice::Always.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
}

/// The word for what became of an output, before its name.
pub(crate) const fn verb(done: Written) -> &'static str {
    match done {
        Written::New | Written::Replaced => "wrote",
        Written::Unchanged => "unchanged:",
    }
}

/// Writes text, styled or not, to standard output; escapes are dropped where colours are not wanted.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut stream = AutoStream::auto(io::stdout().lock());
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// Writes text that must arrive byte for byte.
pub(crate) fn print_raw(text: &str) -> io::Result<()> {
    print_bytes(text.as_bytes())
}

/// Writes bytes as they are.
pub(crate) fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut stream = io::stdout().lock();
    stream.write_all(bytes)?;
    stream.flush()
}

/// Writes a report; `from_top` is for the formats whose readers know paths from the top of a repository.
pub(crate) fn print_report(
    report: &Report,
    sources: &Sources,
    format: Format,
    from_top: &dyn Fn(&str) -> String,
) -> io::Result<()> {
    match format {
        Format::Full if links() => print(&render::full_linked(report, sources)),
        Format::Full => print(&render::full(report, sources, true)),
        Format::Concise => print(&render::concise(report, sources)),
        Format::Json => print_raw(&render::json(report, sources)),
        Format::Sarif => print_raw(&render::sarif_from(report, sources, from_top)),
        Format::Github => print_raw(&render::github_from(report, sources, from_top)),
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

/// Writes a line of talk to standard error.
pub(crate) fn talk(text: &str) -> io::Result<()> {
    let mut stream = AutoStream::auto(io::stderr().lock());
    writeln!(stream, "{text}")
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
