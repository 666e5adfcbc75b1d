//! The JSON Schemas of cyber-dojo start-points: their texts, and the same as data that the engine walks.
//!
//! A schema states structure: types, required and unknown keys, ranges. What it cannot say is a rule in the
//! engine. Every keyword that can fail names its rule in an `x-rule` annotation beside it, so that a failure
//! comes out as that rule's diagnostic.

#![no_std]
#![warn(clippy::disallowed_types, clippy::disallowed_methods)]

#[rustfmt::skip]
mod schema_rule;
mod shape;
#[rustfmt::skip]
mod shapes;

pub use schema_rule::SchemaRule;
pub use shape::{Keyword, Others, Shape, Type};

/// A schema of this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Schema {
    /// A languages manifest without image_name.
    LanguagesDerived,
    /// A languages manifest with image_name.
    LanguagesPinned,
    /// An exercises manifest.
    Exercises,
    /// A custom manifest.
    Custom,
    /// A languages manifest as served.
    LanguagesResolved,
    /// An exercises manifest as served.
    ExercisesResolved,
    /// A custom manifest as served.
    CustomResolved,
    /// `docker/image_name.json`.
    DockerImageName,
    /// `start-points.toml`.
    Settings,
    /// The report of `check`, version 1.
    Report,
    /// A policy of the gate.
    GatePolicy,
    /// What is known of an image.
    GateFacts,
    /// What the gate decides about an image.
    GateDecision,
}

impl Schema {
    /// Every schema.
    pub const ALL: [Self; 13] = [
        Self::LanguagesDerived,
        Self::LanguagesPinned,
        Self::Exercises,
        Self::Custom,
        Self::LanguagesResolved,
        Self::ExercisesResolved,
        Self::CustomResolved,
        Self::DockerImageName,
        Self::Settings,
        Self::Report,
        Self::GatePolicy,
        Self::GateFacts,
        Self::GateDecision,
    ];

    /// The file's name without `.schema.json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LanguagesDerived => "languages.derived",
            Self::LanguagesPinned => "languages.pinned",
            Self::Exercises => "exercises",
            Self::Custom => "custom",
            Self::LanguagesResolved => "languages.resolved",
            Self::ExercisesResolved => "exercises.resolved",
            Self::CustomResolved => "custom.resolved",
            Self::DockerImageName => "docker-image-name",
            Self::Settings => "settings",
            Self::Report => "report",
            Self::GatePolicy => "gate-policy",
            Self::GateFacts => "gate-facts",
            Self::GateDecision => "gate-decision",
        }
    }

    /// The schema itself: JSON Schema 2020-12, UTF-8.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::LanguagesDerived => include_str!("../languages.derived.schema.json"),
            Self::LanguagesPinned => include_str!("../languages.pinned.schema.json"),
            Self::Exercises => include_str!("../exercises.schema.json"),
            Self::Custom => include_str!("../custom.schema.json"),
            Self::LanguagesResolved => include_str!("../languages.resolved.schema.json"),
            Self::ExercisesResolved => include_str!("../exercises.resolved.schema.json"),
            Self::CustomResolved => include_str!("../custom.resolved.schema.json"),
            Self::DockerImageName => include_str!("../docker-image-name.schema.json"),
            Self::Settings => include_str!("../settings.schema.json"),
            Self::Report => include_str!("../report.schema.json"),
            Self::GatePolicy => include_str!("../gate-policy.schema.json"),
            Self::GateFacts => include_str!("../gate-facts.schema.json"),
            Self::GateDecision => include_str!("../gate-decision.schema.json"),
        }
    }

    /// The schema as data, for those that the engine checks manifests and `docker/image_name.json` with.
    ///
    /// The others have none: settings and the gate's input have readers of their own, and reports and decisions are only
    /// written. Their texts are for editors and tests.
    #[must_use]
    pub const fn shape(self) -> Option<Shape> {
        match self {
            Self::LanguagesDerived => Some(shapes::LANGUAGES_DERIVED),
            Self::LanguagesPinned => Some(shapes::LANGUAGES_PINNED),
            Self::Exercises => Some(shapes::EXERCISES),
            Self::Custom => Some(shapes::CUSTOM),
            Self::LanguagesResolved => Some(shapes::LANGUAGES_RESOLVED),
            Self::ExercisesResolved => Some(shapes::EXERCISES_RESOLVED),
            Self::CustomResolved => Some(shapes::CUSTOM_RESOLVED),
            Self::DockerImageName => Some(shapes::DOCKER_IMAGE_NAME),
            Self::Settings | Self::Report | Self::GatePolicy | Self::GateFacts | Self::GateDecision => None,
        }
    }
}
