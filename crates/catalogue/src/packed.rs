//! A catalogue as an image: its files below one folder, and what it says of itself.

use std::collections::BTreeMap;

use start_points::ImageName;
use start_points_oci::{
    Created, Image, ImageConfig, ImageReader, Layer, LayerFile, LayerFiles, OciError, OciErrorKind,
    REVISION_LABEL, SOURCE_LABEL, TITLE_LABEL,
};

use crate::catalogue::{Catalogue, Repository};
use crate::layout::{self, public};

/// Where a catalogue lies in its image.
pub const FOLDER: &str = "app/repos";

impl Catalogue {
    /// It as an image, on top of a base where there is one.
    ///
    /// The same catalogue under the same name makes the same image, wherever and whenever: its time is that of the
    /// newest commit. Registry and tag are no part of it.
    ///
    /// # Errors
    /// Paths that an image cannot hold; a base that cannot be had.
    pub fn image(&self, name: &ImageName, base: Option<&ImageReader>) -> Result<Image, OciError> {
        let pack = || -> Result<Layer, OciErrorKind> { Layer::pack(&below(FOLDER, self.files())) };
        let fault = |cause| OciError::new(&name.to_string(), cause);
        let layer = pack().map_err(fault)?;
        let facts = self.facts(name);
        match base {
            Some(base) => Image::on_base(base, &[layer], &facts),
            None => Image::new(&[layer], &facts).map_err(fault),
        }
    }

    /// When the newest of its commits was made.
    #[must_use]
    pub fn created(&self) -> Created {
        self.repositories.iter().map(|repository| repository.committed).max().unwrap_or_default()
    }

    /// The one that all is from may say where it is from; of several the files do.
    fn facts(&self, name: &ImageName) -> ImageConfig {
        let facts = ImageConfig::catalogue(self.kind, self.created()).label(TITLE_LABEL, name.path());
        match self.repositories.as_slice() {
            [one] => sourced(facts, one),
            _ => facts,
        }
    }
}

/// With where a repository is, and which commit of it was taken.
pub(crate) fn sourced(facts: ImageConfig, repository: &Repository) -> ImageConfig {
    facts
        .label(SOURCE_LABEL, &public(&repository.url))
        .label(REVISION_LABEL, &repository.revision.to_string())
}

/// LayerFiles below a folder of an image.
pub(crate) fn below(folder: &str, files: BTreeMap<String, layout::File<'_>>) -> LayerFiles {
    let file =
        |file: layout::File<'_>| LayerFile { bytes: file.bytes.into_owned(), executable: file.executable };
    files.into_iter().map(|(path, found)| (start_points::layout::join(folder, &path), file(found))).collect()
}
