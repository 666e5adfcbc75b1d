//! What all requests share: the answers of now, readiness, and how both change.

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use start_points::{Kind, render};
use tokio::sync::{Mutex, watch};

use crate::answers::Answers;
use crate::budget::Budget;
use crate::error::LoadError;
use crate::gate::Gate;
use crate::load::{self, Loaded};
use crate::metrics::{Metrics, Reloaded};
use crate::permits::Permits;
use crate::readiness::Readiness;
use crate::serve::Connections;
use crate::settings::{GateMode, Settings};
use crate::shas;
use crate::work::Work;

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
    /// Who is connected, and what is in flight.
    pub(crate) connections: Arc<Connections>,
    /// Turns for what takes CPU.
    pub(crate) work: Work,
    answers: ArcSwap<Answers>,
    offer: watch::Sender<Offer>,
    readiness: watch::Sender<Readiness>,
    /// What the gate allows, where it is enforced, once it has decided.
    permits: watch::Sender<Option<Permits>>,
    /// Held by whoever changes the answers.
    change: Mutex<()>,
}

impl State {
    /// Reads the catalogue; blocks meanwhile.
    pub(crate) fn load(settings: Settings) -> Result<Self, LoadError> {
        let readiness = settings.readiness.clone();
        let catalogue = Arc::new(load::load(&settings)?);
        let is_enforced = settings.gate.as_ref().is_some_and(|gate| gate.mode == GateMode::Enforce);
        let permits = Permits::default();
        let left_out = left_out(&catalogue, &readiness, is_enforced.then_some(&permits));
        let answers = Answers::new(catalogue, left_out);
        let gate = settings.gate.clone().map(|gate| Arc::new(Gate::new(gate.policy, &settings.registry)));
        let metrics = settings.metrics.then(Metrics::new);
        Ok(Self {
            gate,
            kept: shas::Kept::default(),
            metrics,
            connections: Connections::new(Budget::new(settings.limits.in_flight)),
            work: Work::new(&settings.limits),
            offer: watch::Sender::new(offer(&answers)),
            readiness: watch::Sender::new(readiness),
            permits: watch::Sender::new(None),
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

    /// Whether the service may be used: what it serves is at hand, and the gate has decided where it is enforced.
    pub(crate) fn is_ready(&self) -> bool {
        let is_decided =
            || self.enforced().is_none() || self.permits.borrow().as_ref().is_some_and(Permits::are_known);
        self.readiness.borrow().ready && is_decided()
    }

    /// The gate, where it is enforced.
    fn enforced(&self) -> Option<&Arc<Gate>> {
        let is_enforced = self.settings.gate.as_ref().is_some_and(|gate| gate.mode == GateMode::Enforce);
        self.gate.as_ref().filter(|_| is_enforced)
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
            // Decided before anything of it is served, so that what may run is not away for a while.
            if let Some(permits) = state.decide(&catalogue) {
                state.permits.send_replace(Some(permits));
            }
            let left_out = state.left_out(&catalogue);
            Ok::<_, LoadError>(Answers::new(catalogue, left_out))
        });
        let answers = loaded.await.map_err(|_| ReloadError::Stopped)??;
        let offer = offer(&answers);
        self.serve(answers);
        self.offer.send_replace(offer.clone());
        Ok(offer)
    }

    /// Follows what is missing and what may run, for ever.
    pub(crate) async fn follow_readiness(self: Arc<Self>) {
        let (mut readiness, mut permits) = (self.readiness.subscribe(), self.permits.subscribe());
        // What was said before anybody followed counts too.
        readiness.mark_changed();
        loop {
            let changed = tokio::select! {
                changed = readiness.changed() => changed,
                changed = permits.changed() => changed,
            };
            if changed.is_err() {
                return;
            }
            let _only = self.change.lock().await;
            let now = self.answers();
            let left_out = self.left_out(&now.catalogue);
            if *now.left_out() == left_out {
                continue;
            }
            let made =
                tokio::task::spawn_blocking(move || Answers::new(Arc::clone(&now.catalogue), left_out));
            if let Ok(answers) = made.await {
                self.serve(answers);
            }
        }
    }

    /// Decides about what is served, again and again, where the gate is enforced.
    pub(crate) async fn follow_gate(self: Arc<Self>) {
        while self.enforced().is_some() {
            let (state, catalogue) = (Arc::clone(&self), Arc::clone(&self.answers().catalogue));
            let decided = tokio::task::spawn_blocking(move || {
                let permits = state.decide(&catalogue);
                (catalogue, permits)
            });
            let Ok((catalogue, Some(permits))) = decided.await else { return };
            let pause = permits.pause();
            {
                let _only = self.change.lock().await;
                // A reload in the meantime has decided for itself.
                if Arc::ptr_eq(&catalogue, &self.answers().catalogue) {
                    self.permits.send_replace(Some(permits));
                }
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// What may run of a catalogue, where the gate is enforced; blocks meanwhile.
    fn decide(&self, catalogue: &Loaded) -> Option<Permits> {
        let gate = self.enforced()?;
        let before = self.permits.borrow().clone();
        Some(Permits::decide(gate, catalogue.image_names(), before.as_ref()))
    }

    fn left_out(&self, catalogue: &Loaded) -> BTreeSet<String> {
        let permits = self.enforced().map(|_| self.permits.borrow().clone().unwrap_or_default());
        left_out(catalogue, &self.readiness.borrow(), permits.as_ref())
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

/// The images without which start-points are not offered: those that are not at hand, and those that may not run.
fn left_out(catalogue: &Loaded, readiness: &Readiness, permits: Option<&Permits>) -> BTreeSet<String> {
    let barred = |permits: &Permits| {
        let names = catalogue.image_names().iter();
        names.filter(|name| !permits.allow(name)).cloned().collect::<Vec<_>>()
    };
    let barred = permits.map(barred).unwrap_or_default();
    readiness.missing_images.iter().cloned().chain(barred).collect()
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
