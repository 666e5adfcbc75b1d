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

pub(super) fn tags(session: &Session) -> Result<Vec<String>, Cause> {
    let limit = session.limits().tags;
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut url = session.url("tags/list?n=1000")?;
    loop {
        let answer = session.send(Method::GET, url.clone(), &[], &mut Sent::Nothing)?;
        if answer.status() == 404 {
            return Err(Cause::NoImage);
        }
        let answer = answer.expect(&[200])?;
        let next = link::next(answer.headers("link")).map(|next| resolve(&answer.url, &next)).transpose()?;
        let bytes = answer.bytes("a page of tags", session.limits().document_bytes)?;
        let page: Page =
            serde_json::from_slice(&bytes).map_err(|error| Cause::broken("the list of tags", error))?;
        let before = found.len();
        for tag in page.tags.unwrap_or_default() {
            check(&tag)?;
            if seen.insert(tag.clone()) {
                found.push(tag);
            }
        }
        if found.len() > limit {
            return Err(Cause::TooMany { what: "tags", limit: limit as u64 });
        }
        match next {
            None => return Ok(found),
            Some(next) if next.authority() != url.authority() => {
                return Err(Cause::Redirected(shown(&next.to_string()).into_owned()));
            }
            Some(_) if found.len() == before => {
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
