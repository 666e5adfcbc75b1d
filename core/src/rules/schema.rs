//! From a schema's fault to the diagnostic of the rule that its keyword names.

use super::{
    empty_value, missing_key, out_of_range, unexpected_image_name, unknown_key, unpaired_language,
    wrong_count, wrong_type,
};
use crate::check::{Sink, Subject, Text};
use crate::diagnostic::Diagnostic;
use crate::json::Pointer;
use crate::kind::Kind;
use crate::schema::{Fault, Faults};
use crate::shown::shown;

/// The diagnostics of a manifest's schema faults.
pub(crate) fn manifest(subject: &Subject<'_>, faults: &Faults, sink: &mut Sink) {
    for fault in &faults.first {
        let pointer = fault.pointer.clone();
        sink.push(|| match fault.rule {
            "unexpected-image-name" => unexpected_image_name::diagnose(subject, pointer),
            "missing-key" if pointer.as_str() == "/image_name" => {
                let kind = Some(subject.kind());
                missing_key::offer_image_name(missing_key::diagnose(subject.text, kind, pointer), subject)
            }
            _ => text(subject.text, Some(subject.kind()), pointer, fault),
        });
    }
    sink.drop(faults.more);
}

/// The diagnostics of the schema faults of `docker/image_name.json`.
pub(crate) fn docker_image_name(source: Text<'_>, faults: &Faults, sink: &mut Sink) {
    for fault in &faults.first {
        sink.push(|| text(source, None, fault.pointer.clone(), fault));
    }
    sink.drop(faults.more);
}

fn text(text: Text<'_>, kind: Option<Kind>, pointer: Pointer, fault: &Fault) -> Diagnostic {
    match fault.rule {
        "empty-value" => empty_value::diagnose(text, pointer),
        "out-of-range" => out_of_range::diagnose(text, pointer),
        "wrong-count" => wrong_count::diagnose(text, pointer, fault),
        "missing-key" => missing_key::diagnose(text, kind, pointer),
        "unknown-key" => unknown_key::diagnose(text, pointer, kind),
        "unpaired-language" => unpaired_language::diagnose(text, pointer),
        _ => wrong_type::diagnose(text, pointer, fault),
    }
}

/// What a message calls the value at a pointer: `` `tab_size` ``, `` `visible_filenames[2]` ``.
pub(crate) fn subject_name(pointer: &Pointer) -> String {
    let mut name = String::new();
    for token in pointer.tokens() {
        if name.is_empty() {
            name.push_str(&shown(&token));
        } else if token.bytes().all(|byte| byte.is_ascii_digit()) {
            name.push_str(&format!("[{token}]"));
        } else {
            name.push_str(&format!(".{}", shown(&token)));
        }
    }
    if name.is_empty() { "the top-level value".to_owned() } else { format!("`{name}`") }
}
