//! State shared by all handlers: the current catalogue snapshot and readiness, and how both change.

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use start_points::{Kind, render};
use tokio::sync::{Mutex, watch};

use crate::budget::Budget;
use crate::error::{LoadError, ReloadError};
use crate::gate::{Gate, Permits};
use crate::load;
use crate::load::catalogue::LoadedCatalogue;
use crate::metrics::Metrics;
use crate::serve::connections::Connections;
use crate::settings::{GateMode, Readiness, ServerSettings};
use crate::shas::cache::ShasCache;
use crate::snapshot::Snapshot;
use crate::work::Work;

/// What is served, for those who prepare it: the pre-puller, for one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogueInfo {
    /// The kind of its start-points.
    pub kind: Kind,
    /// The digest of its responses: another catalogue has another.
    pub digest: String,
    /// The number of start-points.
    pub start_points: usize,
    /// Every image that it names, sorted, without duplicates.
    pub image_names: Vec<String>,
}

impl CatalogueInfo {
    fn new(catalogue: &LoadedCatalogue) -> Self {
        Self {
            kind: catalogue.kind,
            digest: catalogue.digest.clone(),
            start_points: catalogue.start_points.len(),
            image_names: catalogue.image_names().to_vec(),
        }
    }
}

/// The state as handlers get it.
pub(crate) type Shared = Arc<ServerState>;

/// State shared by all handlers.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub(crate) settings: ServerSettings,
    /// Decides about images, if the settings have a policy.
    pub(crate) gate: Option<Arc<Gate>>,
    /// What the shas page looked up.
    pub(crate) shas: ShasCache,
    /// Present if `/metrics` is served.
    pub(crate) metrics: Option<Metrics>,
    /// The open connections, and the bytes in flight.
    pub(crate) connections: Arc<Connections>,
    /// Turns for work that takes CPU.
    pub(crate) work: Work,
    snapshot: ArcSwap<Snapshot>,
    info: watch::Sender<CatalogueInfo>,
    readiness: watch::Sender<Readiness>,
    /// The decisions of an enforced gate, once it has decided.
    permits: watch::Sender<Option<Permits>>,
    /// Held while the snapshot is being replaced.
    change: Mutex<()>,
}

impl ServerState {
    /// Reads the catalogue; blocks.
    pub(crate) fn load(settings: ServerSettings) -> Result<Self, LoadError> {
        let readiness = settings.readiness.clone();
        let catalogue = Arc::new(load::load(&settings)?);
        let is_enforced = settings.gate.as_ref().is_some_and(|gate| gate.mode == GateMode::Enforce);
        let permits = Permits::default();
        let left_out = images_left_out(&catalogue, &readiness, is_enforced.then_some(&permits));
        let snapshot = Snapshot::new(catalogue, left_out);
        let gate = settings.gate.clone().map(|gate| Arc::new(Gate::new(gate.policy, &settings.registry)));
        let metrics = settings.metrics.then(Metrics::new);
        Ok(Self {
            gate,
            shas: ShasCache::default(),
            metrics,
            connections: Connections::new(Budget::new(settings.limits.in_flight)),
            work: Work::new(&settings.limits),
            info: watch::Sender::new(CatalogueInfo::new(&snapshot.catalogue)),
            readiness: watch::Sender::new(readiness),
            permits: watch::Sender::new(None),
            snapshot: ArcSwap::from_pointee(snapshot),
            change: Mutex::new(()),
            settings,
        })
    }

    /// The current snapshot. A handler takes it once, so that its response is of a single catalogue.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The kind of the current catalogue.
    pub(crate) fn kind(&self) -> Kind {
        self.snapshot.load().catalogue.kind
    }

    pub(crate) fn catalogue_info(&self) -> watch::Receiver<CatalogueInfo> {
        self.info.subscribe()
    }

    pub(crate) fn readiness(&self) -> &watch::Sender<Readiness> {
        &self.readiness
    }

    /// Whether the service is ready: it was declared so, and an enforced gate has decided.
    pub(crate) fn is_ready(&self) -> bool {
        self.readiness.borrow().ready && self.is_decided()
    }

    fn is_decided(&self) -> bool {
        self.enforced_gate().is_none() || self.permits.borrow().as_ref().is_some_and(Permits::are_known)
    }

    fn enforced_gate(&self) -> Option<&Arc<Gate>> {
        let is_enforced = self.settings.gate.as_ref().is_some_and(|gate| gate.mode == GateMode::Enforce);
        self.gate.as_ref().filter(|_| is_enforced)
    }

