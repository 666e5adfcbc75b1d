//! Escapes foreign text for messages, so that no character controls a terminal, reorders the line or is invisible; and
//! pluralizes counts.
//!
//! This is the only place that knows which characters those are.

use std::borrow::Cow;

/// The most characters of a foreign text in a message.
const MAX_CHARACTERS: usize = 80;

/// `text` for a message: on one line, with invisible characters escaped, and cut with `…` where it is long.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
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

/// `text` on one line, in full, with invisible characters escaped.
#[must_use]
pub fn one_line(text: String) -> String {
    match escape_unless(&text, is_plain) {
        Cow::Borrowed(_) => text,
        Cow::Owned(escaped) => escaped,
    }
}

/// `text` with line breaks and tabs kept and other invisible characters escaped; each line ends with one newline.
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    let is_shown = |c| is_plain(c) || matches!(c, '\n' | '\t');
    if text.contains("\r\n") {
        return Cow::Owned(escape_unless(&text.replace("\r\n", "\n"), is_shown).into_owned());
    }
    escape_unless(text, is_shown)
}

/// As [`lines`], but keeps styles and links: a safety net for a text whose foreign parts are already escaped.
///
/// A style is `ESC [ … m` (SGR), a link `ESC ] 8 ; ; … ESC \` (OSC 8,
/// <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>); we write no other sequence.
#[must_use]
pub fn styled_lines(text: &str) -> Cow<'_, str> {
    let mut parts = text.split('\u{1b}');
    let mut out = lines(parts.next().unwrap_or_default()).into_owned();
    for part in parts {
        let sequence = sequence_length(part);
        out.push_str(if sequence > 0 { "\u{1b}" } else { "\\u{1b}" });
        let (sequence, rest) = part.split_at(sequence);
        out.push_str(sequence);
        out.push_str(&lines(rest));
    }
    Cow::Owned(out)
}

/// How many bytes after an escape character belong to a style, or to the start or end of a link.
fn sequence_length(text: &str) -> usize {
    if let Some(style) = text.strip_prefix('[') {
        let digits = style.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
        return if style.as_bytes().get(digits) == Some(&b'm') { digits + 2 } else { 0 };
    }
    match text.strip_prefix("]8;;") {
        // Up to the escape character that ends it.
        Some(link) if link.bytes().all(|byte| byte.is_ascii_graphic()) => text.len(),
        Some(_) => 0,
        None => usize::from(text.starts_with('\\')),
    }
}

/// A JSON text with invisible characters as `\uXXXX`; it has none outside its strings.
#[must_use]
pub fn json(text: String) -> String {
    if text.chars().all(|c| is_plain(c) || c == '\n') {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_plain(c) || c == '\n' { out.push(c) } else { push_json(c, &mut out) }
    }
    out
}

/// A character as JSON's `\uXXXX`, of a surrogate pair where it needs one.
pub(crate) fn push_json(c: char, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        let digit = |shift: u32| char::from_digit(u32::from(*unit >> shift) & 0xF, 16).unwrap_or_default();
        out.push_str("\\u");
        out.extend([12, 8, 4, 0].map(digit));
    }
}

/// A path in full, with invisible characters escaped and bytes that are not UTF-8 as `\xff`: see
/// [`FileSet`](crate::check::FileSet).
#[must_use]
pub fn path(path: &str) -> Cow<'_, str> {
    if path.contains('\0') {
        // Everything between two of them is kept as it is, a `\` too.
        return path
            .split('\0')
            .map(|part| escape_unless(part, is_plain))
            .collect::<Vec<_>>()
            .join("\\x")
            .into();
    }
    escape_unless(path, is_plain)
}

fn escape_unless(text: &str, is_shown: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().all(&is_shown) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_shown(c) { out.push(c) } else { out.extend(c.escape_default()) }
    }
    Cow::Owned(out)
}

/// Whether a character displays as itself.
///
/// These do not: controls, which terminals obey; line and paragraph separators; characters that reorder the line; and
/// invisible ones such as joiners and variation selectors. In Unicode's terms, the general categories `Cc`, `Cf`, `Zl`
/// and `Zp`, and `Default_Ignorable_Code_Point`: <https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point>.
#[must_use]
pub const fn is_plain(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\0'..='\u{9f}' => false,
        _ => !is_format(c),
    }
}

/// `Cf`, `Zl`, `Zp` and `Default_Ignorable_Code_Point`, as of Unicode 16.
const fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
        | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A count with its noun: `1 error`, `2 errors`, `3 repositories`.
#[must_use]
pub fn pluralize(count: usize, noun: &str) -> String {
    match noun.strip_suffix("ry") {
        _ if count == 1 => format!("1 {noun}"),
        Some(stem) => format!("{count} {stem}ries"),
        None => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_stays_on_one_line() {
        assert_eq!(escaped("plain é"), "plain é");
        assert_eq!(escaped("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
        assert_eq!(escaped("\u{202e}gpj"), "\\u{202e}gpj");
        assert_eq!(escaped(&"x".repeat(500)).chars().count(), 81);
        assert_eq!(lines("a\r\n\tb\r\u{9b}c\n"), "a\n\tb\\r\\u{9b}c\n");
        assert_eq!(path("a\0ff\u{feff}/b"), "a\\xff\\u{feff}/b");
        let ours = "\u{1b}[1;31merror\u{1b}[0m \u{1b}]8;;https://x/y\u{1b}\\r\u{1b}]8;;\u{1b}\\\n";
        assert_eq!(styled_lines(ours), ours);
        assert_eq!(
            styled_lines("\u{1b}[2J\u{1b}]52;c;x\u{7}\u{1b}c"),
            "\\u{1b}[2J\\u{1b}]52;c;x\\u{7}\\u{1b}c"
        );
        assert_eq!(json("\"a\u{2028}\u{e0041}é\"\n".to_owned()), "\"a\\u2028\\udb40\\udc41é\"\n");
    }

    #[test]
    fn invisible_characters_are_those_of_unicode() {
        let hidden = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]";
        let hidden = regex::Regex::new(hidden).expect("a class");
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            assert_eq!(is_plain(c), !hidden.is_match(c.encode_utf8(&mut [0; 4])), "{:x}", u32::from(c));
        }
    }
}
