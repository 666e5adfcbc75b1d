//! JSON Pointers (<https://www.rfc-editor.org/rfc/rfc6901>): the path to a value inside a document.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::escape::escaped;
use crate::span::slice_or_empty;

/// A path of keys and indexes; the empty path is the whole document.
///
/// Ordered token by token, indexes by number: `/a/2` before `/a/10`, an object before what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Pointer(String);

/// A text that is not a JSON Pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PointerError {
    /// It is not empty and does not begin with `/`.
    #[error("expected `/` at the start of a JSON Pointer")]
    NoSlash,
    /// A `~` that is neither `~0` nor `~1`.
    #[error("expected `0` or `1` after `~` in a JSON Pointer")]
    BadEscape,
}

impl Pointer {
    /// The pointer to the whole document.
    #[must_use]
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// Reads a pointer as it is written: empty, or `/` before every token, `~0` for `~`, `~1` for `/`.
    ///
    /// # Errors
    /// Where that is not how it is written.
    pub fn parse(text: &str) -> Result<Self, PointerError> {
        if !text.is_empty() && !text.starts_with('/') {
            return Err(PointerError::NoSlash);
        }
        if text.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1'])) {
            return Err(PointerError::BadEscape);
        }
        Ok(Self(text.to_owned()))
    }

    /// Goes down to the member with this key.
    pub fn push_key(&mut self, key: &str) {
        self.0.push('/');
        if !key.contains(['~', '/']) {
            self.0.push_str(key);
            return;
        }
        for c in key.chars() {
            match c {
                '~' => self.0.push_str("~0"),
                '/' => self.0.push_str("~1"),
                _ => self.0.push(c),
            }
        }
    }

    /// Goes down to the entry with this index.
    pub fn push_index(&mut self, index: usize) {
        self.0.push('/');
        self.0.push_str(&index.to_string());
    }

    /// Goes up one level; stays at the root.
    pub fn pop(&mut self) {
        self.0.truncate(self.0.rfind('/').unwrap_or_default());
    }

    /// This pointer, one key down.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut longer = self.clone();
        longer.push_key(key);
        longer
    }

    /// This pointer, one index down.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut longer = self.clone();
        longer.push_index(index);
        longer
    }

    /// One level up; `None` at the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|end| Self(slice_or_empty(&self.0, ..end).to_owned()))
    }

    /// Whether this points to the whole document.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The pointer as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its keys and indexes from the root on, decoded.
    pub fn tokens(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split('/').skip(1).map(|token| {
            if token.contains('~') { Cow::Owned(unescaped(token)) } else { Cow::Borrowed(token) }
        })
    }

    /// The last key or index, decoded; `None` at the root.
    #[must_use]
    pub fn last(&self) -> Option<Cow<'_, str>> {
        self.tokens().last()
    }

    /// What a message calls the value that it points to: `` `tab_size` ``, `` `visible_filenames[2]` ``.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut name = String::new();
        for token in self.tokens() {
            if name.is_empty() {
                name.push_str(&escaped(&token));
            } else if token.bytes().all(|byte| byte.is_ascii_digit()) {
                name.push_str(&format!("[{token}]"));
            } else {
                name.push_str(&format!(".{}", escaped(&token)));
            }
        }
        if name.is_empty() { "the top-level value".to_owned() } else { format!("`{name}`") }
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Pointer {
    type Err = PointerError;

    fn from_str(text: &str) -> Result<Self, PointerError> {
        Self::parse(text)
    }
}

impl Ord for Pointer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.split('/').map(rank).cmp(other.0.split('/').map(rank))
    }
}

impl PartialOrd for Pointer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A token with `~1` read as `/` and `~0` as `~`.
fn unescaped(token: &str) -> String {
    let mut plain = String::with_capacity(token.len());
    let mut after_tilde = false;
    for c in token.chars() {
        match (after_tilde, c) {
            (true, '1') => plain.push('/'),
            (true, _) => plain.push('~'),
            (false, '~') => {}
            (false, _) => plain.push(c),
        }
        after_tilde = c == '~' && !after_tilde;
    }
    plain
}

/// Indexes sort before keys, and among themselves by number.
fn rank(token: &str) -> (bool, usize, &str) {
    if is_index(token) { (false, token.len(), token) } else { (true, 0, token) }
}

/// Whether a token is spelled as RFC 6901 spells an index: no sign, no leading zero.
pub(super) fn is_index(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_digit())
        && !token.is_empty()
        && (token == "0" || !token.starts_with('0'))
}