    /// Reads the catalogue again, and serves the new one from the next request on.
    pub(crate) async fn reload(self: &Arc<Self>) -> Result<CatalogueInfo, ReloadError> {
        let result = self.replace_catalogue().await;
        if let Some(metrics) = &self.metrics {
            metrics.count_reload(result.is_ok());
        }
        match &result {
            Ok(info) => {
                tracing::info!(digest = info.digest, start_points = info.start_points, "reloaded");
            }
            Err(ReloadError::Catalogue(LoadError::Faults(faults))) => {
                let report = render::concise(&faults.report, &faults.sources);
                tracing::error!(report, "not reloaded: the new catalogue has errors");
            }
            Err(error) => tracing::error!(%error, "not reloaded"),
        }
        result
    }

    async fn replace_catalogue(self: &Arc<Self>) -> Result<CatalogueInfo, ReloadError> {
        let _only = self.change.lock().await;
        let state = Arc::clone(self);
        let loaded = crate::work::spawn_background(move || {
            let catalogue = Arc::new(load::load(&state.settings)?);
            // Decided before any of it is served, so that images that may run stay available.
            if let Some(permits) = state.decide(&catalogue) {
                state.permits.send_replace(Some(permits));
            }
            let left_out = state.images_left_out(&catalogue);
            Ok::<_, LoadError>(Snapshot::new(catalogue, left_out))
        });
        let snapshot = loaded.await.map_err(|_| ReloadError::Stopped)??;
        let info = CatalogueInfo::new(&snapshot.catalogue);
        self.publish(snapshot);
        self.info.send_replace(info.clone());
        Ok(info)
    }

    /// Updates the snapshot whenever missing images or permits change; never returns.
    pub(crate) async fn follow_readiness(self: Arc<Self>) {
        let (mut readiness, mut permits) = (self.readiness.subscribe(), self.permits.subscribe());
        // A change before this subscription counts too.
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
            let current = self.snapshot();
            let left_out = self.images_left_out(&current.catalogue);
            if *current.left_out() == left_out {
                continue;
            }
            let rebuilt = crate::work::spawn_background(move || {
                Snapshot::new(Arc::clone(&current.catalogue), left_out)
            });
            if let Ok(snapshot) = rebuilt.await {
                self.publish(snapshot);
            }
        }
    }

    /// Decides about the current catalogue, again and again, if the gate is enforced.
    pub(crate) async fn follow_gate(self: Arc<Self>) {
        while self.enforced_gate().is_some() {
            let (state, catalogue) = (Arc::clone(&self), Arc::clone(&self.snapshot().catalogue));
            let decided = crate::work::spawn_background(move || {
                let permits = state.decide(&catalogue);
                (catalogue, permits)
            });
            let Ok((catalogue, Some(permits))) = decided.await else { return };
            let pause = permits.pause();
            {
                let _only = self.change.lock().await;
                // A reload in the meantime has made its own decisions.
                if Arc::ptr_eq(&catalogue, &self.snapshot().catalogue) {
                    self.permits.send_replace(Some(permits));
                }
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Which images of a catalogue may run, if the gate is enforced; blocks.
    fn decide(&self, catalogue: &LoadedCatalogue) -> Option<Permits> {
        let gate = self.enforced_gate()?;
        let before = self.permits.borrow().clone();
        Some(Permits::decide(gate, catalogue.image_names(), before.as_ref()))
    }

    fn images_left_out(&self, catalogue: &LoadedCatalogue) -> BTreeSet<String> {
        let permits = self.enforced_gate().map(|_| self.permits.borrow().clone().unwrap_or_default());
        images_left_out(catalogue, &self.readiness.borrow(), permits.as_ref())
    }

    fn publish(self: &Arc<Self>, snapshot: Snapshot) {
        self.snapshot.store(Arc::new(snapshot));
        self.compress_snapshot();
    }

    /// Compresses responses in the background.
    pub(crate) fn compress_snapshot(&self) {
        let snapshot = self.snapshot();
        crate::work::spawn_background(move || snapshot.compress());
    }
}

/// The images whose start-points are not offered: those not present, and those that may not run.
fn images_left_out(
    catalogue: &LoadedCatalogue,
    readiness: &Readiness,
    permits: Option<&Permits>,
) -> BTreeSet<String> {
    let mut left_out = readiness.missing_images.clone();
    if let Some(permits) = permits {
        left_out.extend(catalogue.image_names().iter().filter(|name| !permits.allows(name)).cloned());
    }
    left_out
}
