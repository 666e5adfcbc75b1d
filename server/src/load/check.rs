//! The engine's verdict on a catalogue: what stops it from being served, and nothing else.

use start_points::check::{
    Context, Docker, Listed, Manifest, check_catalogue, check_docker, check_manifest, unreadable,
};
use start_points::diagnostic::{Diagnostic, Place as FaultPlace};
use start_points::files::Files;
use start_points::rule::Severity;
use start_points::sources::Sources;
use start_points::{Dialect, Kind, Report};
use start_points_catalogue::read::ReadError;

use crate::error::Faults;

/// Errors so far, with the texts that they are in; texts without one are let go.
#[derive(Default)]
pub(super) struct Verdict {
    found: Vec<Diagnostic>,
    listed: Vec<Listed>,
    sources: Vec<(String, Vec<u8>)>,
    manifests: usize,
}

impl Verdict {
    /// Judges one manifest; answers whether it may be served.
    ///
    /// What a manifest says of its image decides the dialect: a catalogue may have been made in either.
    pub(super) fn judge(
        &mut self,
        manifest: &Manifest<'_>,
        bytes: &[u8],
        files: &Files,
        docker: Option<Docker>,
        kind: Option<Kind>,
    ) -> bool {
        self.manifests += 1;
        let path = manifest.path();
        let has_docker = || docker.as_ref().is_some_and(|docker| docker.image_name.is_some());
        let kind = kind.unwrap_or_else(|| manifest.likely_kind(has_docker));
        let dialect = if manifest.names_its_image() { Dialect::Pinned } else { Dialect::Derived };
        let docker = docker.filter(|_| kind == Kind::Languages && dialect == Dialect::Derived);
        let context = Context { docker: docker.as_ref(), ..Context::new(kind, dialect) };
        let mut found = check_manifest(manifest, files, &context);
        found.extend(docker.iter().flat_map(check_docker));
        found.retain(|found| found.severity == Severity::Error);
        if let Some((name, span)) = manifest.display_name() {
            let place = FaultPlace::new(path.clone(), span);
            self.listed.push(Listed { display_name: name.to_owned(), place });
        }
        let is_good = found.is_empty();
        if !is_good {
            self.sources.push((path.to_string(), bytes.to_vec()));
            self.found.append(&mut found);
        }
        is_good
    }

    /// A manifest that cannot be read.
    pub(super) fn unreadable(&mut self, path: &str, error: &ReadError) {
        self.manifests += 1;
        self.found.push(unreadable(path, &error.to_string()));
    }

    /// Adds what was found of others.
    pub(super) fn join(&mut self, other: Self) {
        self.found.extend(other.found);
        self.listed.extend(other.listed);
        self.sources.extend(other.sources);
        self.manifests += other.manifests;
    }

    /// Every error, where there is one, those of all names together among them.
    pub(super) fn faults(mut self) -> Option<Faults> {
        let together = check_catalogue(&self.listed).into_iter();
        self.found.extend(together.filter(|found| found.severity == Severity::Error));
        let report = Report::new(self.found, self.manifests);
        let mut sources = Sources::new();
        for (path, bytes) in self.sources {
            sources.insert(path, bytes);
        }
        (!report.is_clean()).then_some(Faults { report, sources })
    }
}
