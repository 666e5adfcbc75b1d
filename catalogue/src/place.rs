//! Where a fault is, told so that it names its source URL: `URL#path`.

use start_points::diagnostic::{Diagnostic, Place};

/// A path of a repository; `.` is the repository itself.
pub(crate) fn of(url: &str, path: &str) -> String {
    if path == "." { url.to_owned() } else { format!("{url}#{path}") }
}

/// Moves a diagnostic of one repository among those of many. Its fixes go: there is no file here to change.
pub(crate) fn under(url: &str, mut found: Diagnostic) -> Diagnostic {
    let moved = |place: &Place| Place { path: of(url, &place.path).into(), span: place.span };
    found.place = moved(&found.place);
    for related in &mut found.related {
        related.place = moved(&related.place);
    }
    found.fixes.clear();
    found
}
