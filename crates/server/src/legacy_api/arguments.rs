//! The arguments of a request to the deployed API: a JSON object in its body, read as Ruby's `json` 2.19 reads it.
//!
//! That accepts more than JSON: comments, lone low surrogates, and bytes that are not UTF-8. It accepts no more than
//! 100 levels. <https://github.com/ruby/json/blob/master/ext/json/ext/parser/parser.c>; recorded responses hold this
//! parser against the real one.

use super::error::LegacyError;

/// The most levels of arrays and objects: `max_nesting` of Ruby's parser.
const MAX_NESTING: usize = 100;

/// What a request's body contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arguments {
    name: Option<NameArgument>,
}

/// The value of `name`; of several, the last.
#[derive(Debug, Clone, PartialEq, Eq)]
enum NameArgument {
    Text(String),
    NotText,
}

impl Arguments {
    /// An empty body counts as an empty object; probes send it.
    pub(super) fn parse(body: &[u8]) -> Result<Self, LegacyError> {
        if body.is_empty() {
            return Ok(Self { name: None });
        }
        match parse(body)? {
            RubyValue::Object(name) => Ok(Self { name }),
            RubyValue::Text(_) | RubyValue::Other => Err(LegacyError::malformed()),
        }
    }

    /// The argument `name`.
    pub(super) fn name(&self) -> Result<&str, LegacyError> {
        match &self.name {
            None => Err(LegacyError::name("missing")),
            Some(NameArgument::NotText) => Err(LegacyError::name("!string")),
            Some(NameArgument::Text(name)) => Ok(name),
        }
    }
}

/// A value, as far as the API needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum RubyValue {
    /// An object, and its member `name`.
    Object(Option<NameArgument>),
    Text(String),
    Other,
}

fn parse(bytes: &[u8]) -> Result<RubyValue, LegacyError> {
    let mut parser = RubyParser { bytes, at: 0, nesting: 0 };
    let value = parser.value()?;
    parser.skip_space()?;
    if parser.at < bytes.len() { Err(parser.fault()) } else { Ok(value) }
}

struct RubyParser<'a> {
    bytes: &'a [u8],
    at: usize,
    nesting: usize,
}

