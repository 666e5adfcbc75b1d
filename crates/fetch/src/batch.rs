//! One run over many URLs: what is requested, fetched and cached for each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use start_points::{CommitSha, RepoUrl, Scheme, Tag};

use crate::cache::RepositoryRecord;
use crate::context::{FetchContext, repository_key};
use crate::error::FetchErrorKind;
use crate::local::{LocalRepository, WorkTreeState};
use crate::proof::CommitProofs;
use crate::remote::{
    CommitName, RefLookup, RemoteRefs, RemoteRepository, ResolvedUrl, TempBareRepo, find, no_commit,
};
use crate::source::{FetchedContent, download};
use crate::url_update::UrlUpdate;
use crate::wire::{FirstFetch, first_fetch};

/// The most later tags that are checked for naming commits.
const MAX_LATER_TAGS: usize = 100;

type SharedRefs = Arc<OnceLock<Result<Arc<RemoteRefs>, FetchErrorKind>>>;

/// The work on many URLs. The references of every repository are requested once.
pub(crate) struct FetchBatch<'a> {
    context: &'a FetchContext,
    answers: Mutex<HashMap<String, SharedRefs>>,
    scratch: OnceLock<Result<TempBareRepo, FetchErrorKind>>,
    proofs: CommitProofs<'a>,
}

impl<'a> FetchBatch<'a> {
    pub(crate) fn new(context: &'a FetchContext, urls: &'a [RepoUrl]) -> Self {
        let proofs = CommitProofs::new(context, urls);
        Self { context, answers: Mutex::default(), scratch: OnceLock::new(), proofs }
    }

    pub(crate) fn refs(&self, url: &RepoUrl) -> Result<Arc<RemoteRefs>, FetchErrorKind> {
        let FetchContext { git, options, .. } = self.context;
        if options.offline && !url.is_local() {
            return Err(FetchErrorKind::Offline);
        }
        let request = || {
            if url.is_local() {
                LocalRepository::open(git, url)?.refs()
            } else {
                RemoteRepository::new(git, url).refs()
            }
        };
        self.shared_refs(url).get_or_init(|| request().map(Arc::new)).clone()
    }

    /// The commit that a URL names, proven to be a commit.
    pub(crate) fn resolve(&self, url: &RepoUrl) -> Result<ResolvedUrl, FetchErrorKind> {
        let named = self.named(url)?;
        if !named.is_remembered {
            let commit = &named.resolved.commit;
            if self.proofs.are_commits(url, &*self.refs(url)?, &[commit])?.contains(&false) {
                return Err(FetchErrorKind::NotACommit(url.tag().to_string()));
            }
            self.remember(&named.resolved)?;
        }
        Ok(named.resolved)
    }

    /// The commit that a URL names, proven by reading its content.
    fn content(
        &self,
        url: &RepoUrl,
        take: impl FnOnce(&ResolvedUrl) -> Result<FetchedContent, FetchErrorKind>,
    ) -> Result<(ResolvedUrl, FetchedContent), FetchErrorKind> {
        let ResolvedName { resolved, is_remembered } = self.named(url)?;
        let content = take(&resolved).map_err(|cause| match cause {
            FetchErrorKind::NotACommit(_) => FetchErrorKind::NotACommit(url.tag().to_string()),
            other => other,
        })?;
        if !is_remembered {
            self.remember(&resolved)?;
        }
        Ok((resolved, content))
    }

