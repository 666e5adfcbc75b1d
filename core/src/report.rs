//! The outcome of a check: diagnostics in order, and their count.

use crate::diagnostic::Diagnostic;
use crate::order::sorted;
use crate::rule::Severity;

/// How much was checked and found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Manifests looked at.
    pub manifests: usize,
    /// Diagnostics of severity error.
    pub errors: usize,
    /// Diagnostics of severity warning.
    pub warnings: usize,
}

/// Every fault that was found, ordered by path, then place, then rule; repository by repository where it is of
/// several.
#[derive(Debug, Clone, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    summary: Summary,
}

impl Report {
    /// Orders and counts what was found in this many manifests.
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

    /// The reports of several repositories as one, each in its place.
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
