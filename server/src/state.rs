//! What all requests share: the answers of now, readiness, and how both change.

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use start_points::{Kind, render};
use tokio::sync::{Mutex, watch};

use crate::answers::Answers;
use crate::error::LoadError;
use crate::gate::Gate;
use crate::load;
use crate::metrics::{Metrics, Reloaded};
use crate::readiness::Readiness;
use crate::settings::Settings;
use crate::shas;

/// What a catalogue offers, for those who see to it that it can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offer {
    /// The kind of its start-points.
    pub kind: Kind,
    /// The digest of what is served of it: another catalogue has another.
    pub digest: String,
    /// How many start-points it has.
    pub start_points: usize,
    /// Every image that it names, sorted, each once.
    pub image_names: Vec<String>,
}

/// Why a reload was refused; what was served before is served still.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// The new catalogue cannot be served.
    #[error(transparent)]
    Catalogue(#[from] LoadError),
    /// The service is being stopped.
    #[error("the service is being stopped")]
    Stopped,
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) settings: Settings,
    /// What decides about images, where the settings have a policy.
    pub(crate) gate: Option<Arc<Gate>>,
    /// What the shas page found out.
    pub(crate) kept: shas::Kept,
    /// What is counted, where somebody asked for it.
    pub(crate) metrics: Option<Metrics>,
    answers: ArcSwap<Answers>,
    offer: watch::Sender<Offer>,
    readiness: watch::Sender<Readiness>,
    /// Held by whoever changes the answers.
    change: Mutex<()>,
}

impl State {
    /// Reads the catalogue; blocks meanwhile.
    pub(crate) fn load(settings: Settings) -> Result<Self, LoadError> {
        let readiness = settings.readiness.clone();
        let answers = Answers::new(Arc::new(load::load(&settings)?), readiness.missing_images.clone());
        let gate = settings.gate.clone().map(|policy| Arc::new(Gate::new(policy, &settings.registry)));
        let metrics = settings.metrics.then(Metrics::new);
        Ok(Self {
            gate,
            kept: shas::Kept::default(),
            metrics,
            offer: watch::Sender::new(offer(&answers)),
            readiness: watch::Sender::new(readiness),
            answers: ArcSwap::from_pointee(answers),
            change: Mutex::new(()),
            settings,
        })
    }

    /// The answers of now. Whoever answers a request asks once, so that it is wholly of one catalogue.
    pub(crate) fn answers(&self) -> Arc<Answers> {
        self.answers.load_full()
    }

    /// The kind of what is served now.
    pub(crate) fn kind(&self) -> Kind {
        self.answers.load().catalogue.kind
    }

    pub(crate) fn offer(&self) -> watch::Receiver<Offer> {
        self.offer.subscribe()
    }

    pub(crate) fn readiness(&self) -> &watch::Sender<Readiness> {
        &self.readiness
    }

    /// Reads the catalogue again, and serves the new one from the next request on.
    pub(crate) async fn reload(self: &Arc<Self>) -> Result<Offer, ReloadError> {
        let result = self.replace().await;
        if let Some(metrics) = &self.metrics {
            let result = if result.is_ok() { "served" } else { "refused" };
            metrics.reloads.get_or_create(&Reloaded { result }).inc();
        }
        match &result {
            Ok(offer) => {
                tracing::info!(digest = offer.digest, start_points = offer.start_points, "reloaded");
            }
            Err(ReloadError::Catalogue(LoadError::Faults(faults))) => {
                let report = render::concise(&faults.report, &faults.sources);
                tracing::error!(report, "not reloaded: the new catalogue has faults");
            }
            Err(error) => tracing::error!(%error, "not reloaded"),
        }
        result
    }

    async fn replace(self: &Arc<Self>) -> Result<Offer, ReloadError> {
        let _only = self.change.lock().await;
        let state = Arc::clone(self);
        let loaded = tokio::task::spawn_blocking(move || {
            let catalogue = Arc::new(load::load(&state.settings)?);
            Ok::<_, LoadError>(Answers::new(catalogue, state.missing()))
        });
        let answers = loaded.await.map_err(|_| ReloadError::Stopped)??;
        let offer = offer(&answers);
        self.serve(answers);
        self.offer.send_replace(offer.clone());
        Ok(offer)
    }

    /// Follows what is missing, for ever.
    pub(crate) async fn follow_readiness(self: Arc<Self>) {
        let mut readiness = self.readiness.subscribe();
        // What was said before anybody followed counts too.
        readiness.mark_changed();
        while readiness.changed().await.is_ok() {
            let _only = self.change.lock().await;
            let missing = readiness.borrow_and_update().missing_images.clone();
            let now = self.answers();
            if *now.missing() == missing {
                continue;
            }
            let made = tokio::task::spawn_blocking(move || Answers::new(Arc::clone(&now.catalogue), missing));
            if let Ok(answers) = made.await {
                self.serve(answers);
            }
        }
    }

    fn missing(&self) -> BTreeSet<String> {
        self.readiness.borrow().missing_images.clone()
    }

    fn serve(self: &Arc<Self>, answers: Answers) {
        self.answers.store(Arc::new(answers));
        self.compress();
    }

    /// Makes the compressed forms beside the requests that come meanwhile.
    pub(crate) fn compress(&self) {
        let answers = self.answers();
        tokio::task::spawn_blocking(move || answers.compress());
    }
}

fn offer(answers: &Answers) -> Offer {
    let catalogue = &answers.catalogue;
    Offer {
        kind: catalogue.kind,
        digest: catalogue.digest.clone(),
        start_points: catalogue.start_points.len(),
        image_names: catalogue.image_names().to_vec(),
    }
}
