//! `image-name`: the tagged image name of a language + test-framework repository at its commit.
//!
//! For build scripts, on CI and in a local loop (design note 001). A base language, with `docker/` and no
//! `start_point/`, has one too.

use std::path::Path;

use start_points::check::Manifest;
use start_points::resolve::{ImageNameSource, resolve_image_name};
use start_points::{Dialect, Kind};

use crate::arguments::ImageNameArguments;
use crate::error::{Failure, Outcome};
use crate::output::print;
use crate::repository::{self, MAX_MANIFEST};
use crate::settings::{self, Flags};
use crate::{disk, git};

pub(crate) fn run(arguments: &ImageNameArguments) -> Result<Outcome, Failure> {
    let folder = &arguments.folder;
    let flags = Flags { dialect: arguments.dialect, ..Flags::default() };
    let settings = settings::read(settings::folder_for(folder).as_deref(), &flags)?;
    let docker = repository::docker(&folder.join("docker"));
    let declared = docker.declared_image_name();
    let pinned = match settings.dialect {
        Dialect::Derived => None,
        Dialect::Pinned => manifest_image_name(&folder.join("start_point/manifest.json")),
    };
    let head = git::revision(folder)?;
    // A base language has no manifest to pin its name in.
    let dialect = if pinned.is_some() { Dialect::Pinned } else { Dialect::Derived };
    let source = ImageNameSource {
        manifest: pinned.as_deref(),
        docker: declared.as_deref(),
        commit: Some(&head.commit),
        git_tag: None,
    };
    let name = resolve_image_name(Kind::Languages, dialect, source).map_err(|error| {
        let hint = format!("`start-points check {}` says what is wrong", disk::shown(folder));
        Failure::with_hint(error.to_string(), hint)
    })?;
    let Some(name) = name else { return Ok(Outcome::Clean) };
    if head.dirty && arguments.require_clean {
        return git::tell_dirty();
    }
    print(&format!("{name}{}\n", if head.dirty { "-dirty" } else { "" }))?;
    Ok(Outcome::Clean)
}

fn manifest_image_name(path: &Path) -> Option<String> {
    let bytes = disk::read(path, MAX_MANIFEST).ok()?;
    let manifest = Manifest::parse(disk::shown(path), &bytes);
    Some(manifest.document()?.root().get("image_name")?.as_str()?.to_owned())
}
