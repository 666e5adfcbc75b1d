//! The tags of a repository, page by page.

use std::collections::BTreeSet;

use serde::Deserialize;
use start_points::ImageName;
use start_points::shown::shown;
use ureq::http::Method;

use super::http::{Sent, resolve};
use super::link;
use super::session::Session;
use crate::cause::Cause;

#[derive(Deserialize)]
struct Page {
    tags: Option<Vec<String>>,
}

/// What was listed so far: each tag once, and no more than the limit.
pub(super) struct Tags {
    found: Vec<String>,
    seen: BTreeSet<String>,
    limit: usize,
}

impl Tags {
    pub(super) fn new(limit: usize) -> Self {
        Self { found: Vec::new(), seen: BTreeSet::new(), limit }
    }

    /// Adds a page.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<(), Cause> {
        let page: Page =
            serde_json::from_slice(bytes).map_err(|error| Cause::broken("the list of tags", error))?;
        for tag in page.tags.unwrap_or_default() {
            check(&tag)?;
            if self.seen.insert(tag.clone()) {
                self.found.push(tag);
            }
        }
        match self.found.len() > self.limit {
            true => Err(Cause::TooMany { what: "tags", limit: self.limit as u64 }),
            false => Ok(()),
        }
    }

    pub(super) fn into_vec(self) -> Vec<String> {
        self.found
    }
}

pub(super) fn tags(session: &Session) -> Result<Vec<String>, Cause> {
    let mut tags = Tags::new(session.limits().tags);
    let mut url = session.url("tags/list?n=1000")?;
    loop {
        let answer = session.send(Method::GET, url.clone(), &[], &mut Sent::Nothing)?;
        if answer.status() == 404 {
            return Err(Cause::NoImage);
        }
        let answer = answer.expect(&[200])?;
        let next = link::next(answer.headers("link")).map(|next| resolve(&answer.url, &next)).transpose()?;
        let bytes = answer.bytes("a page of tags", session.limits().document_bytes)?;
        let before = tags.found.len();
        tags.add(&bytes)?;
        match next {
            None => return Ok(tags.into_vec()),
            Some(next) if next.authority() != url.authority() => {
                return Err(Cause::Redirected(shown(&next.to_string()).into_owned()));
            }
            Some(_) if tags.found.len() == before => {
                return Err(Cause::NotARegistry("its list of tags goes on without a tag".to_owned()));
            }
            Some(next) => url = next,
        }
    }
}

fn check(tag: &str) -> Result<(), Cause> {
    let name = ImageName::parse("x").and_then(|name| name.with_tag(tag));
    name.map(drop).map_err(|error| Cause::broken("the list of tags", error))
}
