//! What a rule is: one static item that `explain`, the report, SARIF and the docs all read.

use std::fmt;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Likely a mistake; the start-point can be served.
    Warning,
    /// A fault: the start-point is refused.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`, as in the report.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A rule: an id that names a fault, and what there is to say of it.
///
/// Declared once, as a `static`, and listed: those of the engine in [`RULES`](crate::RULES), those of fetching in the
/// crate that does it.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; names the fault, so that "allow `<id>`" reads well.
    pub id: &'static str,
    /// The fault in one line, without a full stop.
    pub summary: &'static str,
    /// The level it has unless settings change it.
    pub severity: Severity,
    /// The version that brought it.
    pub since: &'static str,
    /// Its page: Markdown with what, why, an example with its real output, and the mend. It holds the marks that
    /// its generator needs; [`page`](Self::page) leaves them out. Empty without the feature `pages`.
    pub doc: &'static str,
}

impl Rule {
    /// The page as a reader wants it.
    #[must_use]
    pub fn page(&self) -> String {
        let lines = self.doc.lines().filter(|line| !(line.starts_with("<!--") && line.ends_with("-->")));
        lines.fold(String::new(), |page, line| page + line + "\n")
    }

    /// The address of the page, as generated into `docs/rules/`.
    #[must_use]
    pub fn page_url(&self) -> String {
        ["https://github.com/cyber-dojo/start-points/blob/main/docs/rules/", self.id, ".md"].concat()
    }
}

/// The text of a rule's page, beside the rule.
macro_rules! page {
    ($file:literal) => {
        if cfg!(feature = "pages") { include_str!($file) } else { "" }
    };
}
pub(crate) use page;

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}
