//! A visible file or rag lambda that is not there.

use std::sync::Arc;

use super::context::{NamedFile, RuleContext, Sink};
use super::escaping_filename::is_escaping;
use super::unnamed_file::unnamed;
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::escape::escaped;
use crate::json::quoted;
use crate::nearest::{nearest, nearest_file};
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "missing-file",
    summary: "a file that the manifest names does not exist",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("missing_file.md"),
};

/// The most places that a fix renames a file in.
const MOST_EDITS: usize = 16;

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    if context.files.is_unknown() {
        return;
    }
    let missing: Vec<_> = context.named_files().iter().filter(|file| is_missing(file)).collect();
    let renamed = renamed(context, &missing);
    for file in missing {
        sink.push(|| {
            let message = format!("file `{}` does not exist", escaped(file.text));
            let diagnostic = Diagnostic::new(&RULE, context.text.place(file.node.span), message)
                .pointer(file.pointer())
                .data("file", file.text);
            let present = context.files.iter().map(|(name, _)| name);
            let near = nearest_file(file.text, present.filter(|name| *name != "manifest.json"));
            let diagnostic = match renamed.or(near) {
                Some(near) => diagnostic
                    .hint(format!("add it beside the manifest; did you mean `{}`?", escaped(near)))
                    .data("nearest", near),
                None => diagnostic.hint("add it beside the manifest, or remove its name"),
            };
            match renamed {
                Some(new) => diagnostic.fix(rename(context, file.text, new)),
                None => diagnostic,
            }
        });
    }
}

fn is_missing(file: &NamedFile<'_>) -> bool {
    !is_escaping(file.text) && !file.text.contains('\0') && !is_there(file)
}

/// The new name of a file, where one name alone has no file, one file alone has no name, and the two are near.
fn renamed<'a>(context: &RuleContext<'a>, missing: &[&NamedFile<'a>]) -> Option<&'a str> {
    let old = missing.first()?.text;
    // A name that is a folder's has a file that the manifest can name too.
    if missing.iter().any(|file| file.text != old || file.entry.is_some()) {
        return None;
    }
    let [new] = unnamed(context)[..] else { return None };
    nearest(old, [new])
}

/// Names the file anew wherever the manifest names it, so that a highlighted file stays a visible one.
fn rename(context: &RuleContext<'_>, old: &str, new: &str) -> Fix {
    let named = context.named_files().iter().map(|file| (file.text, file.node.span));
    let highlighted = context.strings("highlight_filenames").map(|entry| (entry.text, entry.node.span));
    let places = named.chain(highlighted).filter(|(text, _)| *text == old);
    let edit = |(_, span)| Edit { path: Arc::clone(context.text.path), span, text: quoted(new) };
    // Of a name that stands there more often than that, the others are for the next run.
    let edits = places.take(MOST_EDITS).map(edit).collect();
    Fix { title: format!("rename it to `{}`", escaped(new)), safe: false, edits }
}

/// `hiker.py/` and `hiker.py/.` name a folder: a regular file does not answer to them.
fn is_there(file: &NamedFile<'_>) -> bool {
    let folder = file.text.ends_with('/') || file.text.ends_with("/.");
    file.entry.is_some_and(|entry| !folder || entry.size().is_none())
}
