//! One run over many URLs: what is asked, fetched and remembered for each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use start_points::{CommitSha, RepoUrl, Scheme, Tag};

use crate::cache::Record;
use crate::cause::Cause;
use crate::fetcher::{Fetcher, Source};
use crate::local::{self, Local};
use crate::remote::{Found, Named, Remote, Resolved, Scratch, Tips, find};
use crate::source::download;
use crate::wire::{Quick, quick};

type Answer = Arc<OnceLock<Result<Arc<Tips>, Cause>>>;

/// Work on many URLs, in which every repository's references are asked for once.
pub(crate) struct Batch<'a> {
    fetcher: &'a Fetcher,
    answers: Mutex<HashMap<String, Answer>>,
    scratch: OnceLock<Result<Scratch, Cause>>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(fetcher: &'a Fetcher) -> Self {
        Self { fetcher, answers: Mutex::default(), scratch: OnceLock::new() }
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

    pub(crate) fn resolve(&self, url: &RepoUrl) -> Result<Resolved, Cause> {
        let cache = &self.fetcher.cache;
        let repository = repository(url)?;
        let record = cache.record(&repository).map_err(io)?;
        if let Some((commit, named)) = self.remembered(url, &record) {
            return Ok(Resolved { url: url.clone(), commit, named, moved_from: None });
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
        cache
            .update_record(&repository, |record| record.remember(url.tag().name(), &commit, &named))
            .map_err(io)?;
        Ok(Resolved { url: url.clone(), commit, named, moved_from })
    }

    /// What need not be asked for: commits never move. Offline nothing may be asked for.
    fn remembered(&self, url: &RepoUrl, record: &Record) -> Option<(CommitSha, Named)> {
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
        let resolved = self.resolve(url)?;
        let kept = || cache.content(&resolved.commit).map_err(io);
        let content = match kept()? {
            Some(content) => content,
            None if options.offline => return Err(Cause::Offline),
            None => {
                let remote = Remote::new(git, url);
                let lock = cache.lock_commit(&resolved.commit, remote.deadline, git.cancel()).map_err(io)?;
                if lock.is_none() {
                    return Err(match git.cancel().is_cancelled() {
                        true => Cause::Cancelled,
                        false => Cause::TimeUp { seconds: git.limits().time.as_secs() },
                    });
                }
                match kept()? {
                    Some(content) => content,
                    None => {
                        fetching();
                        let content = download(remote, &resolved, &cache.scratch())?;
                        cache.keep_content(&resolved.commit, &content).map_err(io)?;
                        content
                    }
                }
            }
        };
        Ok(Source { resolved, content, work_tree: None })
    }

    /// Asks a repository that was never seen for its references and the commit at once.
    fn first(&self, url: &RepoUrl, fetching: &dyn Fn()) -> Result<(), Cause> {
        let Fetcher { git, cache, options } = self.fetcher;
        let is_http = matches!(url.scheme(), Scheme::Http | Scheme::Https);
        if options.offline || !is_http || !cache.record(&repository(url)?).map_err(io)?.is_empty() {
            return Ok(());
        }
        let ask = || {
            let Some(Quick { tips, found }) = quick(Remote::new(git, url), cache, self.scratch()?)? else {
                return Remote::new(git, url).tips();
            };
            fetching();
            if let Some(commit) = found {
                let remember = |record: &mut Record| {
                    record.remember(url.tag().name(), &commit, &Named::Commit);
                };
                cache.update_record(&repository(url)?, remember).map_err(io)?;
            }
            Ok(tips)
        };
        self.answer(url).get_or_init(|| ask().map(Arc::new)).clone().map(drop)
    }

    fn scratch(&self) -> Result<&Scratch, Cause> {
        let make = || Scratch::new(&self.fetcher.cache.scratch(), false).map_err(io);
        self.scratch.get_or_init(make).as_ref().map_err(Clone::clone)
    }

    fn answer(&self, url: &RepoUrl) -> Answer {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(answers.entry(url.with_credentials().to_owned()).or_default())
    }

    fn local(&self, url: &RepoUrl) -> Result<Source, Cause> {
        let Fetcher { git, options, .. } = self.fetcher;
        let resolved = self.resolve(url)?;
        let local = Local::open(git, url)?;
        let take = options.work_tree && *url.tag() == Tag::Head;
        if !local.has_work_tree() {
            if take {
                return Err(Cause::NoWorkTree);
            }
            return Ok(Source { content: local.content(&resolved.commit)?, resolved, work_tree: None });
        }
        let work_tree = Some(local.changes(take)?);
        let content = if take {
            local.work_tree_content(&resolved.commit)?
        } else {
            local.content(&resolved.commit)?
        };
        Ok(Source { resolved, content, work_tree })
    }
}

/// What a repository is called in the cache, however it is reached and from wherever.
fn repository(url: &RepoUrl) -> Result<String, Cause> {
    match url.is_local() {
        true => Ok(local::folder(url)?.display().to_string()),
        false => Ok(url.identity().repository),
    }
}

fn io(error: std::io::Error) -> Cause {
    Cause::Io(format!("the cache: {error}"))
}
