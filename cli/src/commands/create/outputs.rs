//! Where a catalogue goes: a folder, a layout, a registry, or several of them.

use std::path::{Path, PathBuf};

use start_points::shown::counted;
use start_points::{ImageName, Scheme};
use start_points_catalogue::folder::{self, WriteError};
use start_points_catalogue::{Catalogue, CatalogueOutput, CatalogueSource};
use start_points_io::WriteOutcome;
use start_points_oci::{Cancel, Image, ImageReader, OciError, OciErrorKind, layout};

use super::arguments::CreateArguments;
use crate::error::{CliError, interrupted};
use crate::output::{print_hint, print_warning, verb};
use crate::registry::{self, Registries};
use crate::sources::Named;
use crate::{disk, git};

/// Everywhere that a catalogue goes.
pub(super) struct Outputs {
    name: ImageName,
    output: Option<CatalogueOutput>,
    push: bool,
    base: Option<CatalogueSource>,
}

impl Outputs {
    /// Anything wrong with them is reported before anything is fetched.
    pub(super) fn of(arguments: &CreateArguments) -> Result<Self, CliError> {
        let name = ImageName::parse(&arguments.name).map_err(|error| {
            let hint = "use a lower-case image name, such as `acme/languages-start-points:1.0`";
            let shown = start_points::shown::shown(&arguments.name);
            CliError::with_hint(format!("NAME `{shown}`: {error}"), hint)
        })?;
        let default =
            || CatalogueOutput::Folder(PathBuf::from(name.to_string().replace(['/', ':', '@'], "-")));
        let output = arguments.output.clone().or_else(|| (!arguments.push).then(default));
        match &output {
            Some(CatalogueOutput::Folder(path)) => folder::check_place(path).map_err(failure)?,
            Some(CatalogueOutput::Layout(path)) => layout::check_place(path).map_err(registry::failure)?,
            Some(other) => return Err(anyhow::anyhow!("cannot write a catalogue to `{other}`").into()),
            None => {}
        }
        if arguments.push && name.tag().is_none() {
            return Err(registry::failure(OciError::new(&name.to_string(), OciErrorKind::NoTag)));
        }
        let base = arguments.base.as_deref().map(registry::source).transpose()?;
        if base.is_some() && !arguments.push && !matches!(output, Some(CatalogueOutput::Layout(_))) {
            return Err(CliError::with_hint(
                "`--base` needs an image as output",
                "write an image with `--output oci:PATH` or `--push`, or drop `--base`",
            ));
        }
        if arguments.build.fetch.offline && matches!(base, Some(CatalogueSource::Image(_))) {
            return Err(CliError::with_hint(
                "`--base` names an image in a registry, which `--offline` does not allow",
                "use an image layout: `--base oci:PATH`",
            ));
        }
        Ok(Self { name, output, push: arguments.push, base })
    }

    /// Opens the base, where there is one.
    pub(super) fn base(&self, registries: &Registries) -> Result<Option<ImageReader>, CliError> {
        self.base.as_ref().map(|source| registries.image(source)).transpose()
    }

    /// Writes and pushes; answers what was done, a line each.
    ///
    /// What may be refused comes first: a push cannot be taken back, and nothing is written where it is refused.
    pub(super) fn write(
        &self,
        catalogue: &Catalogue,
        base: Option<&ImageReader>,
        registries: &Registries,
        cancel: &Cancel,
    ) -> Result<Vec<String>, CliError> {
        let is_image = self.push || matches!(self.output, Some(CatalogueOutput::Layout(_)));
        let image =
            is_image.then(|| catalogue.image(&self.name, base)).transpose().map_err(registry::failure)?;
        let mut did = Vec::new();
        if let Some(image) = image.as_ref().filter(|_| self.push) {
            let name = &self.name;
            let push = |client: &start_points_oci::Registry| client.push(name, image, base);
            did.push(registry::pushed(name, &registries.watched(&format!("pushing {name}"), push)?));
        }
        match (&self.output, &image) {
            (Some(output @ CatalogueOutput::Folder(path)), _) => {
                let done = verb(folder::write(catalogue, path, cancel).map_err(failure)?);
                did.push(format!("{done} {output}: {}", contents(catalogue)));
            }
            (Some(output @ CatalogueOutput::Layout(path)), Some(image)) => {
                let done = verb(self.layout(path, image, base, registries, cancel)?);
                did.push(format!("{done} {output}: {}, {}", contents(catalogue), image.descriptor().digest));
            }
            _ => {}
        }
        Ok(did)
    }

    fn layout(
        &self,
        path: &Path,
        image: &Image,
        base: Option<&ImageReader>,
        registries: &Registries,
        cancel: &Cancel,
    ) -> Result<WriteOutcome, CliError> {
        let tag = self.name.tag().unwrap_or("latest");
        registries.watched("copying the base", |_| layout::write(path, tag, image, base, cancel))
    }

    /// A catalogue inside one of its own sources is found there by the next run with `--work-tree`.
    pub(super) fn tell_if_inside(&self, sources: &[Named]) -> Result<(), CliError> {
        let Some(CatalogueOutput::Folder(folder) | CatalogueOutput::Layout(folder)) = &self.output else {
            return Ok(());
        };
        let folder = folder.canonicalize()?;
        let local = sources.iter().filter_map(|source| match source {
            Named::Url(url) if url.scheme() == Scheme::Local => Path::new(url.repo()).canonicalize().ok(),
            _ => None,
        });
        for source in local {
            if folder.starts_with(&source) && !git::ignores(&source, &folder) {
                let (folder, source) = (disk::shown(&folder), disk::shown(&source));
                print_warning(&format!("`{folder}` is inside its source `{source}`"))?;
                print_hint("choose another `--output`, or add it to .gitignore")?;
            }
        }
        Ok(())
    }
}

fn contents(catalogue: &Catalogue) -> String {
    format!(
        "{} of {}{}",
        counted(catalogue.start_points().count(), "start-point"),
        counted(catalogue.repositories().len(), "repository"),
        if catalogue.is_dirty() { ", with uncommitted changes" } else { "" }
    )
}

fn failure(error: WriteError) -> CliError {
    if error.is_cancelled() {
        return interrupted();
    }
    let hint = error.hint();
    CliError::hinted(error, hint)
}
