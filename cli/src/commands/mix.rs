//! `mix`: the practice session of a languages start-point with an exercise, as its manifest.

use std::path::{Path, PathBuf};

use start_points::check::{Context, Manifest, check_manifest};
use start_points::diagnostic::Diagnostic;
use start_points::files::Files;
use start_points::resolve::{Provenance, mix, resolve};
use start_points::rule::Severity;
use start_points::sources::Sources;
use start_points::{CommitSha, Kind, Report, render};

use crate::arguments::MixArguments;
use crate::error::{Failure, Outcome};
use crate::output::{print_raw, talk};
use crate::repository::{self, MAX_MANIFEST};
use crate::settings::{self, Flags, Settings};
use crate::{disk, git};

/// A start-point that was read and checked.
struct Read {
    path: PathBuf,
    bytes: Vec<u8>,
    kind: Kind,
    files: Files,
    settings: Settings,
}

pub(crate) fn run(arguments: &MixArguments) -> Result<Outcome, Failure> {
    let flags = Flags { dialect: arguments.dialect, ..Flags::default() };
    let language = read(&arguments.language, None, &flags)?;
    let exercise =
        arguments.exercise.as_deref().map(|path| read(path, Some(Kind::Exercises), &flags)).transpose()?;
    let faulty = errors(std::iter::once(&language).chain(&exercise));
    if let Some(report) = faulty {
        talk(report.trim_end())?;
        return Ok(Outcome::Faults);
    }
    let source = provenance(&language, arguments.sha.as_deref())?;
    let parsed = Manifest::parse(disk::shown(&language.path), &language.bytes);
    let with = exercise.as_ref().map(|read| (read, Manifest::parse(disk::shown(&read.path), &read.bytes)));
    let (Some(document), Some(with)) = (
        parsed.document(),
        with.as_ref().map_or(Some(None), |(read, manifest)| Some(Some((read, manifest.document()?)))),
    ) else {
        return Err(Failure::with_hint("the manifest is no JSON", "`start-points check` says where"));
    };
    let declared = repository::docker_of(&language.path).and_then(|docker| docker.declared_image_name());
    let dialect = language.settings.dialect;
    let resolved = resolve(
        document,
        &language.files,
        language.kind,
        dialect,
        declared.as_deref(),
        None,
        source.as_ref(),
    )
    .map_err(|error| Failure::with_hint(error.to_string(), "commit the start-point, or say --sha SHA"))?;
    let exercise = with
        .map(|(read, document)| resolve(document, &read.files, Kind::Exercises, dialect, None, None, None))
        .transpose()?;
    print_raw(&format!("{:#}\n", mix(&resolved, exercise.as_ref()).node()))?;
    Ok(Outcome::Clean)
}

fn read(path: &Path, kind: Option<Kind>, flags: &Flags) -> Result<Read, Failure> {
    let Some(path) = repository::manifest_at(path) else {
        return Err(Failure::with_hint(
            format!("no manifest.json at `{}`", disk::shown(path)),
            "name a manifest, its folder, or the repository of a languages start-point",
        ));
    };
    let settings = settings::read(settings::folder_for(&path).as_deref(), flags)?;
    let bytes = disk::read(&path, MAX_MANIFEST)
        .map_err(|error| anyhow::anyhow!("cannot read `{}`: {error}", disk::shown(&path)))?;
    let manifest = Manifest::parse(disk::shown(&path), &bytes);
    let has_docker = || repository::parent(&path).join("../docker").is_dir();
    let kind = kind.unwrap_or_else(|| manifest.likely_kind(has_docker));
    let files = repository::files(&path, &manifest);
    drop(manifest);
    Ok(Read { path, bytes, kind, files, settings })
}

/// The errors of both, as a report for people; `None` where there are none.
fn errors<'a>(read: impl Iterator<Item = &'a Read>) -> Option<String> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut sources = Sources::new();
    let mut manifests = 0;
    for read in read {
        let path = disk::shown(&read.path);
        let manifest = Manifest::parse(path.as_str(), &read.bytes);
        let docker = repository::docker_of(&read.path);
        let context = Context { docker: docker.as_ref(), ..Context::new(read.kind, read.settings.dialect) };
        found.extend(check_manifest(&manifest, &read.files, &context));
        sources.insert(path, read.bytes.clone());
        manifests += 1;
    }
    found.retain(|found| found.severity == Severity::Error);
    (!found.is_empty()).then(|| render::full(&Report::new(found, manifests), &sources, true))
}

/// Where the start-point came from: a commit that was named, or that of its repository.
fn provenance(read: &Read, sha: Option<&str>) -> Result<Option<Provenance>, Failure> {
    let folder = repository::parent(&read.path);
    let url = disk::shown(&std::path::absolute(folder)?);
    if let Some(sha) = sha {
        return Ok(Some(Provenance { url, sha: sha.parse::<CommitSha>()? }));
    }
    // Outside git there is no commit; where one is needed, resolving says so.
    let Ok(head) = git::revision(folder) else { return Ok(None) };
    if head.dirty {
        talk(
            "\u{1b}[1;33mwarning\u{1b}[0m: the work tree differs from the commit that the image tag is taken from",
        )?;
    }
    Ok(Some(Provenance { url, sha: head.commit }))
}
