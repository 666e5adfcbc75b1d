//! The start-points engine: parse, check, resolve and mix cyber-dojo start-points.
//!
//! Everything here is a pure function over data. The caller reads files and writes fixes; the engine says what
//! they mean. The same engine runs in the command, in the browser and in Python.

#![warn(clippy::disallowed_types, clippy::disallowed_methods)]
#![cfg_attr(not(test), warn(clippy::string_slice))]

pub mod check;
pub mod diagnostic;
mod docker_folder;
pub mod dockerfile;
pub mod escape;
pub mod files;
pub mod fix;
pub mod gate;
pub mod image_name;
pub mod json;
pub mod keys;
pub mod kind;
pub mod layout;
pub mod levels;
pub mod nearest;
mod order;
pub mod render;
pub mod repo_url;
pub mod resolve;
pub mod rule;
pub mod rules;
pub mod schema;
pub mod sources;
mod span;
pub mod text_map;
pub mod time;
pub mod version;

pub use diagnostic::{Report, Summary};
pub use image_name::{CommitSha, ImageName, ImageNameError};
pub use kind::{Dialect, DialectChoice, Kind};
pub use repo_url::{RepoUrl, RepoUrlError, Scheme, Tag};
pub use rules::{RULE_GROUPS, RULES, RuleGroup, SOURCES, rule};
pub use span::Span;
pub use time::Time;

// The former names, until every crate has the new ones.
#[doc(hidden)]
pub mod shown {
    pub use crate::escape::{
        escaped as shown, is_plain, json, lines, one_line, path, pluralize as counted, styled_lines,
    };
}
#[doc(hidden)]
pub mod report {
    pub use crate::diagnostic::{Report, Summary};
}
