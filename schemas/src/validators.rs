//! One validator a schema, made at build time by the `jsonschema` crate.
//!
//! Valid input is the common case and costs one pass that allocates nothing; only a failing
//! instance is walked again to collect what is wrong.

use serde_json::Value;

use crate::fault::{self, Fault};

macro_rules! validators {
    ($($function:ident = $validator:ident, $path:literal;)*) => {
        $(
            #[jsonschema::validator(path = $path, draft = Draft202012)]
            struct $validator;

            pub(crate) fn $function(instance: &Value) -> Vec<Fault> {
                if $validator::is_valid(instance) {
                    return Vec::new();
                }
                $validator::iter_errors(instance).flat_map(|error| fault::from_error(&error)).collect()
            }
        )*
    };
}

validators! {
    languages_derived = LanguagesDerived, "languages.derived.schema.json";
    languages_pinned = LanguagesPinned, "languages.pinned.schema.json";
    exercises = Exercises, "exercises.schema.json";
    custom = Custom, "custom.schema.json";
    languages_resolved = LanguagesResolved, "languages.resolved.schema.json";
    exercises_resolved = ExercisesResolved, "exercises.resolved.schema.json";
    custom_resolved = CustomResolved, "custom.resolved.schema.json";
    docker_image_name = DockerImageName, "docker-image-name.schema.json";
}
