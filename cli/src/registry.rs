//! What the commands that speak to registries share: log-ins, where an image is, and a progress line.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use start_points::shown::counted;
use start_points::{ImageName, Kind};
use start_points_catalogue::read::MemoryFiles;
use start_points_catalogue::{CatalogueSource, FOLDER, SourceError};
use start_points_io::RetryPolicy;
use start_points_oci::registry::{PushResult, Registry, RegistryOptions, TransferWatch};
use start_points_oci::{Cancel, ImageReader, OciError, OciErrorKind, OciLimits, layout};

use crate::error::{CliError, end_on_interrupt, interrupted};
use crate::progress::Bytes;

/// The most seconds for one image.
const SECONDS: u32 = 300;

/// How registries are accessed.
#[derive(Debug, Args, Clone, Default)]
pub(crate) struct RegistryArguments {
    /// Use plain HTTP for registries (localhost falls back to HTTP by itself)
    #[arg(long)]
    pub plain_http: bool,
    /// A CA bundle (PEM) to trust in addition to the system's; repeatable
    #[arg(long, value_name = "FILE")]
    pub ca_file: Vec<PathBuf>,
    /// A token server to trust with registry credentials; repeatable
    #[arg(long, value_name = "HOST[:PORT]")]
    pub token_host: Vec<String>,
}

impl RegistryArguments {
    /// The options of the registry client.
    pub(crate) fn options(&self) -> RegistryOptions {
        RegistryOptions {
            plain_http: self.plain_http,
            roots: self.ca_file.clone(),
            token_hosts: self.token_host.clone(),
            ..RegistryOptions::default()
        }
    }
}

/// The registry client with Docker's credentials, and a progress line for its transfers.
#[derive(Debug)]
pub(crate) struct Registries {
    /// The client.
    pub(crate) client: Registry,
    bytes: Arc<Bytes>,
    retry: RetryPolicy,
    cancel: Cancel,
}

impl Registries {
    /// `seconds` are the most for one image.
    pub(crate) fn open(arguments: &RegistryArguments, seconds: u32, cancel: &Cancel, quiet: bool) -> Self {
        let mut limits = OciLimits::default();
        limits.time = Duration::from_secs(seconds.into());
        let bytes = Arc::new(Bytes::new(quiet));
        let told = Arc::clone(&bytes);
        let retry = RetryPolicy::within(limits.time);
        let client = Registry::new(RegistryOptions {
            limits,
            watch: TransferWatch::new(move |moved| told.moved(moved)),
            cancel: cancel.clone(),
            ..arguments.options()
        });
        Self { client, bytes, retry, cancel: cancel.clone() }
    }

    /// The same with the default time, ended by Ctrl-C.
    pub(crate) fn interruptible(arguments: &RegistryArguments, quiet: bool) -> Result<Self, CliError> {
        let cancel = Cancel::default();
        end_on_interrupt(cancel.clone())?;
        Ok(Self::open(arguments, SECONDS, &cancel, quiet))
    }

    /// Does something with images, once more where the network fails; what is moved meanwhile is shown with what it
    /// is.
    pub(crate) fn watched<T>(
        &self,
        what: &str,
        work: impl Fn(&Registry) -> Result<T, OciError>,
    ) -> Result<T, CliError> {
        self.bytes.begin(what);
        let is_transient = |error: &OciError| error.kind().is_transient();
        let done = self.retry.run(&self.cancel, is_transient, || work(&self.client));
        self.bytes.finish();
        done.map_err(failure)
    }

    /// Opens an image: a folder has to be the layout of one.
    pub(crate) fn image(&self, source: &CatalogueSource) -> Result<ImageReader, CliError> {
        let open = |path: &Path, tag| layout::open(path, tag, OciLimits::default()).map_err(failure);
        match source {
            CatalogueSource::Image(name) => self.watched(&name.to_string(), |client| client.open(name)),
            CatalogueSource::Layout { path, tag } => open(path, tag.as_deref()),
            CatalogueSource::Folder(path) => open(path, None),
        }
    }

    /// The files of a catalogue that is an image, and the kind that it says it is of.
    pub(crate) fn catalogue(&self, image: &CatalogueSource) -> Result<(MemoryFiles, Option<Kind>), CliError> {
        let stored = self.image(image)?;
        let name = image.to_string();
        let (inspection, contents) =
            self.watched(&name, |_| Ok((stored.inspect()?, stored.files(FOLDER)?)))?;
        if contents.files.is_empty() {
            let hint = "`start-points image inspect` shows its contents";
            return Err(CliError::with_hint(format!("`{name}` has no files in `{FOLDER}`"), hint));
        }
        Ok((MemoryFiles::new(name, contents), inspection.kind()))
    }
}

/// Reads what a catalogue, or an image, is called on the command line.
pub(crate) fn source(text: &str) -> Result<CatalogueSource, CliError> {
    text.parse().map_err(|error: SourceError| {
        let hint = error.hint();
        CliError::hinted(error, Some(hint))
    })
}

/// What a push did, in a line.
pub(crate) fn pushed(name: &ImageName, pushed: &PushResult) -> String {
    if pushed.existed {
        return format!("unchanged: {name} is already {}", pushed.digest);
    }
    let blobs = |count| counted(count, "blob");
    let mounted = match pushed.mounted {
        0 => String::new(),
        count => format!(", {} mounted", blobs(count)),
    };
    format!("pushed {name}: {}, {} sent{mounted}", pushed.digest, blobs(pushed.sent))
}

/// An image's fault, with its advice.
pub(crate) fn failure(error: OciError) -> CliError {
    if *error.kind() == OciErrorKind::Cancelled {
        return interrupted();
    }
    let hint = error.hint();
    CliError::hinted(error, hint)
}
