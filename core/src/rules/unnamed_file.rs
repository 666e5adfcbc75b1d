//! A file beside the manifest that no key names: forgotten in `visible_filenames`, or left over.

use std::borrow::Cow;
use std::sync::Arc;

use super::context::{RuleContext, Sink};
use crate::diagnostic::{Diagnostic, Location};
use crate::escape::escaped;
use crate::files::{FileEntry, normal};
use crate::order::Texts;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "unnamed-file",
    summary: "a file beside the manifest is not named in it",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("unnamed_file.md"),
};

/// Files that stand beside manifests for other tools.
const OTHERS: [&str; 5] =
    ["manifest.json", "options.json", "options.json.readme", "start-points.toml", "sha.txt"];

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for name in unnamed(context) {
        sink.push(|| {
            let message = format!("the manifest does not name the file `{}` beside it", escaped(name));
            Diagnostic::new(&RULE, Location::file(Arc::clone(context.text.path)), message)
                .hint("list it in `visible_filenames`, or remove it")
                .data("file", name)
        });
    }
}

/// The files beside the manifest that it should name, or that should not be there.
pub(super) fn unnamed<'a>(context: &RuleContext<'a>) -> Vec<&'a str> {
    if context.files.iter().next().is_none() {
        return Vec::new();
    }
    // A manifest that lists no files at all gets one diagnostic, not one per file.
    if context.text.get("visible_filenames").is_none_or(|node| node.as_array().is_none()) {
        return Vec::new();
    }
    let named: Vec<Cow<'_, str>> = context.named_files().iter().map(|file| normal(file.text)).collect();
    let named = Texts::new(named.iter().map(AsRef::as_ref));
    let is_unnamed = |(name, entry): &(&str, &FileEntry)| {
        let other = name.starts_with('.') || OTHERS.contains(name) || *name == "url.txt";
        !other && entry.size().is_some() && !named.has(name)
    };
    context.files.iter().filter(is_unnamed).map(|(name, _)| name).collect()
}
