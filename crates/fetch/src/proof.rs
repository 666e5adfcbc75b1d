//! The proof that a URL names a commit: one request for each repository in a run, and never again for an object.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use start_points::{CommitSha, RepoUrl};

use crate::cache::RepositoryRecord;
use crate::context::{FetchContext, repository_key};
use crate::error::FetchErrorKind;
use crate::local::LocalRepository;
use crate::remote::{ObjectKinds, RefLookup, RemoteRefs, RemoteRepository, TaggedObject, find};

/// The most tags that are checked along with the requested one.
const MAX_OTHER_TAGS: usize = 100;

/// The proofs of one run.
pub(crate) struct CommitProofs<'a> {
    context: &'a FetchContext,
    /// The URLs of the run: their tags are checked together.
    urls: &'a [RepoUrl],
    /// By repository; locked during its request.
    kinds: Mutex<HashMap<String, Arc<Mutex<ObjectKinds>>>>,
}

impl<'a> CommitProofs<'a> {
    pub(crate) fn new(context: &'a FetchContext, urls: &'a [RepoUrl]) -> Self {
        Self { context, urls, kinds: Mutex::default() }
    }

    /// Whether each of these objects is a commit.
    pub(crate) fn are_commits(
        &self,
        url: &RepoUrl,
        refs: &RemoteRefs,
        objects: &[&CommitSha],
    ) -> Result<Vec<bool>, FetchErrorKind> {
        let known = self.known(url);
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let record = self.context.cache.record(&repository_key(url)?)?;
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
            for object in self.named_by_other_urls(url, refs) {
                wanted.extend(unknown(&object, &known)?);
            }
            let found = match self.request(url, &wanted) {
                // One of the other objects may be at fault.
                Err(cause) if wanted.len() > needed.len() && !cause.is_transient() => {
                    self.request(url, &needed)?
                }
                result => result?,
            };
            self.context
                .cache
                .update_record(&repository_key(url)?, |record| record.remember_kinds(&found))?;
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

    /// Whether an object needs no request: a branch names it, it was fetched as a commit, or it was checked before.
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

    /// The objects that the other URLs of the run name in the same repository.
    fn named_by_other_urls(&self, url: &RepoUrl, refs: &RemoteRefs) -> Vec<CommitSha> {
        let of_same = self.urls.iter().filter(|other| other.with_credentials() == url.with_credentials());
        let found = of_same.filter_map(|other| match find(refs, other.tag()) {
            Ok(RefLookup::Yes(object, _)) => Some(object),
            _ => None,
        });
        found.take(MAX_OTHER_TAGS).collect()
    }

    fn request(&self, url: &RepoUrl, wanted: &BTreeSet<TaggedObject>) -> Result<ObjectKinds, FetchErrorKind> {
        let FetchContext { git, cache, .. } = self.context;
        let wanted: Vec<TaggedObject> = wanted.iter().cloned().collect();
        if url.is_local() {
            return LocalRepository::open(git, url)?.kinds(&wanted);
        }
        RemoteRepository::new(git, url).kinds(&wanted, &cache.scratch())
    }

    fn known(&self, url: &RepoUrl) -> Arc<Mutex<ObjectKinds>> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kinds.entry(url.with_credentials().to_owned()).or_default())
    }
}
