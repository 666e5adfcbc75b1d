//! The rules, one file each, and the explicit list of them.

pub(crate) mod bare_dot_extension;
pub(crate) mod blank_display_name;
pub(crate) mod control_character;
pub(crate) mod crlf_line_ending;
pub(crate) mod dot_segment;
pub(crate) mod dotless_extension;
pub(crate) mod duplicate_display_name;
pub(crate) mod duplicate_entry;
pub(crate) mod duplicate_key;
pub(crate) mod empty_value;
pub(crate) mod escaping_filename;
pub(crate) mod floating_base_image;
pub(crate) mod floating_image;
pub(crate) mod image_name_mismatch;
pub(crate) mod invalid_json;
pub(crate) mod invalid_utf8;
pub(crate) mod irregular_file;
pub(crate) mod lfs_pointer;
pub(crate) mod malformed_dockerfile;
pub(crate) mod malformed_image_name;
pub(crate) mod malformed_regex;
pub(crate) mod max_seconds_capped;
pub(crate) mod missing_cyber_dojo_sh;
pub(crate) mod missing_docker_image_name;
pub(crate) mod missing_file;
pub(crate) mod missing_key;
pub(crate) mod no_final_newline;
pub(crate) mod no_manifest;
pub(crate) mod nul_character;
pub(crate) mod out_of_range;
pub(crate) mod oversized_file;
pub(crate) mod pinned_beside_docker;
pub(crate) mod schema;
pub(crate) mod similar_display_name;
pub(crate) mod slashed_regex;
pub mod source;
pub(crate) mod submodule_start_point;
pub(crate) mod tag_mismatch;
pub(crate) mod tagged_docker_image_name;
pub(crate) mod too_many_faults;
pub(crate) mod unexpected_cyber_dojo_sh;
pub(crate) mod unexpected_image_name;
pub(crate) mod unknown_key;
pub(crate) mod unlisted_highlight;
pub(crate) mod unnamed_file;
pub(crate) mod unpaired_language;
pub(crate) mod unportable_filename;
pub(crate) mod unreadable;
pub(crate) mod wrong_count;
pub(crate) mod wrong_type;

use std::sync::Arc;

use start_points_schemas::{Schema, Shape};

use crate::check::{Sink, Subject, Text};
use crate::dockerfile::Dockerfile;
use crate::nearest::nearest;
use crate::rule::Rule;
use crate::schema::faults_within;

/// Every rule, in the order of `explain` and of the docs: the text, its structure, its values, the files,
/// the image, the expressions, the catalogue, the sources.
pub static RULES: &[&Rule] = &[
    &invalid_json::RULE,
    &duplicate_key::RULE,
    &nul_character::RULE,
    &too_many_faults::RULE,
    &wrong_type::RULE,
    &empty_value::RULE,
    &out_of_range::RULE,
    &wrong_count::RULE,
    &missing_key::RULE,
    &unknown_key::RULE,
    &unpaired_language::RULE,
    &unexpected_image_name::RULE,
    &duplicate_entry::RULE,
    &blank_display_name::RULE,
    &control_character::RULE,
    &dotless_extension::RULE,
    &bare_dot_extension::RULE,
    &unlisted_highlight::RULE,
    &max_seconds_capped::RULE,
    &unportable_filename::RULE,
    &escaping_filename::RULE,
    &dot_segment::RULE,
    &missing_file::RULE,
    &irregular_file::RULE,
    &unreadable::RULE,
    &oversized_file::RULE,
    &missing_cyber_dojo_sh::RULE,
    &unexpected_cyber_dojo_sh::RULE,
    &invalid_utf8::RULE,
    &lfs_pointer::RULE,
    &crlf_line_ending::RULE,
    &no_final_newline::RULE,
    &unnamed_file::RULE,
    &malformed_image_name::RULE,
    &floating_image::RULE,
    &tag_mismatch::RULE,
    &image_name_mismatch::RULE,
    &pinned_beside_docker::RULE,
    &missing_docker_image_name::RULE,
    &tagged_docker_image_name::RULE,
    &floating_base_image::RULE,
    &malformed_dockerfile::RULE,
    &malformed_regex::RULE,
    &slashed_regex::RULE,
    &no_manifest::RULE,
    &submodule_start_point::RULE,
    &duplicate_display_name::RULE,
    &similar_display_name::RULE,
    &source::UNFETCHED_REPOSITORY,
    &source::UNPULLED_IMAGE,
    &source::MALFORMED_SOURCE_IMAGE,
    &source::REPEATED_SOURCE,
    &source::MOVED_TAG,
    &source::UNCOMMITTED_CHANGES,
    &source::RESERVED_FILENAME,
    &source::UNRESOLVED_IMAGE_NAME,
];

/// The rule with this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// The file name nearest to `name`. A manifest can name thousands that are missing, so of many and of long
/// candidates only some are compared.
fn nearest_file<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest(name, candidates.filter(|candidate| candidate.len() <= 64).take(64))
}

/// Runs every rule of a manifest that parsed.
pub(crate) fn run(subject: &Subject<'_>, sink: &mut Sink) {
    const CHECKS: [fn(&Subject<'_>, &mut Sink); 29] = [
        duplicate_entry::check,
        blank_display_name::check,
        control_character::check,
        unportable_filename::check,
        escaping_filename::check,
        dot_segment::check,
        missing_file::check,
        irregular_file::check,
        unreadable::check,
        oversized_file::check,
        missing_cyber_dojo_sh::check,
        unexpected_cyber_dojo_sh::check,
        invalid_utf8::check,
        lfs_pointer::check,
        crlf_line_ending::check,
        no_final_newline::check,
        unnamed_file::check,
        dotless_extension::check,
        bare_dot_extension::check,
        malformed_image_name::check,
        floating_image::check,
        tag_mismatch::check,
        image_name_mismatch::check,
        pinned_beside_docker::check,
        missing_docker_image_name::check,
        unlisted_highlight::check,
        malformed_regex::check,
        slashed_regex::check,
        max_seconds_capped::check,
    ];
    let text = subject.text;
    duplicate_key::check(text, sink);
    nul_character::check(text, sink);
    let shape = shape(subject.kind().schema(subject.context.dialect));
    // No more than there is room for.
    schema::manifest(subject, &faults_within(text.document, shape, sink.room()), sink);
    wrong_type::check_spelling(text, shape, sink);
    for check in CHECKS {
        check(subject, sink);
    }
}

fn shape(schema: Schema) -> Shape {
    schema.shape().unwrap_or(Shape(&[]))
}

/// Runs every rule of `docker/image_name.json`.
pub(crate) fn run_docker_image_name(text: Text<'_>, sink: &mut Sink) {
    duplicate_key::check(text, sink);
    nul_character::check(text, sink);
    let faults = faults_within(text.document, shape(Schema::DockerImageName), sink.room());
    schema::docker_image_name(text, &faults, sink);
    malformed_image_name::check_text(text, sink);
    tagged_docker_image_name::check(text, sink);
}

/// Runs every rule of a Dockerfile; a stale one is beside a `Dockerfile.base`.
pub(crate) fn run_dockerfile(path: &Arc<str>, bytes: &[u8], lenient: bool, sink: &mut Sink) {
    let dockerfile = Dockerfile::read(bytes);
    malformed_dockerfile::check(path, &dockerfile.faults, sink);
    floating_base_image::check(path, &dockerfile.images, lenient, sink);
}
