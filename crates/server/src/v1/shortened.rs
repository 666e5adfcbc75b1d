//! A report that repeats no more than a glance of the text it is about.

use start_points::Report;
use start_points::diagnostic::{Datum, Diagnostic};

/// The most bytes of each text of a diagnostic.
const MOST: usize = 200;

/// The report with every long text cut. The pointer of a long key becomes that of what it is in, and a fix that writes
/// much is left out: cut, either would say something else.
pub(super) fn shortened(report: &Report) -> Report {
    let diagnostics = report.diagnostics().iter().map(|found| shortened_diagnostic(found.clone()));
    Report::new(diagnostics.collect(), report.summary().manifests)
}

fn shortened_diagnostic(mut found: Diagnostic) -> Diagnostic {
    while found.pointer.as_str().len() > MOST {
        found.pointer.pop();
    }
    // A few texts of at most a glance each are in a message.
    cut(&mut found.message, 4 * MOST);
    for (_, datum) in &mut found.data {
        if let Datum::Text(text) = datum {
            cut(text, MOST);
        }
    }
    found.fixes.retain(|fix| fix.edits.iter().map(|edit| edit.text.len()).sum::<usize>() <= MOST);
    found
}

fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.push('…');
    }
}
