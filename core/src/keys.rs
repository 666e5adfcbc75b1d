//! The keys of manifests, by kind; a test compares them with the schemas.

/// Keys of a languages or custom manifest.
pub const KEYS: &[&str] = &[
    "display_name",
    "visible_filenames",
    "filename_extension",
    "image_name",
    "hidden_filenames",
    "highlight_filenames",
    "progress_regexs",
    "rag_lambda",
    "tab_size",
    "max_seconds",
    "language",
    "test_framework",
];

/// Keys of an exercises manifest.
pub const EXERCISES_KEYS: &[&str] = &["display_name", "visible_filenames"];
