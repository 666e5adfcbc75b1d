//! Writing compact JSON piece by piece, with the escapes that serde_json writes, and more for what cannot be seen.

use crate::escape::{is_plain, push_json};
use crate::span::slice_or_empty;

/// A JSON text in the making. The caller opens, closes and names in an order that makes sense; the commas come of
/// themselves.
#[derive(Debug, Clone, Default)]
pub struct JsonWriter {
    text: String,
}

impl JsonWriter {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { text: String::with_capacity(128) }
    }

    /// `{` or `[`, as a value.
    pub fn open(&mut self, bracket: char) {
        self.value("");
        self.text.push(bracket);
    }

    /// `}` or `]`.
    pub fn close(&mut self, bracket: char) {
        self.text.push(bracket);
    }

    /// The key of the value that comes next.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.string(key);
        self.text.push(':');
        self
    }

    /// A string; what cannot be seen is escaped, see [`is_plain`](crate::escape::is_plain).
    pub fn string(&mut self, text: &str) {
        self.value("");
        quote(text, is_plain, &mut self.text);
    }

    /// A string, or `null`.
    pub fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text),
            None => self.value("null"),
        }
    }

    /// A number that is a count or an offset.
    pub fn count(&mut self, number: usize) {
        self.value(&number.to_string());
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, value: bool) {
        self.value(if value { "true" } else { "false" });
    }

    /// A value that is JSON already.
    pub fn value(&mut self, json: &str) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
        self.text.push_str(json);
    }

    /// The text.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }
}

/// A text as a JSON string, with its quotes and no more escapes than JSON needs: as Ruby's `JSON.generate` writes it.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    quote(text, |c| c >= ' ', &mut json);
    json
}

fn quote(text: &str, is_shown: impl Fn(char) -> bool, json: &mut String) {
    json.push('"');
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let short = match c {
            '"' | '\\' => c,
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{c}' => 'f',
            '\r' => 'r',
            c if is_shown(c) => continue,
            _ => 'u',
        };
        json.push_str(slice_or_empty(text, plain..at));
        if short == 'u' {
            push_json(c, json);
        } else {
            json.push('\\');
            json.push(short);
        }
        plain = at + c.len_utf8();
    }
    json.push_str(slice_or_empty(text, plain..));
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_written_as_serde_json_writes_them_but_for_what_cannot_be_seen() {
        let every: String =
            (0..0x300).filter_map(char::from_u32).chain("€😀\u{202e}\u{e0041}".chars()).collect();
        for text in ["", "a", &every, "\"\"", "\\", "a\u{0}b\u{1f}\n"] {
            let raw = serde_json::to_string(text).expect("a string");
            assert_eq!(quoted(text), raw);
            let mut writer = JsonWriter::new();
            writer.string(text);
            let written = writer.finish();
            assert_eq!(written, crate::escape::json(raw));
            assert_eq!(serde_json::from_str::<String>(&written).expect("JSON"), text);
            assert!(written.chars().all(is_plain), "{written}");
        }
    }

    #[test]
    fn commas_stand_between_values() {
        let mut writer = JsonWriter::new();
        writer.open('{');
        writer.key("a").count(1);
        writer.key("b").open('[');
        writer.string("{");
        writer.boolean(true);
        writer.optional(None);
        writer.open('[');
        writer.close(']');
        writer.open('{');
        writer.close('}');
        writer.close(']');
        writer.key("c").value("2");
        writer.close('}');
        assert_eq!(writer.finish(), r#"{"a":1,"b":["{",true,null,[],{}],"c":2}"#);
    }
}
