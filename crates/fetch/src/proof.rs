//! The proof that what a URL names is a commit: asked for once a repository in a run, and once ever for an object.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use start_points::{CommitSha, RepoUrl};

use crate::cache::RepositoryRecord;
use crate::context::{FetchContext, repository};
use crate::error::FetchErrorKind;
use crate::local::LocalRepository;
use crate::remote::{ObjectKinds, RefLookup, RemoteRefs, RemoteRepository, TaggedObject, find};

/// The most tags of which one is proven beside the one that is asked for.
const MOST_BESIDE: usize = 100;

/// The proofs of one run.
pub(crate) struct CommitProofs<'a> {
    context: &'a FetchContext,
    /// The URLs of the run: the tags that they name are asked for together.
    urls: &'a [RepoUrl],
    /// By repository; held while it is asked.
    kinds: Mutex<HashMap<String, Arc<Mutex<ObjectKinds>>>>,
}

impl<'a> CommitProofs<'a> {
    pub(crate) fn new(context: &'a FetchContext, urls: &'a [RepoUrl]) -> Self {
        Self { context, urls, kinds: Mutex::default() }
    }

    /// Whether each of these objects is a commit.
    pub(crate) fn all(
        &self,
        url: &RepoUrl,
        refs: &RemoteRefs,
        objects: &[&CommitSha],
    ) -> Result<Vec<bool>, FetchErrorKind> {
        let known = self.known(url);
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let record = self.context.cache.record(&repository(url)?)?;
        let unknown =
            |object: &CommitSha, known: &ObjectKinds| match self.is_known(object, refs, &record, known)? {
                true => Ok(None),
                false => {
                    Ok::<_, FetchErrorKind>(refs.only_tag(object).map(|tag| (object.clone(), tag.to_owned())))
                }
            };
        let mut needed: BTreeSet<TaggedObject> = BTreeSet::new();
        for object in objects {
            needed.extend(unknown(object, &known)?);
        }
        if !needed.is_empty() {
            let mut wanted = needed.clone();
            for object in self.beside(url, refs) {
                wanted.extend(unknown(&object, &known)?);
            }
            let found = match self.ask(url, &wanted) {
                // Something beside may be what is at fault.
                Err(cause) if wanted.len() > needed.len() && !cause.is_passing() => self.ask(url, &needed)?,
                result => result?,
            };
            self.context.cache.update_record(&repository(url)?, |record| record.remember_kinds(&found))?;
            known.extend(found);
        }
        objects
            .iter()
            .map(|object| match known.get(*object).copied().or_else(|| record.is_commit(object)) {
                Some(is_commit) => Ok(is_commit),
                None if self.is_known(object, refs, &record, &known)? => Ok(true),
                None => Err(FetchErrorKind::MovedMeanwhile(
                    refs.only_tag(object).unwrap_or(object.as_str()).to_owned(),
                )),
            })
            .collect()
    }

    /// Whether no question is open: a branch names it, it was fetched as a commit, or it was asked for.
    fn is_known(
        &self,
        object: &CommitSha,
        refs: &RemoteRefs,
        record: &RepositoryRecord,
        known: &ObjectKinds,
    ) -> Result<bool, FetchErrorKind> {
        let is_named = known.contains_key(object) || record.is_commit(object).is_some();
        Ok(is_named || refs.only_tag(object).is_none() || self.context.cache.has_content(object)?)
    }

    /// What the other URLs of the run name in the same repository.
    fn beside(&self, url: &RepoUrl, refs: &RemoteRefs) -> Vec<CommitSha> {
        let of_same = self.urls.iter().filter(|other| other.with_credentials() == url.with_credentials());
        let found = of_same.filter_map(|other| match find(refs, other.tag()) {
            Ok(RefLookup::Yes(object, _)) => Some(object),
            _ => None,
        });
        found.take(MOST_BESIDE).collect()
    }

    fn ask(&self, url: &RepoUrl, wanted: &BTreeSet<TaggedObject>) -> Result<ObjectKinds, FetchErrorKind> {
        let FetchContext { git, cache, .. } = self.context;
        let wanted: Vec<TaggedObject> = wanted.iter().cloned().collect();
        match url.is_local() {
            true => LocalRepository::open(git, url)?.kinds(&wanted),
            false => RemoteRepository::new(git, url).kinds(&wanted, &cache.scratch()),
        }
    }

    fn known(&self, url: &RepoUrl) -> Arc<Mutex<ObjectKinds>> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kinds.entry(url.with_credentials().to_owned()).or_default())
    }
}
