//! A name in `highlight_filenames` that `visible_filenames` does not have.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::nearest::nearest_file;
use crate::order::Texts;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "unlisted-highlight",
    summary: "a highlighted file is not a visible file",
    severity: Severity::Error,
    since: "0.1.0",
    doc: page!("unlisted_highlight.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    if context.text.get("highlight_filenames").is_none() {
        return;
    }
    let visible = Texts::new(context.visible_files().iter().map(|file| file.text));
    for file in context.strings("highlight_filenames").filter(|file| !visible.has(file.text)) {
        sink.push(|| {
            let message = format!("`{}` is highlighted but not in `visible_filenames`", escaped(file.text));
            let diagnostic = Diagnostic::new(&RULE, context.text.place(file.node.span), message)
                .pointer(file.pointer())
                .data("file", file.text);
            match nearest_file(file.text, context.visible_files().iter().map(|file| file.text)) {
                Some(near) => {
                    diagnostic.hint(format!("did you mean `{}`?", escaped(near))).data("nearest", near)
                }
                None => diagnostic.hint("add it to `visible_filenames`, or remove it here"),
            }
        });
    }
}
