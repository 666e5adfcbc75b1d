//! Fixes as a patch that `git apply` takes.

use std::fmt::Write as _;
use std::io;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use similar::TextDiff;
use start_points_workspace::fix::FixedFile;

use crate::output::{HEADING, print_bytes, print_styled, styled};

/// Prints the patch: coloured where colours are wanted, escaped on a terminal, byte for byte elsewhere.
pub(super) fn print(files: &[FixedFile]) -> io::Result<()> {
    let patch: String = files.iter().map(of_file).collect();
    if AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        print_bytes(patch.as_bytes())
    } else {
        print_coloured(&patch)
    }
}

fn of_file(file: &FixedFile) -> String {
    let old = String::from_utf8_lossy(file.old.as_deref().unwrap_or_default());
    let new = String::from_utf8_lossy(&file.new);
    // Lines end at line feeds alone: a carriage return is a part of its line.
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&before, &after);
    let name = |side: &str| quoted(&format!("{side}/{}", file.key));
    let from = if file.old.is_some() { name("a") } else { "/dev/null".to_owned() };
    diff.unified_diff().header(&from, &name("b")).to_string()
}

/// A path as git writes it: in quotes, with C's escapes, where it holds what ends a line or a name.
fn quoted(path: &str) -> String {
    if !path.chars().any(|c| c.is_control() || matches!(c, '"' | '\\')) {
        return path.to_owned();
    }
    let mut out = String::from("\"");
    let mut rest = path.chars();
    while let Some(c) = rest.next() {
        match c {
            // A byte that is not UTF-8, in hexadecimal.
            '\0' => {
                let hex: String = rest.by_ref().take(2).collect();
                let byte = u8::from_str_radix(&hex, 16).unwrap_or_default();
                let _ = write!(out, "\\{byte:03o}");
            }
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn print_coloured(patch: &str) -> io::Result<()> {
    let mut out = String::new();
    for line in patch.split_inclusive('\n') {
        let style = match line.as_bytes().first() {
            _ if line.starts_with("+++") || line.starts_with("---") => HEADING,
            Some(b'+') => AnsiColor::Green.on_default(),
            Some(b'-') => AnsiColor::Red.on_default(),
            Some(b'@') => AnsiColor::Cyan.on_default(),
            _ => Style::new(),
        };
        let _ = writeln!(out, "{}", styled(style, line.trim_end_matches('\n')));
    }
    print_styled(&out)
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_quoted_as_git_quotes_them() {
        assert_eq!(quoted("a/é b"), "a/é b");
        assert_eq!(quoted("a/x\ny"), "\"a/x\\ny\"");
        assert_eq!(quoted("a/\\\""), "\"a/\\\\\\\"\"");
        assert_eq!(quoted("a/\0ffz"), "\"a/\\377z\"");
    }
}