    /// What a URL's tag names. Unless it was remembered, that may be a tree or a file.
    fn named(&self, url: &RepoUrl) -> Result<ResolvedName, FetchErrorKind> {
        let record = self.context.cache.record(&repository_key(url)?)?;
        if let Some((commit, named)) = self.remembered(url, &record) {
            let resolved = ResolvedUrl { url: url.clone(), commit, named, moved_from: None };
            return Ok(ResolvedName { resolved, is_remembered: true });
        }
        let refs = self.refs(url)?;
        let (commit, named) = match find(&refs, url.tag())? {
            RefLookup::Yes(commit, named) => (commit, named),
            RefLookup::Perhaps(digits) => (self.search(url, &digits, &refs)?, CommitName::Commit),
        };
        let moved_from = match &named {
            CommitName::Tag(tag) => record.tag(tag).filter(|last| *last != commit),
            CommitName::Head(_) | CommitName::Commit => None,
        };
        let resolved = ResolvedUrl { url: url.clone(), commit, named, moved_from };
        Ok(ResolvedName { resolved, is_remembered: false })
    }

    fn remember(&self, ResolvedUrl { url, commit, named, .. }: &ResolvedUrl) -> Result<(), FetchErrorKind> {
        let change = |record: &mut RepositoryRecord| record.remember(url.tag().name(), commit, named);
        self.context.cache.update_record(&repository_key(url)?, change)
    }

    /// What is later than a URL in its repository. Tags that name trees or files are left out.
    pub(crate) fn update(&self, url: &RepoUrl) -> Result<UrlUpdate, FetchErrorKind> {
        let refs = self.refs(url)?;
        let ResolvedName { resolved, is_remembered } = self.named(url)?;
        let update = UrlUpdate::compare(resolved.clone(), &refs);
        let proven = self.proofs.are_commits(url, &refs, &[&resolved.commit, &update.commit])?;
        if !is_remembered {
            if proven.first() == Some(&false) {
                return Err(FetchErrorKind::NotACommit(url.tag().to_string()));
            }
            self.remember(&resolved)?;
        }
        if proven.last() == Some(&true) {
            return Ok(update);
        }
        // The latest tag names no commit: check as many other tags as the limit allows.
        let mut refs = RemoteRefs::clone(&refs);
        let mut later = update.tags().iter().rev().filter_map(|tag| refs.tags.get_key_value(tag));
        let checked: Vec<_> =
            later.by_ref().take(MAX_LATER_TAGS).map(|(tag, object)| (tag.clone(), object.clone())).collect();
        let mut left_out: Vec<String> = later.map(|(tag, _)| tag.clone()).collect();
        let objects: Vec<&CommitSha> = checked.iter().map(|(_, object)| object).collect();
        let are_commits = self.proofs.are_commits(url, &refs, &objects)?;
        left_out
            .extend(checked.iter().zip(are_commits).filter(|(_, is)| !is).map(|((tag, _), _)| tag.clone()));
        for tag in left_out {
            refs.tags.remove(&tag);
        }
        Ok(UrlUpdate::compare(resolved, &refs))
    }

    /// What a URL names, from the cache: commits never move. Offline, everything comes from the cache.
    fn remembered(&self, url: &RepoUrl, record: &RepositoryRecord) -> Option<(CommitSha, CommitName)> {
        if url.is_local() {
            return None;
        }
        let tag = |name: &str| Some((record.tag(name)?, CommitName::Tag(name.to_owned())));
        match (url.tag(), self.context.options.offline) {
            (Tag::Commit(name), false) => Some((record.commit(name)?, CommitName::Commit)),
            (Tag::Commit(name), true) => {
                tag(name).or_else(|| Some((record.likely_commit(name)?, CommitName::Commit)))
            }
            (Tag::Named(name), true) => tag(name),
            (Tag::Head, true) => record.head(),
            (Tag::Named(_) | Tag::Head, false) => None,
        }
    }

    fn search(&self, url: &RepoUrl, digits: &str, refs: &RemoteRefs) -> Result<CommitSha, FetchErrorKind> {
        let FetchContext { git, cache, .. } = self.context;
        if url.is_local() {
            return LocalRepository::open(git, url)?.commit(digits);
        }
        RemoteRepository::new(git, url).in_history(digits, &cache.scratch(), refs).map_err(
            |cause| match cause {
                FetchErrorKind::NoCommit(digits) => no_commit(refs, &digits),
                other => other,
            },
        )
    }

