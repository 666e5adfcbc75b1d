//! A fault and everything reported about it; and the report: all faults in order, with their counts.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::escape::one_line;
use crate::json::Pointer;
use crate::order::sorted;
use crate::rule::{Rule, Severity};
use crate::span::Span;

// The former names, until every crate has the new ones.
#[doc(hidden)]
pub use self::{DiagnosticDetails as Details, Location as Place, MessageValue as Datum};

/// A span of a file, or the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file, with forward slashes.
    pub path: Arc<str>,
    /// The bytes at fault; `None` for the file as a whole.
    pub span: Option<Span>,
}

impl Location {
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

/// Another location that belongs to a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Location,
    /// What this location has to do with the fault.
    pub message: String,
}

/// A change of one file: the bytes of `span` become `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file; a missing one is created, with an empty span.
    pub path: Arc<str>,
    /// The bytes to replace.
    pub span: Span,
    /// What they become.
    pub text: String,
}

/// A change that fixes a fault. Rules offer fixes; only the caller writes files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: ``remove `image_name` ``.
    pub title: String,
    /// Whether it keeps the meaning, so that it may be applied without review.
    pub safe: bool,
    /// The changes; disjoint, and all or none.
    pub edits: Vec<Edit>,
}

/// A fault: which rule, where, why, and how to fix it. One pointer wide; derefs to its [`DiagnosticDetails`].
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic(Box<DiagnosticDetails>);

/// What a diagnostic holds.
#[derive(Debug, Clone, PartialEq)]
pub struct DiagnosticDetails {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// The rule's level, or what settings made of it.
    pub severity: Severity,
    /// The fault on one line, clear without context: no full stop, values in backticks.
    pub message: String,
    /// Where.
    pub place: Location,
    /// Which key or entry of the manifest; a missing key has its pointer too.
    pub pointer: Pointer,
    /// Other locations that belong to it.
    pub related: Vec<Related>,
    /// How to fix it.
    pub hint: Option<String>,
    /// Alternative fixes.
    pub fixes: Vec<Fix>,
    /// The values that the message mentions, sorted by name.
    pub data: Vec<(&'static str, MessageValue)>,
}

/// A value that a message mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageValue {
    /// A text.
    Text(String),
    /// A whole number; beyond 64 bits the largest that fits.
    Number(i64),
}

impl Deref for Diagnostic {
    type Target = DiagnosticDetails;

    fn deref(&self) -> &DiagnosticDetails {
        &self.0
    }
}

impl DerefMut for Diagnostic {
    fn deref_mut(&mut self) -> &mut DiagnosticDetails {
        &mut self.0
    }
}

impl Diagnostic {
    /// A fault of `rule` at its default level. Control characters in the message are escaped: it is one line.
    #[must_use]
    pub fn new(rule: &'static Rule, place: Location, message: impl Into<String>) -> Self {
        Self(Box::new(DiagnosticDetails {
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

    /// Says how to fix it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a location that belongs to it.
    #[must_use]
    pub fn related(mut self, place: Location, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into() });
        self
    }

    /// Offers a fix.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Keeps a value that the message mentions.
    #[must_use]
    pub fn data(mut self, name: &'static str, datum: impl Into<MessageValue>) -> Self {
        let at = self.data.partition_point(|(other, _)| *other < name);
        self.data.insert(at, (name, datum.into()));
        self
    }

    /// The value of this name, if the message mentions it.
    #[must_use]
    pub fn datum(&self, name: &str) -> Option<&MessageValue> {
        self.data.iter().find(|(other, _)| *other == name).map(|(_, datum)| datum)
    }
}

impl From<&str> for MessageValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for MessageValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Cow<'_, str>> for MessageValue {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

impl From<i64> for MessageValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for MessageValue {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for MessageValue {
    fn from(number: u64) -> Self {
        Self::Number(number.try_into().unwrap_or(i64::MAX))
    }
}

impl From<usize> for MessageValue {
    fn from(number: usize) -> Self {
        Self::Number(number.try_into().unwrap_or(i64::MAX))
    }
}

/// How much was checked, and how many faults were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Manifests checked.
    pub manifests: usize,
    /// Diagnostics of severity error.
    pub errors: usize,
    /// Diagnostics of severity warning.
    pub warnings: usize,
}

/// All faults, ordered by path, then span, then rule; grouped by repository where there are several.
#[derive(Debug, Clone, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    summary: Summary,
}

impl Report {
    /// Sorts and counts the faults of this many manifests.
    #[must_use]
    pub fn new(diagnostics: Vec<Diagnostic>, manifests: usize) -> Self {
        let diagnostics = sorted(diagnostics, |a, b| {
            let key = |d: &Diagnostic| (d.place.span, d.rule.id);
            a.place
                .path
                .cmp(&b.place.path)
                .then_with(|| key(a).cmp(&key(b)))
                .then_with(|| a.pointer.cmp(&b.pointer))
                .then_with(|| a.message.cmp(&b.message))
        });
        let count = |severity| diagnostics.iter().filter(|found| found.severity == severity).count();
        let summary =
            Summary { manifests, errors: count(Severity::Error), warnings: count(Severity::Warning) };
        Self { diagnostics, summary }
    }

    /// Joins the reports of several repositories, in this order.
    #[must_use]
    pub fn joined(reports: impl IntoIterator<Item = Self>) -> Self {
        let mut joined = Self::default();
        for Self { diagnostics, summary } in reports {
            joined.diagnostics.extend(diagnostics);
            joined.summary.manifests += summary.manifests;
            joined.summary.errors += summary.errors;
            joined.summary.warnings += summary.warnings;
        }
        joined
    }

    /// The diagnostics, in order.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The counts.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// Whether there is no error; warnings do not count.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.summary.errors == 0
    }
}
