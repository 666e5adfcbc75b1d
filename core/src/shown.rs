//! What messages show: foreign text on one line, without control characters, no longer than a glance; and counts.

use std::borrow::Cow;

/// The most characters of a foreign text that a message shows.
const MAX_CHARACTERS: usize = 80;

/// `text` as a message shows it: control characters escaped, and cut with `…` where it is long.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_CHARACTERS && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == MAX_CHARACTERS {
            out.push('…');
            break;
        }
        if is_plain(c) { out.push(c) } else { out.extend(c.escape_default()) }
    }
    Cow::Owned(out)
}

/// `text` with control characters escaped, at its whole length.
#[must_use]
pub fn one_line(text: String) -> String {
    if text.chars().all(is_plain) {
        return text;
    }
    let escaped = |c: char| if is_plain(c) { c.to_string() } else { c.escape_default().to_string() };
    text.chars().map(escaped).collect()
}

/// A path at its whole length, with control characters escaped, and bytes that are not UTF-8 as `\xff`: see
/// [`FileSet`](crate::check::FileSet).
#[must_use]
pub fn path(path: &str) -> Cow<'_, str> {
    if path.chars().all(is_plain) {
        return Cow::Borrowed(path);
    }
    let mut out = String::new();
    for c in path.chars() {
        match c {
            '\0' => out.push_str("\\x"),
            c if is_plain(c) => out.push(c),
            c => out.extend(c.escape_default()),
        }
    }
    Cow::Owned(out)
}

fn is_plain(c: char) -> bool {
    !c.is_control() && !is_bidi(c)
}

/// Characters that reorder what surrounds them: a message must read as it is written.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A count and its noun: `1 error`, `2 errors`, `3 repositories`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    match noun.strip_suffix("ry") {
        _ if count == 1 => format!("1 {noun}"),
        Some(stem) => format!("{count} {stem}ries"),
        None => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn foreign_text_stays_on_its_line() {
        assert_eq!(shown("plain é"), "plain é");
        assert_eq!(shown("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
        assert_eq!(shown("\u{202e}gpj"), "\\u{202e}gpj");
        assert_eq!(shown(&"x".repeat(500)).chars().count(), 81);
    }
}