impl RubyParser<'_> {
    fn fault(&self) -> LegacyError {
        LegacyError::not_json(self.at)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Skips a byte, if it comes next.
    fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self) -> Result<RubyValue, LegacyError> {
        self.skip_space()?;
        match self.peek() {
            Some(b'"') => self.string().map(RubyValue::Text),
            Some(b'[') => self.array(),
            Some(b'{') => self.object(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                let words = [&b"null"[..], b"true", b"false"];
                let word = words.into_iter().find(|word| self.rest().starts_with(word));
                self.at += word.ok_or_else(|| self.fault())?.len();
                Ok(RubyValue::Other)
            }
        }
    }

    fn number(&mut self) -> Result<RubyValue, LegacyError> {
        self.skip(b'-');
        let starts_with_zero = self.peek() == Some(b'0');
        let digits = self.skip_digits();
        if digits == 0 || (starts_with_zero && digits > 1) {
            return Err(self.fault());
        }
        if self.skip(b'.') && self.skip_digits() == 0 {
            return Err(self.fault());
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _ = self.skip(b'-') || self.skip(b'+');
            if self.skip_digits() == 0 {
                return Err(self.fault());
            }
        }
        Ok(RubyValue::Other)
    }

    fn skip_digits(&mut self) -> usize {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        digits
    }

    fn array(&mut self) -> Result<RubyValue, LegacyError> {
        self.at += 1;
        self.skip_space()?;
        if self.skip(b']') {
            return Ok(RubyValue::Other);
        }
        self.enter()?;
        loop {
            self.value()?;
            self.skip_space()?;
            if self.skip(b']') {
                break;
            }
            if !self.skip(b',') {
                return Err(self.fault());
            }
        }
        self.nesting -= 1;
        Ok(RubyValue::Other)
    }

    fn object(&mut self) -> Result<RubyValue, LegacyError> {
        self.at += 1;
        self.skip_space()?;
        let mut name = None;
        if self.skip(b'}') {
            return Ok(RubyValue::Object(name));
        }
        self.enter()?;
        loop {
            self.skip_space()?;
            if self.peek() != Some(b'"') {
                return Err(self.fault());
            }
            let key = self.string()?;
            self.skip_space()?;
            if !self.skip(b':') {
                return Err(self.fault());
            }
            let value = self.value()?;
            if key == "name" {
                name = Some(match value {
                    RubyValue::Text(text) => NameArgument::Text(text),
                    _ => NameArgument::NotText,
                });
            }
            self.skip_space()?;
            if self.skip(b'}') {
                break;
            }
            if !self.skip(b',') {
                return Err(self.fault());
            }
        }
        self.nesting -= 1;
        Ok(RubyValue::Object(name))
    }

    /// Goes one level down. Empty arrays and objects do not count.
    fn enter(&mut self) -> Result<(), LegacyError> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING { Err(LegacyError::too_deep(self.nesting)) } else { Ok(()) }
    }

    /// Skips white space and comments.
    fn skip_space(&mut self) -> Result<(), LegacyError> {
        loop {
            let rest = self.rest();
            self.at += match rest {
                [b' ' | b'\t' | b'\r' | b'\n', ..] => 1,
                [b'/', b'/', ..] => {
                    rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1)
                }
                [b'/', b'*', comment @ ..] => {
                    let end = comment.windows(2).position(|two| two == b"*/");
                    end.ok_or_else(|| self.fault())? + 4
                }
                _ => return Ok(()),
            };
        }
    }

    fn string(&mut self) -> Result<String, LegacyError> {
        self.at += 1;
        let mut text = Vec::new();
        loop {
            let byte = self.peek().ok_or_else(|| self.fault())?;
            match byte {
                b'"' => break,
                b'\\' => {
                    let c = self.escape()?;
                    text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
                0..0x20 => return Err(self.fault()),
                _ => text.push(byte),
            }
            self.at += 1;
        }
        self.at += 1;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn escape(&mut self) -> Result<char, LegacyError> {
        let c = match self.bytes.get(self.at + 1) {
            Some(c @ (b'"' | b'/' | b'\\')) => char::from(*c),
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.fault()),
        };
        self.at += 2;
        Ok(c)
    }

    /// A `\u` escape, or two of a surrogate pair.
    fn unicode_escape(&mut self) -> Result<char, LegacyError> {
        let high = self.code_unit()?;
        if high & 0xFC00 != 0xD800 {
            // A lone low surrogate is accepted, and is not a character.
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let low = self.code_unit()?;
        if low & 0xFC00 != 0xDC00 {
            return Err(self.fault());
        }
        let code = 0x1_0000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// `\u` and four hex digits.
    fn code_unit(&mut self) -> Result<u32, LegacyError> {
        let digits = self.rest().strip_prefix(b"\\u").and_then(|rest| rest.get(..4));
        let unit = digits.and_then(|digits| {
            digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
        });
        let unit = unit.ok_or_else(|| self.fault())?;
        self.at += 6;
        Ok(unit)
    }
}

/// The parser beside serde_json, for fuzzing.
#[cfg(any(test, fuzzing))]
pub mod fuzzing {
    use serde_json::Value;

    use crate::legacy_api::arguments::{Arguments, MAX_NESTING, NameArgument, RubyValue, parse};

    /// What serde_json accepts is accepted and has the same `name`, whatever white space and comments surround it; and
    /// every error is a JSON object with a known class.
    ///
    /// # Panics
    /// If that is not so.
    pub fn ruby_json(body: &[u8]) {
        let theirs = serde_json::from_slice::<Value>(body);
        let is_deep = body.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() >= MAX_NESTING;
        match parse(body) {
            Ok(ours) => {
                if let Ok(theirs) = &theirs {
                    assert_eq!(ours, converted(theirs), "{}", String::from_utf8_lossy(body));
                }
                for (before, after) in [(&b" \n"[..], &b"\t"[..]), (b"/* ] */", b"// }"), (b"//\n", b"/**/")]
                {
                    let more = [before, body, b"\n", after].concat();
                    assert_eq!(parse(&more).as_ref(), Ok(&ours), "{}", String::from_utf8_lossy(&more));
                }
                // One level further down it is an array, or too deep.
                let inside = [b"[", body, b"\n]"].concat();
                assert!(parse(&inside).is_ok_and(|inside| inside == RubyValue::Other) || is_deep);
            }
            Err(error) => {
                let json = error.json("manifest", body);
                let Ok(json) = serde_json::from_str::<Value>(&json) else { unreachable!("{json}") };
                let class = json.pointer("/exception/class").and_then(Value::as_str);
                let is_nesting = class == Some("JSON::NestingError");
                assert!(is_nesting || class == Some("JSON::ParserError"), "{json}");
                assert!(!is_nesting || is_deep);
                assert!(theirs.is_err() || is_nesting, "serde_json accepts: {json}");
                assert_eq!(error.status().as_u16(), 500);
            }
        }
        if let Ok(arguments) = Arguments::parse(body) {
            assert!(body.is_empty() || arguments.name().is_err() || body.contains(&b'{'));
        }
    }

    fn converted(value: &Value) -> RubyValue {
        match value {
            Value::Object(members) => RubyValue::Object(members.get("name").map(|name| match name {
                Value::String(name) => NameArgument::Text(name.clone()),
                _ => NameArgument::NotText,
            })),
            Value::String(text) => RubyValue::Text(text.clone()),
            _ => RubyValue::Other,
        }
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn seeds_hold() {
            start_points_testing::fuzz_inputs("ruby_json").iter().for_each(|body| super::ruby_json(body));
        }
    }
}
