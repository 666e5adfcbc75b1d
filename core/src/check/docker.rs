//! Checking the docker folder of a language + test-framework repository, or of a base language.

use std::sync::Arc;

use super::recovered::check_recovered;
use super::{Sink, Text, unreadable};
use crate::diagnostic::{Diagnostic, Place};
use crate::json::Document;
use crate::rules;

/// A file that is there, with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it lies, with forward slashes.
    pub path: Arc<str>,
    /// Its bytes, or why they cannot be read.
    pub content: Result<Vec<u8>, String>,
}

/// What matters of a repository's `docker/` folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Docker {
    /// The folder, with forward slashes, also where it is not there.
    pub path: Arc<str>,
    /// `docker/image_name.json`.
    pub image_name: Option<SourceFile>,
    /// `docker/Dockerfile`.
    pub dockerfile: Option<SourceFile>,
    /// `docker/Dockerfile.base`; where it is there it is the truth, and `Dockerfile` is often stale.
    pub dockerfile_base: Option<SourceFile>,
}

impl Docker {
    /// The folder at this path, with nothing in it.
    #[must_use]
    pub fn empty(path: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), image_name: None, dockerfile: None, dockerfile_base: None }
    }

    /// The name in `docker/image_name.json`, where that can be read.
    #[must_use]
    pub fn declared_image_name(&self) -> Option<String> {
        let file = self.image_name.as_ref()?;
        let document = Document::parse(file.content.as_ref().ok()?).ok()?;
        Some(document.root().get("image_name")?.as_str()?.to_owned())
    }
}

/// Every fault of the files in a docker folder, each file on its own, unordered.
#[must_use]
pub fn check_docker(docker: &Docker) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some(file) = &docker.image_name {
        let mut sink = Sink::default();
        match &file.content {
            Err(reason) => sink.push(|| unreadable(&file.path, reason)),
            Ok(bytes) => match Document::parse(bytes) {
                Ok(document) => {
                    rules::run_docker_image_name(Text { path: &file.path, document: &document }, &mut sink);
                }
                Err(_) => {
                    let recovered = Document::recover(bytes);
                    found.extend(check_recovered(&file.path, &recovered, &rules::run_docker_image_name));
                }
            },
        }
        found.extend(sink.finish(Place::file(Arc::clone(&file.path))));
    }
    let stale = docker.dockerfile_base.is_some();
    for (file, stale) in [(&docker.dockerfile_base, false), (&docker.dockerfile, stale)] {
        let Some(file) = file else { continue };
        let mut sink = Sink::default();
        match &file.content {
            Err(reason) => sink.push(|| unreadable(&file.path, reason)),
            Ok(bytes) => rules::floating_base_image::check(&file.path, bytes, stale, &mut sink),
        }
        found.extend(sink.finish(Place::file(Arc::clone(&file.path))));
    }
    found
}
