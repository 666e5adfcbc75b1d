//! Making fixes: edits in, the new text out.

use std::sync::Arc;

use start_points::diagnostic::{Diagnostic, Edit, Fix, Place};
use start_points::fix::Changes;
use start_points::{RULES, Span};

use crate::failure::Failure;
use crate::request::Request;

/// Parts: the text; then of each fix how many edits it has, and start, end and text of each.
pub(crate) fn apply(request: &mut Request<'_>) -> Result<Vec<u8>, Failure> {
    let path: Arc<str> = "".into();
    let old = request.bytes()?;
    let mut diagnostics = Vec::new();
    while !request.is_read() {
        let mut edits = Vec::new();
        for _ in 0..request.number()? {
            let (start, end) = (request.offset()?, request.offset()?);
            if start > end || end > old.len() {
                let message = format!("the edit {start}..{end} is not in a text of {} bytes", old.len());
                return Err(Failure::new("bad-edit", message));
            }
            let text = request.text()?.to_owned();
            edits.push(Edit { path: Arc::clone(&path), span: Span::new(start, end), text });
        }
        let Some(rule) = RULES.first() else { continue };
        let fix = Fix { title: String::new(), safe: true, edits };
        diagnostics.push(Diagnostic::new(rule, Place::file(Arc::clone(&path)), "").fix(fix));
    }
    Ok(Changes::choose(&diagnostics, true).apply(&path, old))
}
