//! The rules, and their pages.

use pyo3::prelude::*;
use start_points::nearest::nearest;
use start_points::{RULES, rule, rule::Rule as CoreRule};

use crate::errors::PyFailure;

/// A rule: what it finds, and what there is to say of it.
///
/// Attributes: `id` (kebab-case), `summary` (one line), `severity` (`"error"`, `"warning"` or `"info"`, unless
/// levels change it), `since` (the version that brought it), `doc` (its page, Markdown).
///
/// >>> from start_points import RULES
/// >>> next(rule for rule in RULES if rule.id == "missing-file")
/// Rule('missing-file')
#[pyclass(frozen, eq, hash, get_all, module = "start_points")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Rule {
    /// Kebab-case; names the fault.
    id: &'static str,
    /// The fault in one line.
    summary: &'static str,
    /// The level it has unless levels change it.
    severity: &'static str,
    /// The version that brought it.
    since: &'static str,
    /// Its page, Markdown.
    doc: String,
}

#[pymethods]
impl Rule {
    fn __repr__(&self) -> String {
        format!("Rule('{}')", self.id)
    }
}

/// Every rule, in the order of the docs.
pub(crate) fn all() -> Vec<Rule> {
    let rule = |rule: &&CoreRule| Rule {
        id: rule.id,
        summary: rule.summary,
        severity: rule.severity.as_str(),
        since: rule.since,
        doc: rule.page(),
    };
    RULES.iter().map(rule).collect()
}

/// The page of a rule: what it finds, why that is bad, and how to fix it. Markdown.
///
/// Raises `RuleError` where there is no such rule; its `hint` names the nearest.
///
/// >>> from start_points import explain
/// >>> print(explain("missing-file").splitlines()[0])
/// # missing-file
#[pyfunction]
pub(crate) fn explain(rule_id: std::borrow::Cow<'_, str>) -> Result<String, PyFailure> {
    match rule(&rule_id) {
        Some(rule) => Ok(rule.page()),
        None => {
            let near = nearest(&rule_id, RULES.iter().map(|rule| rule.id));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            let shown = start_points::shown::shown(&rule_id);
            Err(PyFailure::new("RuleError", format!("unknown rule `{shown}`"), hint))
        }
    }
}
