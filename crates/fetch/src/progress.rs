//! What is going on, for a progress bar.

use start_points::RepoUrl;

/// A step of one source URL. Steps of several come mixed, from several threads.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// Its place among those that were asked for.
    pub index: usize,
    /// The source URL.
    pub url: &'a RepoUrl,
    /// What begins, or how it ended.
    pub step: Step,
}

/// What begins, or how it ended. Every URL ends with `Done` or `Failed`, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// It is asked which commit is meant.
    Resolving,
    /// The commit is fetched.
    Fetching,
    /// It is there.
    Done,
    /// It could not be had.
    Failed,
}

/// Told of every step.
pub type Watch<'a> = &'a (dyn Fn(Progress<'_>) + Sync);

/// Nobody watches.
pub fn unwatched(_: Progress<'_>) {}
