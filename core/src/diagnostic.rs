//! The one type in which every fault is told.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::json::Pointer;
use crate::rule::{Rule, Severity};
use crate::shown::one_line;
use crate::span::Span;

/// A place in a file, or the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, with forward slashes.
    pub path: Arc<str>,
    /// The bytes at fault; `None` for the file as a whole.
    pub span: Option<Span>,
}

impl Place {
    /// A file as a whole.
    #[must_use]
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), span: None }
    }

    /// Bytes of a file.
    #[must_use]
    pub fn new(path: impl Into<Arc<str>>, span: Span) -> Self {
        Self { path: path.into(), span: Some(span) }
    }
}

/// Another place that belongs to a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is there.
    pub message: String,
}

/// A change of one file: the bytes of `span` become `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file; one that is not there is created, with an empty span.
    pub path: Arc<str>,
    /// The bytes to replace.
    pub span: Span,
    /// What they become.
    pub text: String,
}

/// A ready change that mends a fault. Rules offer fixes; only the caller writes files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: ``remove `image_name` ``.
    pub title: String,
    /// Whether it keeps the meaning, so that it may be made without a look.
    pub safe: bool,
    /// The changes; disjoint, and all or none.
    pub edits: Vec<Edit>,
}

/// A fault: which rule, where, why, and how to mend it. One pointer wide, and read as its [`Details`].
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic(Box<Details>);

/// What a diagnostic holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// The rule's level, or what settings made of it.
    pub severity: Severity,
    /// The fault in one line, clear alone: no full stop, values in backticks.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Which key or entry of the manifest; a missing key has its pointer too.
    pub pointer: Pointer,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// How to mend it.
    pub hint: Option<String>,
    /// Ready changes; each alone mends it.
    pub fixes: Vec<Fix>,
    /// The values that the message speaks of, in the order of their names.
    pub data: Vec<(&'static str, Datum)>,
}

/// A value that a message speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// A text.
    Text(String),
    /// A whole number; beyond 64 bits the greatest that fits.
    Number(i64),
}

impl Deref for Diagnostic {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Diagnostic {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl Diagnostic {
    /// A fault of `rule` at its default level. Control characters in the message are escaped: it is one line.
    #[must_use]
    pub fn new(rule: &'static Rule, place: Place, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            rule,
            severity: rule.severity,
            message: one_line(message.into()),
            place,
            pointer: Pointer::root(),
            related: Vec::new(),
            hint: None,
            fixes: Vec::new(),
            data: Vec::new(),
        }))
    }

    /// Names the key or entry.
    #[must_use]
    pub fn pointer(mut self, pointer: Pointer) -> Self {
        self.pointer = pointer;
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a place that belongs to it.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into() });
        self
    }

    /// Offers a change.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Keeps a value that the message speaks of.
    #[must_use]
    pub fn data(mut self, name: &'static str, datum: impl Into<Datum>) -> Self {
        let at = self.data.partition_point(|(other, _)| *other < name);
        self.data.insert(at, (name, datum.into()));
        self
    }

    /// The value of this name that the message speaks of.
    #[must_use]
    pub fn datum(&self, name: &str) -> Option<&Datum> {
        self.data.iter().find(|(other, _)| *other == name).map(|(_, datum)| datum)
    }
}

impl From<&str> for Datum {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Datum {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Cow<'_, str>> for Datum {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

impl From<i64> for Datum {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Datum {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Datum {
    fn from(number: u64) -> Self {
        Self::Number(number.try_into().unwrap_or(i64::MAX))
    }
}

impl From<usize> for Datum {
    fn from(number: usize) -> Self {
        Self::Number(number.try_into().unwrap_or(i64::MAX))
    }
}
