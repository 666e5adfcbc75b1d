//! Files as texts: which ones are, and edits of a file that stands beside a manifest.

use crate::check::{NamedFile, Subject};
use crate::diagnostic::Edit;
use crate::files::{Entry, as_text, normal};
use crate::span::Span;

/// The text of a file, where it is text.
pub(crate) fn text_of<'a>(file: &NamedFile<'a>) -> Option<&'a str> {
    match file.entry {
        Some(Entry::Content(bytes)) => as_text(bytes),
        _ => None,
    }
}

/// A change of a file that the manifest names.
pub(crate) fn edit_beside(subject: &Subject<'_>, file: &NamedFile<'_>, span: Span, text: String) -> Edit {
    let name = normal(file.text);
    let path = match subject.text.path.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.into_owned(),
    };
    Edit { path: path.into(), span, text }
}
