//! Files as texts: which ones are, and edits of a file that stands beside a manifest.

use crate::check::{NamedFile, Subject};
use crate::diagnostic::Edit;
use crate::files::{Entry, normal};
use crate::span::Span;

/// The text of a file: UTF-8 without a NUL, the one question that every rule about content asks first.
///
/// git takes a NUL for the sign of a binary file too: <https://git-scm.com/docs/gitattributes>, under `text=auto`.
pub(crate) fn text_of<'a>(file: &NamedFile<'a>) -> Option<&'a str> {
    let Some(Entry::Content(bytes)) = file.entry else { return None };
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
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
