//! The rules: one file each, and the list of them. See CONTRIBUTING.md for how to add one.

pub(crate) mod context;

use start_points_schemas::{Schema, SchemaRule};

use self::context::{DockerfileText, JsonText, RuleContext, SchemaViolation, Sink, shape_of};
use crate::diagnostic::Diagnostic;
use crate::rule::Rule;
use crate::schema::{SchemaFaults, faults_within};

// Every rule, in the order of `explain`, of the docs, and in which they run.
//
// A line is the name of the rule's file, and when the engine runs it:
//
// | word             | calls                                              | for                                      |
// |------------------|----------------------------------------------------|------------------------------------------|
// | `manifest`       | `check(&RuleContext, &mut Sink)`                   | a manifest                               |
// | `json`           | `check_json(JsonText, &mut Sink)`                  | a manifest and `docker/image_name.json`  |
// | `image_name`     | `check_image_name(JsonText, &mut Sink)`            | `docker/image_name.json`                 |
// | `dockerfile`     | `check_dockerfile(&DockerfileText, &mut Sink)`     | a Dockerfile                             |
// | `schema(Name)`   | `diagnose(SchemaViolation) -> Diagnostic`          | a keyword whose `x-rule` is this rule    |
// | `if_whole`       | nothing where a part of the text cannot be read: the rule reports what is missing             |
// | `if_no_conflict` | nothing where the text holds a merge conflict: the rule reports what is there twice           |
//
// A rule without any of them has a caller of its own.
rules! {
    schema: SchemaRule;
    /// About the text of a manifest.
    pub(crate) TEXT = "The text" {
        invalid_json;
        duplicate_key: json, if_no_conflict;
        nul_character: json;
        too_many_faults;
    }
    /// About keys and types.
    pub(crate) STRUCTURE = "Its structure" {
        wrong_type: schema(WrongType), manifest;
        empty_value: schema(EmptyValue), if_whole;
        out_of_range: schema(OutOfRange);
        wrong_count: schema(WrongCount), if_whole;
        missing_key: schema(MissingKey), if_whole;
        unknown_key: schema(UnknownKey);
        unpaired_language: schema(UnpairedLanguage), if_whole;
        unexpected_image_name: schema(UnexpectedImageName);
    }
    /// About the values of a manifest.
    pub(crate) VALUES = "Its values" {
        duplicate_entry: manifest, if_no_conflict;
        blank_display_name: manifest;
        control_character: manifest;
        dotless_extension: manifest;
        bare_dot_extension: manifest;
        unlisted_highlight: manifest, if_whole;
        max_seconds_capped: manifest;
    }
    /// About the files that a manifest names.
    pub(crate) FILES = "The files" {
        unportable_filename: manifest;
        escaping_filename: manifest;
        dot_segment: manifest;
        missing_file: manifest;
        irregular_file: manifest;
        unreadable: manifest;
        oversized_file: manifest;
        missing_cyber_dojo_sh: manifest, if_whole;
        unexpected_cyber_dojo_sh: manifest;
        invalid_utf8: manifest;
        lfs_pointer: manifest;
        crlf_line_ending: manifest;
        no_final_newline: manifest;
        unnamed_file: manifest, if_whole;
    }
    /// About the image and the docker folder.
    pub(crate) IMAGE = "The image" {
        malformed_image_name: manifest, image_name;
        floating_image: manifest;
        tag_mismatch: manifest;
        image_name_mismatch: manifest;
        pinned_beside_docker: manifest;
        missing_docker_image_name: manifest, if_whole;
        tagged_docker_image_name: image_name;
        floating_base_image: dockerfile;
        malformed_dockerfile: dockerfile;
    }
    /// About regular expressions.
    pub(crate) REGEXES = "The regular expressions" {
        malformed_regex: manifest;
        slashed_regex: manifest;
    }
    /// About repositories and start-points taken together.
    pub(crate) CATALOGUE = "The catalogue" {
        no_manifest;
        submodule_start_point;
        duplicate_display_name;
        similar_display_name;
    }
    /// About sources. `create` runs them; every front knows them, as settings name them.
    pub SOURCES = "The sources, which `create` fetches" {
        unfetched_repository;
        unpulled_image;
        malformed_source_image;
        repeated_source;
        moved_tag;
        uncommitted_changes;
        reserved_filename;
        unresolved_image_name;
    }
}

/// Rules about one subject.
#[derive(Debug)]
pub struct RuleGroup {
    /// The subject, as a heading.
    pub title: &'static str,
    /// Its rules, in order.
    pub rules: &'static [&'static Rule],
}

