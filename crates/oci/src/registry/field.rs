//! The parts that header fields are made of: [RFC 9110, section 5.6](https://www.rfc-editor.org/rfc/rfc9110#section-5.6).

/// What is left of a field's value.
pub(super) struct Field<'a> {
    rest: &'a str,
}

impl<'a> Field<'a> {
    pub(super) fn new(value: &'a str) -> Self {
        Self { rest: value }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn starts_with(&self, wanted: char) -> bool {
        self.rest.starts_with(wanted)
    }

    pub(super) fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Passes over the empty elements of a list too.
    pub(super) fn skip_commas(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', ',']);
    }

    /// Whether this character stands here, which is then passed over.
    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// The characters up to the first that does not fit; there may be none.
    pub(super) fn all(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let (found, rest) = self.rest.split_at(self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len()));
        self.rest = rest;
        found
    }

    pub(super) fn token(&mut self) -> Option<&'a str> {
        Some(self.all(is_token)).filter(|token| !token.is_empty())
    }

    /// `= value` with space around the `=`, the value quoted or not; `None`, and nothing passed over, where that is not
    /// what stands here. What is quoted and has no end has no value.
    pub(super) fn value(&mut self, fits: impl Fn(char) -> bool) -> Option<Option<String>> {
        let mut ahead = Field { rest: self.rest };
        ahead.skip_space();
        if !ahead.eat('=') {
            return None;
        }
        ahead.skip_space();
        self.rest = ahead.rest;
        Some(if self.eat('"') { self.quoted() } else { Some(self.all(fits).to_owned()) })
    }

    /// The rest of what is quoted, with `\` before a character that is meant.
    fn quoted(&mut self) -> Option<String> {
        let mut value = String::new();
        let mut characters = self.rest.chars();
        while let Some(c) = characters.next() {
            match c {
                '"' => {
                    self.rest = characters.as_str();
                    return Some(value);
                }
                '\\' => value.extend(characters.next()),
                c => value.push(c),
            }
        }
        self.rest = "";
        None
    }

    /// `token68`, where an element of the list ends after it: `YII/a+b==`.
    pub(super) fn token68(&mut self) -> bool {
        let mut ahead = Field { rest: self.rest };
        let body = ahead.all(|c| c.is_ascii_alphanumeric() || "-._~+/".contains(c));
        ahead.all(|c| c == '=');
        ahead.skip_space();
        let is_one = !body.is_empty() && (ahead.is_at_end() || ahead.starts_with(','));
        if is_one {
            self.rest = ahead.rest;
        }
        is_one
    }
}

pub(super) fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}
