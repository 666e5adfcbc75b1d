//! An image of whose repository a later tag exists.
//!
//! Versions are in the order of [`version`]. Tags made from commits are in none by themselves: of those a later one is
//! one whose image was made later, and where that is not known nothing is said. Other tags, `latest` among them, have
//! no later ones.

use super::Finding;
use crate::gate::decision::Data;
use crate::gate::facts::{Facts, Tag, is_commit};
use crate::gate::rule::Rule;
use crate::time::Time;
use crate::version;

pub(super) fn check(facts: &Facts, now: Time) -> Option<Finding> {
    let tag = facts.image.tag().filter(|tag| is_commit(tag) || version::is_version(tag))?;
    let Some(tags) = facts.tags.as_deref() else {
        return Some(Finding::missing(Rule::LaterTag, "tags", "its repository's tags are"));
    };
    let later = if is_commit(tag) { later_commits(tag, facts, tags, now) } else { later_versions(tag, tags) };
    let latest = *later.last()?;
    let more = match later.len() - 1 {
        0 => String::new(),
        1 => ", and so is one more".to_owned(),
        more => format!(", and so are {more} more"),
    };
    Some(Finding {
        message: format!("`{latest}` is later than its tag `{tag}`{more}"),
        hint: format!("use `{}:{latest}`", facts.image.name_without_tag()),
        data: Data::Later { tag: tag.to_owned(), latest: latest.to_owned(), count: later.len() },
    })
}

fn later_versions<'a>(tag: &str, tags: &'a [Tag]) -> Vec<&'a str> {
    let versions = tags.iter().map(|tag| tag.name.as_str()).filter(|tag| !is_commit(tag));
    version::newer(tag, versions)
}

/// Oldest first.
fn later_commits<'a>(tag: &str, facts: &Facts, tags: &'a [Tag], now: Time) -> Vec<&'a str> {
    let Some(made) = facts.made(now) else { return Vec::new() };
    let later = |other: &'a Tag| match other.created {
        Some(created) if other.name != tag && is_commit(&other.name) && created > made => {
            Some((created, other.name.as_str()))
        }
        _ => None,
    };
    let mut later: Vec<_> = tags.iter().filter_map(later).collect();
    later.sort_unstable();
    later.into_iter().map(|(_, name)| name).collect()
}
