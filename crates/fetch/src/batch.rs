//! One run over many URLs: what is asked, fetched and remembered for each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use start_points::{CommitSha, RepoUrl, Scheme, Tag};

use crate::cache::RepositoryRecord;
use crate::cause::Cause;
use crate::fetcher::{Fetcher, Source};
use crate::local::{self, Local};
use crate::proof::Proofs;
use crate::remote::{Found, Named, Remote, Resolved, Scratch, Tips, find};
use crate::source::{Content, download};
use crate::urls::Newer;
use crate::wire::{Quick, quick};

/// The most later tags of which it is asked whether they name commits.
const MOST_LATER: usize = 100;

type Answer = Arc<OnceLock<Result<Arc<Tips>, Cause>>>;

/// Work on many URLs, in which every repository's references are asked for once.
pub(crate) struct Batch<'a> {
    fetcher: &'a Fetcher,
    answers: Mutex<HashMap<String, Answer>>,
    scratch: OnceLock<Result<Scratch, Cause>>,
    proofs: Proofs<'a>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(fetcher: &'a Fetcher, urls: &'a [RepoUrl]) -> Self {
        let proofs = Proofs::new(fetcher, urls);
        Self { fetcher, answers: Mutex::default(), scratch: OnceLock::new(), proofs }
    }

    pub(crate) fn tips(&self, url: &RepoUrl) -> Result<Arc<Tips>, Cause> {
        let Fetcher { git, options, .. } = self.fetcher;
        if options.offline && !url.is_local() {
            return Err(Cause::Offline);
        }
        let ask =
            || if url.is_local() { Local::open(git, url)?.tips() } else { Remote::new(git, url).tips() };
        self.answer(url).get_or_init(|| ask().map(Arc::new)).clone()
    }

    /// The commit that a URL means, proven to be one.
    pub(crate) fn resolve(&self, url: &RepoUrl) -> Result<Resolved, Cause> {
        let named = self.named(url)?;
        if !named.is_remembered {
            let commit = &named.resolved.commit;
            if self.proofs.all(url, &*self.tips(url)?, &[commit])?.contains(&false) {
                return Err(Cause::NotACommit(url.tag().to_string()));
            }
            self.remember(&named.resolved)?;
        }
        Ok(named.resolved)
    }

    /// The commit that a URL means, proven by whoever takes its content.
    fn content(
        &self,
        url: &RepoUrl,
        take: impl FnOnce(&Resolved) -> Result<Content, Cause>,
    ) -> Result<(Resolved, Content), Cause> {
        let ReadName { resolved, is_remembered } = self.named(url)?;
        let content = take(&resolved).map_err(|cause| match cause {
            Cause::NotACommit(_) => Cause::NotACommit(url.tag().to_string()),
            other => other,
        })?;
        if !is_remembered {
            self.remember(&resolved)?;
        }
        Ok((resolved, content))
    }

    /// What a URL's tag names: perhaps a tree or a file, where it is not remembered.
    fn named(&self, url: &RepoUrl) -> Result<ReadName, Cause> {
        let record = self.fetcher.cache.record(&repository(url)?)?;
        if let Some((commit, named)) = self.remembered(url, &record) {
            let resolved = Resolved { url: url.clone(), commit, named, moved_from: None };
            return Ok(ReadName { resolved, is_remembered: true });
        }
        let tips = self.tips(url)?;
        let (commit, named) = match find(&tips, url.tag())? {
            Found::Yes(commit, named) => (commit, named),
            Found::Perhaps(digits) => (self.search(url, &digits, &tips)?, Named::Commit),
        };
        let moved_from = match &named {
            Named::Tag(tag) => record.tag(tag).filter(|last| *last != commit),
            Named::Head(_) | Named::Commit => None,
        };
        let resolved = Resolved { url: url.clone(), commit, named, moved_from };
        Ok(ReadName { resolved, is_remembered: false })
    }

    fn remember(&self, Resolved { url, commit, named, .. }: &Resolved) -> Result<(), Cause> {
        let change = |record: &mut RepositoryRecord| record.remember(url.tag().name(), commit, named);
        self.fetcher.cache.update_record(&repository(url)?, change)
    }

    /// What a URL's repository offers now. A tag that names a tree or a file is not offered.
    pub(crate) fn newer(&self, url: &RepoUrl) -> Result<Newer, Cause> {
        let tips = self.tips(url)?;
        let ReadName { resolved, is_remembered } = self.named(url)?;
        let newer = Newer::compare(resolved.clone(), &tips);
        let proven = self.proofs.all(url, &tips, &[&resolved.commit, &newer.commit])?;
        if !is_remembered {
            if proven.first() == Some(&false) {
                return Err(Cause::NotACommit(url.tag().to_string()));
            }
            self.remember(&resolved)?;
        }
        if proven.last() == Some(&true) {
            return Ok(newer);
        }
        // The latest is not a commit: of as many as may be asked for, which are?
        let mut tips = Tips::clone(&tips);
        let mut later = newer.tags().iter().rev().filter_map(|tag| tips.tags.get_key_value(tag));
        let asked: Vec<_> =
            later.by_ref().take(MOST_LATER).map(|(tag, object)| (tag.clone(), object.clone())).collect();
        let mut left_out: Vec<String> = later.map(|(tag, _)| tag.clone()).collect();
        let objects: Vec<&CommitSha> = asked.iter().map(|(_, object)| object).collect();
        let are_commits = self.proofs.all(url, &tips, &objects)?;
        left_out.extend(asked.iter().zip(are_commits).filter(|(_, is)| !is).map(|((tag, _), _)| tag.clone()));
        for tag in left_out {
            tips.tags.remove(&tag);
        }
        Ok(Newer::compare(resolved, &tips))
    }

    /// What need not be asked for: commits never move. Offline nothing may be asked for.
    fn remembered(&self, url: &RepoUrl, record: &RepositoryRecord) -> Option<(CommitSha, Named)> {
        if url.is_local() {
            return None;
        }
        let tag = |name: &str| Some((record.tag(name)?, Named::Tag(name.to_owned())));
        match (url.tag(), self.fetcher.options.offline) {
            (Tag::Commit(name), false) => Some((record.commit(name)?, Named::Commit)),
            (Tag::Commit(name), true) => {
                tag(name).or_else(|| Some((record.likely_commit(name)?, Named::Commit)))
            }
            (Tag::Named(name), true) => tag(name),
            (Tag::Head, true) => record.head(),
            (Tag::Named(_) | Tag::Head, false) => None,
        }
    }

    fn search(&self, url: &RepoUrl, digits: &str, tips: &Tips) -> Result<CommitSha, Cause> {
        let Fetcher { git, cache, .. } = self.fetcher;
        if url.is_local() {
            return Local::open(git, url)?.commit(digits);
        }
        Remote::new(git, url).in_history(digits, &cache.scratch(), tips)
    }

    pub(crate) fn source(&self, url: &RepoUrl, fetching: &dyn Fn()) -> Result<Source, Cause> {
        if url.is_local() {
            return self.local(url);
        }
        let Fetcher { git, cache, options } = self.fetcher;
        self.first(url, fetching)?;
        let take = |resolved: &Resolved| {
            let kept = || cache.content(&resolved.commit);
            if let Some(content) = kept()? {
                return Ok(content);
            }
            if options.offline {
                return Err(Cause::Offline);
            }
            let remote = Remote::new(git, url);
            let _lock = cache.lock(&resolved.commit, remote.deadline, git)?;
            if let Some(content) = kept()? {
                return Ok(content);
            }
            fetching();
            let content = download(remote, resolved, &cache.scratch())?;
            cache.put_content(&resolved.commit, &content)?;
            Ok(content)
        };
        let (resolved, content) = self.content(url, take)?;
        Ok(Source { resolved, content, work_tree: None })
    }

    /// Asks a repository that was never seen for its references and the commit at once.
    fn first(&self, url: &RepoUrl, fetching: &dyn Fn()) -> Result<(), Cause> {
        let Fetcher { git, cache, options } = self.fetcher;
        let is_http = matches!(url.scheme(), Scheme::Http | Scheme::Https);
        if options.offline || !is_http || !cache.record(&repository(url)?)?.is_empty() {
            return Ok(());
        }
        let ask = || {
            let Some(Quick { tips, found }) = quick(Remote::new(git, url), cache, self.scratch()?)? else {
                return Remote::new(git, url).tips();
            };
            fetching();
            if let Some(commit) = found {
                let remember = |record: &mut RepositoryRecord| {
                    record.remember(url.tag().name(), &commit, &Named::Commit);
                };
                cache.update_record(&repository(url)?, remember)?;
            }
            Ok(tips)
        };
        self.answer(url).get_or_init(|| ask().map(Arc::new)).clone().map(drop)
    }

    fn scratch(&self) -> Result<&Scratch, Cause> {
        let make = || {
            Scratch::new(&self.fetcher.cache.scratch(), false).map_err(|error| Cause::Io(error.to_string()))
        };
        self.scratch.get_or_init(make).as_ref().map_err(Clone::clone)
    }

    fn answer(&self, url: &RepoUrl) -> Answer {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(answers.entry(url.with_credentials().to_owned()).or_default())
    }

    fn local(&self, url: &RepoUrl) -> Result<Source, Cause> {
        let Fetcher { git, options, .. } = self.fetcher;
        let local = Local::open(git, url)?;
        let take = options.work_tree && *url.tag() == Tag::Head;
        if take && !local.has_work_tree() {
            return Err(Cause::NoWorkTree);
        }
        let work_tree = local.has_work_tree().then(|| local.changes(take)).transpose()?;
        let (resolved, content) = self.content(url, |resolved| match take {
            true => local.work_tree_content(&resolved.commit),
            false => local.content(&resolved.commit),
        })?;
        Ok(Source { resolved, content, work_tree })
    }
}

/// What a URL names.
struct ReadName {
    resolved: Resolved,
    /// Whether that was found out before.
    is_remembered: bool,
}

/// What a repository is called in the cache, however it is reached and from wherever.
pub(crate) fn repository(url: &RepoUrl) -> Result<String, Cause> {
    match url.is_local() {
        true => Ok(local::folder(url)?.display().to_string()),
        false => Ok(url.identity().repository),
    }
}
