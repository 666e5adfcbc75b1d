//! A local repository whose work tree differs from the commit that is taken.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Rule, Severity, page};

/// See its page.
pub static RULE: Rule = Rule {
    id: "uncommitted-changes",
    summary: "the work tree of a local repository differs from its commit",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("uncommitted_changes.md"),
};

/// `count` paths differ, `first` among them; `is_used` says whether the work tree is taken instead of the commit.
/// `None` where nothing differs.
#[must_use]
pub fn diagnose(count: usize, first: &str, is_used: bool) -> Option<Diagnostic> {
    let differ = match count {
        0 => return None,
        1 => "1 path differs".to_owned(),
        _ => format!("{count} paths differ"),
    };
    let differ = format!("{differ} from the commit, such as `{first}`");
    let diagnostic = if is_used {
        let message = format!("{differ}: used, and marked `-dirty`");
        let mut diagnostic = Diagnostic::new(&RULE, Location::file("."), message);
        diagnostic.severity = Severity::Info;
        diagnostic
    } else {
        Diagnostic::new(&RULE, Location::file("."), format!("{differ}: not used"))
            .hint("commit them, or use the work tree as it is with `--work-tree`")
    };
    Some(diagnostic.data("changes", count))
}
