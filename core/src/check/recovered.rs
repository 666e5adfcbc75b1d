//! Checking a text that is not JSON: its faults, and those of what could be read. Recovery never invents a fault.

use std::sync::Arc;

use super::{Sink, Text};
use crate::diagnostic::{Diagnostic, Place};
use crate::json::Recovered;
use crate::rule::Rule;
use crate::rules::{
    duplicate_entry, duplicate_key, empty_value, invalid_json, missing_cyber_dojo_sh,
    missing_docker_image_name, missing_key, unlisted_highlight, unnamed_file, unpaired_language, wrong_count,
};

/// Rules that report what is not there: of a text that is partly lost nobody knows.
static ABSENCE: [&Rule; 8] = [
    &empty_value::RULE,
    &missing_cyber_dojo_sh::RULE,
    &missing_docker_image_name::RULE,
    &missing_key::RULE,
    &unlisted_highlight::RULE,
    &unnamed_file::RULE,
    &unpaired_language::RULE,
    &wrong_count::RULE,
];

/// Rules that report what is there twice, as both sides of a conflict are.
static DUPLICATES: [&Rule; 2] = [&duplicate_entry::RULE, &duplicate_key::RULE];

pub(super) fn check_recovered(
    path: &Arc<str>,
    recovered: &Recovered<'_>,
    max_faults: usize,
    run: &dyn Fn(Text<'_>, &mut Sink),
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        recovered.errors.iter().map(|error| invalid_json::diagnose(path, error)).collect();
    let Some(document) = &recovered.document else { return found };
    let mut sink = Sink::new(max_faults);
    run(Text { path, document }, &mut sink);
    for mut diagnostic in sink.finish(Place::file(Arc::clone(path))) {
        if !is_certain(recovered, path, &diagnostic) {
            continue;
        }
        // Their edits are made for JSON. They come back when the text is JSON again.
        diagnostic.fixes.retain(|fix| fix.edits.iter().all(|edit| edit.path != *path));
        found.push(diagnostic);
    }
    found
}

fn is_certain(recovered: &Recovered<'_>, path: &Arc<str>, diagnostic: &Diagnostic) -> bool {
    let is_of = |rules: &[&Rule]| rules.iter().any(|rule| rule.id == diagnostic.rule.id);
    let hidden = recovered.is_partial && is_of(&ABSENCE) || recovered.has_conflict && is_of(&DUPLICATES);
    let place = &diagnostic.place;
    !hidden && (place.path != *path || place.span.is_none_or(|span| recovered.is_certain(span)))
}
