//! A repository elsewhere: what its references name, and which commit a source URL means.

mod history;
mod kind;
mod nearest;
mod resolve;
mod scratch;
mod tips;

pub use resolve::{Named, Resolved};
pub use tips::Tips;

pub(crate) use kind::{CHECK, Kinds, Tagged, asked, read as read_kinds};
pub(crate) use tips::Count;

pub(crate) use nearest::nearest;
pub(crate) use resolve::{Found, find};
pub(crate) use scratch::Scratch;

use std::path::Path;

use start_points::{CommitSha, RepoUrl, Scheme};
use start_points_io::Deadline;

use crate::cause::Cause;
use crate::git::{Call, Git};

/// What git knows the repository as; nobody's own configuration has a remote of this name.
pub(crate) const REMOTE: &str = "start-points";

/// Git's helper for `http://` and `https://`.
pub(crate) const HTTP_HELPER: &str = "git-remote-http";

/// A repository elsewhere, and until when it is spoken with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Remote<'a> {
    pub(crate) git: &'a Git,
    pub(crate) url: &'a RepoUrl,
    pub(crate) deadline: Deadline,
}

impl<'a> Remote<'a> {
    pub(crate) fn new(git: &'a Git, url: &'a RepoUrl) -> Self {
        Self { git, url, deadline: Deadline::after(git.limits().retry.time) }
    }

    /// What its references name: one round trip.
    pub(crate) fn tips(self) -> Result<Tips, Cause> {
        self.retry(|| tips::ask(self))
    }

    /// The commit that these digits begin, found in the history of its branches and tags.
    pub(crate) fn in_history(self, digits: &str, scratch: &Path, tips: &Tips) -> Result<CommitSha, Cause> {
        self.retry(|| history::search(self, digits, scratch, tips))
    }

    /// Which of these objects are commits: two or three round trips, however many there are.
    pub(crate) fn kinds(self, objects: &[Tagged], scratch: &Path) -> Result<Kinds, Cause> {
        self.retry(|| kind::ask(self, objects, scratch))
    }

    /// Repeats an attempt while the network fails.
    pub(crate) fn retry<T>(self, attempt: impl Fn() -> Result<T, Cause>) -> Result<T, Cause> {
        let policy = self.git.limits().retry;
        policy.run_until(self.deadline, self.git.cancel(), Cause::is_passing, attempt)
    }

    /// A helper of git's that may reach this repository.
    pub(crate) fn helper(self, name: &'a str, arguments: &[&str]) -> Call<'a> {
        self.call(arguments).by(name)
    }

    /// A git that may reach this repository, and knows it as [`REMOTE`].
    pub(crate) fn call(self, arguments: &[&str]) -> Call<'a> {
        self.git
            .call(arguments)
            .set(&format!("remote.{REMOTE}.url"), self.url.with_credentials())
            .through(transports(self.url.scheme()))
            .hiding(user_info(self.url.with_credentials()).filter(|_| self.url.has_credentials()))
            .until(self.deadline)
    }
}

/// The transports that a URL may lead to, by a redirection or the user's `insteadOf`: never a weaker one.
fn transports(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Https | Scheme::Ssh | Scheme::Scp => "https:ssh",
        Scheme::Http => "http:https:ssh",
        Scheme::File | Scheme::Local => "file",
    }
}

/// What stands between `://` and the `@` before the host.
fn user_info(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    authority.rsplit_once('@').map(|(user_info, _)| user_info)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_never_leads_to_plain_http() {
        assert!(!transports(Scheme::Https).split(':').any(|name| name == "http"));
        for scheme in [Scheme::Https, Scheme::Http, Scheme::Ssh, Scheme::Scp] {
            assert!(!transports(scheme).contains("file") && !transports(scheme).contains("ext"));
        }
    }

    #[test]
    fn the_secret_part_of_a_url() {
        assert_eq!(user_info("https://u:p%40w@h/x@y"), Some("u:p%40w"));
        assert_eq!(user_info("https://h/x@y"), None);
    }
}
