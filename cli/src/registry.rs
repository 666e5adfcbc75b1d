//! What the commands that speak to registries share: log-ins, images by what they are called, and a progress line.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use start_points::ImageName;
use start_points::shown::shown;
use start_points_fetch::retry;
use start_points_image::registry::{Options, Pushed, Registry, Watch};
use start_points_image::{Cancel, Cause, ImageError, Limits, StoredImage, layout};

use crate::arguments::RegistryArguments;
use crate::error::Failure;
use crate::fetching::interrupted;
use crate::progress::Bytes;

/// Registries with the log-ins of docker's configuration, and what they move on a progress line.
#[derive(Debug)]
pub(crate) struct Registries {
    /// The client.
    pub(crate) client: Registry,
    bytes: Arc<Bytes>,
    attempts: start_points_fetch::Limits,
    cancel: Cancel,
}

impl Registries {
    /// `seconds` are the most for one image.
    pub(crate) fn open(arguments: &RegistryArguments, seconds: u32, cancel: &Cancel, quiet: bool) -> Self {
        let mut limits = Limits::default();
        limits.time = Duration::from_secs(seconds.into());
        Self::within(limits, arguments, cancel, quiet)
    }

    /// Within other limits.
    pub(crate) fn within(
        limits: Limits,
        arguments: &RegistryArguments,
        cancel: &Cancel,
        quiet: bool,
    ) -> Self {
        let bytes = Arc::new(Bytes::new(quiet));
        let told = Arc::clone(&bytes);
        let mut attempts = start_points_fetch::Limits::default();
        attempts.time = limits.time;
        let client = Registry::new(Options {
            limits,
            watch: Watch::new(move |moved| told.moved(moved)),
            cancel: cancel.clone(),
            ..arguments.options()
        });
        Self { client, bytes, attempts, cancel: cancel.clone() }
    }

    /// Does something with images, once more where the network fails; what is moved meanwhile is shown with what it
    /// is.
    pub(crate) fn watched<T>(
        &self,
        what: &str,
        work: impl Fn(&Registry) -> Result<T, ImageError>,
    ) -> Result<T, Failure> {
        self.bytes.begin(what);
        let is_passing = |error: &ImageError| error.cause().is_passing();
        let done = retry::again(&self.attempts, &self.cancel, is_passing, || work(&self.client));
        self.bytes.finish();
        done.map_err(failure)
    }

    /// Opens an image by what it is called.
    pub(crate) fn image(&self, called: &Called) -> Result<StoredImage, Failure> {
        match called {
            Called::Layout(path, tag) => {
                layout::open(path, tag.as_deref(), Limits::default()).map_err(failure)
            }
            Called::Name(name) => self.watched(&name.to_string(), |client| client.open(name)),
        }
    }
}

/// What an image is called on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Called {
    /// `oci:PATH`, a layout with one image, or `oci:PATH:TAG`.
    Layout(PathBuf, Option<String>),
    /// The name of one in a registry.
    Name(ImageName),
}

impl Called {
    /// Reads `oci:PATH[:TAG]`, a folder that is there, or an image name with a tag or a digest.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        if let Some(path) = text.strip_prefix("oci:").filter(|path| !path.is_empty()) {
            return Ok(match path.rsplit_once(':').filter(|_| !Path::new(path).exists()) {
                Some((path, tag)) => Self::Layout(path.into(), Some(tag.to_owned())),
                None => Self::Layout(path.into(), None),
            });
        }
        if Path::new(text).is_dir() {
            return Ok(Self::Layout(text.into(), None));
        }
        let wrong = |why: &str| {
            let hint = "write `oci:PATH`, or a name such as `ghcr.io/acme/python:384f486`";
            Failure::with_hint(format!("`{}` is no image: {why}", shown(text)), hint)
        };
        match ImageName::parse(text) {
            Ok(name) if name.tag().or(name.digest()).is_some() => Ok(Self::Name(name)),
            Ok(_) => Err(wrong("nothing of that name is here, and as an image's name it has no tag")),
            Err(error) => Err(wrong(&error.to_string())),
        }
    }
}

/// What a push did, in a line.
pub(crate) fn pushed(name: &ImageName, pushed: &Pushed) -> String {
    if pushed.was_there {
        return format!("unchanged: {name} is {} already", pushed.digest);
    }
    let blobs = |count: usize| if count == 1 { "1 blob".to_owned() } else { format!("{count} blobs") };
    let mounted = match pushed.mounted {
        0 => String::new(),
        count => format!(", {} mounted", blobs(count)),
    };
    format!("pushed {name}: {}, {} sent{mounted}", pushed.digest, blobs(pushed.sent))
}

/// An image's fault, with its advice.
pub(crate) fn failure(error: ImageError) -> Failure {
    if *error.cause() == Cause::Cancelled {
        return interrupted();
    }
    let hint = error.hint();
    Failure::hinted(error, hint)
}