/// The rule with this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// Makes of the list the modules, the registry, and what runs each rule at its time.
macro_rules! rules {
    (schema: $schema:ident; $($(#[$doc:meta])* $visibility:vis $group:ident = $title:literal {
        $($name:ident $(: $($when:ident $(($schema_rule:ident))?),+)?;)+
    })+) => {
        $($($visibility mod $name;)+)+

        /// Every rule, in order.
        pub static RULES: &[&Rule] = &[$($(&$name::RULE),+),+];

        /// Every rule, by what it is about.
        pub static RULE_GROUPS: &[&RuleGroup] = &[$(&$group),+];

        $($(#[$doc])* pub static $group: RuleGroup = RuleGroup { title: $title, rules: &[$(&$name::RULE),+] };)+

        /// Runs every rule of a manifest that parsed.
        pub(crate) fn check_manifest(context: &RuleContext<'_>, sink: &mut Sink) {
            let text = context.text;
            $($($($(on!(json $when $name::check_json(text, sink));)+)?)+)+
            // No more than there is room for.
            push_violations(text, faults_within(text.document, context.shape(), sink.room()), Some(context), sink);
            $($($($(on!(manifest $when $name::check(context, sink));)+)?)+)+
        }

        /// Runs every rule of `docker/image_name.json`.
        pub(crate) fn check_docker_image_name(text: JsonText<'_>, sink: &mut Sink) {
            $($($($(on!(json $when $name::check_json(text, sink));)+)?)+)+
            let shape = shape_of(Schema::DockerImageName);
            push_violations(text, faults_within(text.document, shape, sink.room()), None, sink);
            $($($($(on!(image_name $when $name::check_image_name(text, sink));)+)?)+)+
        }

        /// Runs every rule of a Dockerfile.
        pub(crate) fn check_dockerfile(text: &DockerfileText<'_>, sink: &mut Sink) {
            $($($($(on!(dockerfile $when $name::check_dockerfile(text, sink));)+)?)+)+
        }

        /// The diagnostic of the rule that a schema names. A rule that a schema names and the list does not is an arm
        /// that is missing here.
        fn diagnose(rule: $schema, violation: SchemaViolation<'_>) -> Diagnostic {
            match rule {
                $($($($($($schema::$schema_rule => $name::diagnose(violation),)?)+)?)+)+
            }
        }

        /// Whether a rule reports what is missing, which nobody knows of a text that is partly lost.
        pub(crate) fn needs_whole_text(rule: &Rule) -> bool {
            $($($($(on!(if_whole $when { if *rule == $name::RULE { return true; } });)+)?)+)+
            false
        }

        /// Whether a rule reports what is there twice, as both sides of a merge conflict are.
        pub(crate) fn needs_no_conflict(rule: &Rule) -> bool {
            $($($($(on!(if_no_conflict $when { if *rule == $name::RULE { return true; } });)+)?)+)+
            false
        }
    };
}
use rules;

/// What stands behind two equal words, and nothing behind two others; a word that the list does not know is an error.
macro_rules! on {
    (json json $($run:tt)+) => { $($run)+ };
    (manifest manifest $($run:tt)+) => { $($run)+ };
    (image_name image_name $($run:tt)+) => { $($run)+ };
    (dockerfile dockerfile $($run:tt)+) => { $($run)+ };
    (if_whole if_whole $($run:tt)+) => { $($run)+ };
    (if_no_conflict if_no_conflict $($run:tt)+) => { $($run)+ };
    ($wanted:ident json $($run:tt)+) => {};
    ($wanted:ident manifest $($run:tt)+) => {};
    ($wanted:ident image_name $($run:tt)+) => {};
    ($wanted:ident dockerfile $($run:tt)+) => {};
    ($wanted:ident schema $($run:tt)+) => {};
    ($wanted:ident if_whole $($run:tt)+) => {};
    ($wanted:ident if_no_conflict $($run:tt)+) => {};
}
use on;

fn push_violations(
    text: JsonText<'_>,
    faults: SchemaFaults,
    context: Option<&RuleContext<'_>>,
    sink: &mut Sink,
) {
    for fault in faults.first {
        let (rule, pointer, kind) = (fault.rule, fault.pointer, fault.kind);
        sink.push(|| diagnose(rule, SchemaViolation { text, pointer, kind, context }));
    }
    sink.drop(faults.more);
}

/// A rule is added in the steps of CONTRIBUTING.md: its file and its page, in `tests/`, and one line of a list.
#[cfg(test)]
#[allow(
    dead_code,
    unreachable_pub,
    unused_variables,
    reason = "a list of one rule makes what only others use"
)]
mod tests {
    use super::context::{
        DockerfileText, JsonText, ManifestContext, RuleContext, SchemaViolation, Sink, shape_of,
    };
    use super::{Diagnostic, Rule, RuleGroup, Schema, faults_within, push_violations};
    use crate::files::Files;
    use crate::json::Document;
    use crate::kind::{Dialect, Kind};

    /// No schema names a rule of this list.
    enum NoRule {}

    rules! {
        schema: NoRule;
        /// About the text of a manifest.
        pub(crate) TEXT = "The text" {
            tab_indented_manifest: json, if_whole;
        }
    }

    #[test]
    fn a_line_of_the_list_adds_a_rule() {
        assert_eq!(RULES, [&tab_indented_manifest::RULE]);
        assert_eq!((RULE_GROUPS.len(), RULE_GROUPS[0].title), (1, "The text"));
        assert!(needs_whole_text(RULES[0]) && !needs_no_conflict(RULES[0]));
        for (text, expected) in [("{\n\t\"display_name\": 1\n}", 1), ("{\n  \"display_name\": 1\n}", 0)] {
            let document = Document::parse(text.as_bytes()).expect("JSON");
            let path = "manifest.json".into();
            let (files, manifest) = (Files::unknown(), ManifestContext::new(Kind::Custom, Dialect::Pinned));
            let text = JsonText { path: &path, document: &document };
            let mut sink = Sink::default();
            check_manifest(&RuleContext::new(text, &files, &manifest), &mut sink);
            let found = sink.finish(crate::diagnostic::Location::file("manifest.json"));
            let found = found.iter().filter(|found| found.rule == &tab_indented_manifest::RULE);
            assert_eq!(found.count(), expected, "{}", document.text());
        }
    }
}