    pub(crate) fn source(&self, url: &RepoUrl, fetching: &dyn Fn()) -> Result<FetchedSource, FetchErrorKind> {
        if url.is_local() {
            return self.local(url);
        }
        let FetchContext { git, cache, options } = self.context;
        self.fetch_first_time(url, fetching)?;
        let take = |resolved: &ResolvedUrl| {
            let cached = || cache.content(&resolved.commit);
            if let Some(content) = cached()? {
                return Ok(content);
            }
            if options.offline {
                return Err(FetchErrorKind::Offline);
            }
            let remote = RemoteRepository::new(git, url);
            let _lock = cache.lock(&resolved.commit, remote.deadline, git)?;
            if let Some(content) = cached()? {
                return Ok(content);
            }
            fetching();
            let content = download(remote, resolved, &cache.scratch())?;
            cache.put_content(&resolved.commit, &content)?;
            Ok(content)
        };
        let (resolved, content) = self.content(url, take)?;
        Ok(FetchedSource { resolved, content, work_tree: None })
    }

    /// Requests the references and the commit of a new repository at once.
    fn fetch_first_time(&self, url: &RepoUrl, fetching: &dyn Fn()) -> Result<(), FetchErrorKind> {
        let FetchContext { git, cache, options } = self.context;
        let is_http = matches!(url.scheme(), Scheme::Http | Scheme::Https);
        if options.offline || !is_http || !cache.record(&repository_key(url)?)?.is_empty() {
            return Ok(());
        }
        let request = || {
            let Some(FirstFetch { refs, found }) =
                first_fetch(RemoteRepository::new(git, url), cache, self.scratch()?)?
            else {
                return RemoteRepository::new(git, url).refs();
            };
            fetching();
            if let Some(commit) = found {
                let remember = |record: &mut RepositoryRecord| {
                    record.remember(url.tag().name(), &commit, &CommitName::Commit);
                };
                cache.update_record(&repository_key(url)?, remember)?;
            }
            Ok(refs)
        };
        self.shared_refs(url).get_or_init(|| request().map(Arc::new)).clone().map(drop)
    }

    fn scratch(&self) -> Result<&TempBareRepo, FetchErrorKind> {
        let make = || {
            TempBareRepo::new(&self.context.cache.scratch(), false)
                .map_err(|error| FetchErrorKind::Io(error.to_string()))
        };
        self.scratch.get_or_init(make).as_ref().map_err(Clone::clone)
    }

    fn shared_refs(&self, url: &RepoUrl) -> SharedRefs {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(answers.entry(url.with_credentials().to_owned()).or_default())
    }

    fn local(&self, url: &RepoUrl) -> Result<FetchedSource, FetchErrorKind> {
        let FetchContext { git, options, .. } = self.context;
        let local = LocalRepository::open(git, url)?;
        let take = options.work_tree && *url.tag() == Tag::Head;
        if take && !local.has_work_tree() {
            return Err(FetchErrorKind::NoWorkTree);
        }
        let work_tree = local.has_work_tree().then(|| local.changes(take)).transpose()?;
        let (resolved, content) = self.content(url, |resolved| {
            if take { local.work_tree_content(&resolved.commit) } else { local.content(&resolved.commit) }
        })?;
        Ok(FetchedSource { resolved, content, work_tree })
    }
}

/// The files that a source URL leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedSource {
    /// The commit, and the reference that names it.
    pub resolved: ResolvedUrl,
    /// The files.
    pub content: FetchedContent,
    /// For a local repository with a work tree: how it differs from the commit, and whether its files were read.
    pub work_tree: Option<WorkTreeState>,
}

/// The commit that a URL names.
struct ResolvedName {
    resolved: ResolvedUrl,
    /// Whether that comes from the cache.
    is_remembered: bool,
}
