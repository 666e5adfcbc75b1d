//! The content of the shas page as data: the services, and the start-points of the catalogue that have images.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use start_points::gate::{Decision, Verdict};
use start_points::{ImageName, RepoUrl, Scheme, Time, version};
use utoipa::ToSchema;

use super::cache::ImageFacts;
use super::durations::Durations;
use super::services::ShasService;
use crate::load::catalogue::LoadedStartPoint;
use crate::snapshot::Snapshot;

/// The content of the shas page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Shas)]
pub(crate) struct ShasPage {
    /// 1
    pub(super) version: u32,
    /// When it was put together
    pub(super) now: String,
    pub(super) services: Vec<ServiceRow>,
    /// By LTF, and those of one LTF by version
    pub(super) ltfs: Vec<LtfRow>,
}

/// A service
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceRow {
    pub(super) name: String,
    /// The commit that it reports
    pub(super) sha: Option<String>,
    /// The commit's page
    pub(super) commit_url: Option<String>,
    /// The URL that reports it
    pub(super) url: Option<String>,
    /// Why its commit is unknown
    pub(super) error: Option<String>,
}

/// A start-point of a language and test framework (LTF), at one commit; an LTF may have several.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Row)]
pub(super) struct LtfRow {
    /// The repository's name, which all rows of an LTF share
    pub(super) ltf: String,
    /// The name by which the catalogue offers it
    pub(super) name: String,
    /// The git tag of its source URL, or else the tag of its image
    pub(super) tag: Option<String>,
    /// Its commit
    pub(super) sha: Option<String>,
    /// The commit's page
    pub(super) commit_url: Option<String>,
    /// Its image
    pub(super) image: Option<String>,
    /// The image's page
    pub(super) image_url: Option<String>,
    /// When the image was created; known if the service has a gate
    pub(super) created: Option<String>,
    /// How long its tests take, in seconds
    pub(super) durations: Option<Durations>,
    /// How much slower than the fastest of its LTF, as a factor; 1 is the fastest. Null without one to compare
    pub(super) slower: Option<f64>,
    /// The gate's decision, as in docs/gate.md; null if there is no gate, or no decision yet
    #[serde(serialize_with = "decision")]
    #[schema(value_type = Option<serde_json::Map<String, serde_json::Value>>)]
    pub(super) gate: Option<Decision>,
    /// Why there is no decision
    pub(super) gate_error: Option<String>,
    #[serde(skip)]
    pub(super) age: Option<u64>,
    /// The longest of all durations of its LTF.
    #[serde(skip)]
    pub(super) longest: f64,
    /// Its index among all rows.
    #[serde(skip)]
    index: usize,
    /// The identity of its LTF, by its repository.
    #[serde(skip)]
    group: String,
}

/// The same bytes as in every front.
fn decision<S: Serializer>(decision: &Option<Decision>, serializer: S) -> Result<S::Ok, S::Error> {
    let json = decision.as_ref().map(|decision| RawValue::from_string(decision.to_json()));
    json.transpose().map_err(serde::ser::Error::custom)?.serialize(serializer)
}

/// What was looked up besides the catalogue.
#[derive(Debug, Default)]
pub(super) struct LookedUp<'a> {
    /// By image name.
    pub(super) images: Option<&'a BTreeMap<String, ImageFacts>>,
    /// By image name.
    pub(super) durations: Option<&'a BTreeMap<String, Durations>>,
}

/// The rows of a catalogue's start-points that have images.
pub(super) fn ltf_rows(snapshot: &Snapshot, looked_up: &LookedUp<'_>, now: Time) -> Vec<LtfRow> {
    let mut rows: Vec<LtfRow> = snapshot
        .catalogue
        .by_name()
        .filter(|(_, start_point)| start_point.image_name.is_some())
        .map(|(name, start_point)| ltf_row(name, start_point, looked_up, now))
        .collect();
    rows.sort_by(by_ltf);
    compare(&mut rows);
    rows
}

fn by_ltf(a: &LtfRow, b: &LtfRow) -> Ordering {
    let tag = |row: &LtfRow| row.tag.clone().unwrap_or_default();
    let ltf = a.ltf.to_lowercase().cmp(&b.ltf.to_lowercase()).then_with(|| a.group.cmp(&b.group));
    ltf.then_with(|| version::compare(&tag(a), &tag(b))).then_with(|| a.name.cmp(&b.name))
}

fn ltf_row(name: &str, start_point: &LoadedStartPoint, looked_up: &LookedUp<'_>, now: Time) -> LtfRow {
    let image: Option<ImageName> = start_point.image_name.as_deref().and_then(|image| image.parse().ok());
    let (url, sha) = (start_point.origin.url.as_deref(), start_point.origin.sha.as_deref());
    let source = url.and_then(|url| RepoUrl::parse(url).ok());
    let text = image.as_ref().map(ToString::to_string);
    let facts = text.as_ref().zip(looked_up.images).and_then(|(text, images)| images.get(text));
    let decision = facts.map(|facts| facts.decision.as_ref());
    let created = facts.and_then(|facts| facts.created);
    let in_folder = text.as_ref().zip(looked_up.durations).and_then(|(text, durations)| durations.get(text));
    let repository = match (&source, &image) {
        (Some(url), _) => url.repo().to_owned(),
        (None, Some(image)) => image.path().to_owned(),
        (None, None) => String::new(),
    };
    let group = match &source {
        Some(url) => url.identity().repository,
        None => repository.clone(),
    };
    let git_tag = start_point.tag.clone().filter(|tag| !tag.is_empty());
    LtfRow {
        ltf: repository_name(&repository).unwrap_or(name).to_owned(),
        name: name.to_owned(),
        tag: git_tag.or_else(|| image.as_ref().and_then(|image| image.tag().map(str::to_owned))),
        sha: sha.map(str::to_owned),
        commit_url: url.zip(sha).and_then(|(url, sha)| source_commit_link(url, sha)),
        image_url: image.as_ref().and_then(image_link),
        image: text,
        created: created.map(|created| created.to_string()),
        durations: start_point.durations.or(in_folder.copied()),
        slower: None,
        gate: decision.and_then(|decision| decision.ok().cloned()),
        gate_error: decision.and_then(|decision| decision.err().cloned()),
        age: created.and_then(|created| now.seconds_since(created)),
        longest: 0.0,
        index: 0,
        group,
    }
}

/// `java-junit` of `https://github.com/org/java-junit.git`.
fn repository_name(repository: &str) -> Option<&str> {
    let trimmed = repository.trim_end_matches(['/', '\\']);
    let last = trimmed.rsplit(['/', ':', '\\']).next()?;
    Some(last.strip_suffix(".git").unwrap_or(last)).filter(|last| !last.is_empty())
}

/// Gives each row its index, and compares it with the others of its LTF.
fn compare(rows: &mut [LtfRow]) {
    /// The number of rows with durations, the shortest mean, and the longest duration.
    #[derive(Clone, Copy)]
    struct Ltf(usize, f64, f64);
    let mut ltfs: BTreeMap<String, Ltf> = BTreeMap::new();
    for row in &*rows {
        let Some(mean) = row.mean() else { continue };
        let longest = row.durations.as_ref().and_then(Durations::longest).unwrap_or(mean);
        let ltf = ltfs.entry(row.group.clone()).or_insert(Ltf(0, f64::INFINITY, 0.0));
        *ltf = Ltf(ltf.0 + 1, ltf.1.min(mean), ltf.2.max(longest));
    }
    for (index, row) in rows.iter_mut().enumerate() {
        row.index = index;
        let Some(Ltf(count, fastest, longest)) = ltfs.get(&row.group).copied() else { continue };
        row.longest = longest;
        if count > 1 {
            row.slower = row.mean().map(|mean| if fastest > 0.0 { mean / fastest } else { 1.0 });
        }
    }
}

impl LtfRow {
    pub(super) fn mean(&self) -> Option<f64> {
        self.durations.as_ref().and_then(Durations::mean)
    }

    pub(super) fn has_same_ltf(&self, other: &Self) -> bool {
        self.group == other.group
    }

    /// The text to search in, in lower case.
    pub(super) fn search_text(&self) -> String {
        let texts =
            [Some(&self.ltf), Some(&self.name), self.tag.as_ref(), self.sha.as_ref(), self.image.as_ref()];
        texts.into_iter().flatten().map(|text| text.to_lowercase()).collect::<Vec<_>>().join(" ")
    }
}

impl ServiceRow {
    /// The text to search in, in lower case.
    pub(super) fn search_text(&self) -> String {
        format!("{} {}", self.name, self.sha.as_deref().unwrap_or_default()).to_lowercase()
    }

    /// Without a result, the service has not answered yet.
    pub(super) fn new(service: &ShasService, result: Option<&Result<String, String>>) -> Self {
        let sha = result.and_then(|result| result.as_ref().ok().cloned());
        let error = match result {
            None => Some("waiting for its answer".to_owned()),
            Some(result) => result.as_ref().err().cloned(),
        };
        let page = service.repository.as_deref().zip(sha.as_deref());
        Self {
            name: service.name.clone(),
            commit_url: page.map(|(repository, sha)| commit_link(repository, sha)),
            url: service.url.clone(),
            sha,
            error,
        }
    }
}

/// A column that rows can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SortKey {
    Ltf,
    Tag,
    Age,
    Gate,
    Seconds,
}

impl SortKey {
    pub(super) const ALL: [Self; 5] = [Self::Ltf, Self::Tag, Self::Age, Self::Gate, Self::Seconds];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ltf => "ltf",
            Self::Tag => "tag",
            Self::Age => "age",
            Self::Gate => "gate",
            Self::Seconds => "seconds",
        }
    }

    /// A number that sorts the rows; also for the page's script. By LTF and tag, the rows are in order already.
    pub(super) fn rank(self, row: &LtfRow) -> f64 {
        match self {
            Self::Ltf | Self::Tag => f64::from(u32::try_from(row.index).unwrap_or(u32::MAX)),
            Self::Age => row.age.map_or(-1.0, |age| f64::from(u32::try_from(age / 60).unwrap_or(u32::MAX))),
            Self::Gate => match row.gate.as_ref().map(|decision| decision.verdict) {
                None => -1.0,
                Some(Verdict::Allow) => 0.0,
                Some(Verdict::Warn) => 1.0,
                Some(Verdict::Unknown) => 2.0,
                Some(Verdict::Deny) => 3.0,
            },
            Self::Seconds => row.mean().unwrap_or(-1.0),
        }
    }
}

/// The search and the order of a view of the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageView {
    pub(super) query: String,
    pub(super) key: SortKey,
    pub(super) is_descending: bool,
}

impl PageView {
    /// Parses `age`, or `-age` for descending order; unknown words sort by LTF.
    pub(super) fn new(query: &str, sort: &str) -> Self {
        let (word, is_descending) = sort.strip_prefix('-').map_or((sort, false), |word| (word, true));
        let key = SortKey::ALL.into_iter().find(|key| key.as_str() == word);
        Self {
            query: query.trim().chars().take(200).collect(),
            key: key.unwrap_or(SortKey::Ltf),
            is_descending: is_descending && key.is_some(),
        }
    }

    /// Whether a text in lower case has every word of the query.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.query.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
    }

    /// The rows that match the query, in this order.
    pub(super) fn select<'a>(&self, rows: &'a [LtfRow]) -> Vec<&'a LtfRow> {
        let mut shown: Vec<(f64, &LtfRow)> = rows
            .iter()
            .filter(|row| self.matches(&row.search_text()))
            .map(|row| (self.key.rank(row), row))
            .collect();
        if self.key == SortKey::Tag {
            let tag = |row: &LtfRow| row.tag.clone().unwrap_or_default();
            shown.sort_by(|(_, a), (_, b)| version::compare(&tag(a), &tag(b)));
        } else {
            shown.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        }
        if self.is_descending {
            shown.reverse();
        }
        shown.into_iter().map(|(_, row)| row).collect()
    }
}

/// The web page of a commit, if the source URL is http(s).
fn source_commit_link(url: &str, sha: &str) -> Option<String> {
    let url = RepoUrl::parse(url).ok()?;
    if !matches!(url.scheme(), Scheme::Https | Scheme::Http) || url.has_credentials() {
        return None;
    }
    Some(commit_link(url.repo(), sha))
}

/// The page of a commit of a repository on the web.
fn commit_link(repository: &str, sha: &str) -> String {
    let repository = repository.trim_end_matches('/');
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    // Uncommitted changes have no page.
    format!("{repository}/commit/{}", sha.trim_end_matches("-dirty"))
}

/// The page of an image.
fn image_link(name: &ImageName) -> Option<String> {
    let full = name.canonical();
    let path = full.path();
    Some(match full.registry()? {
        "docker.io" => match (path.strip_prefix("library/"), full.tag()) {
            (Some(official), _) => format!("https://hub.docker.com/_/{official}"),
            (None, Some(tag)) => format!("https://hub.docker.com/r/{path}/tags?name={tag}"),
            (None, None) => format!("https://hub.docker.com/r/{path}"),
        },
        "ghcr.io" => format!("https://ghcr.io/{path}"),
        "quay.io" => format!("https://quay.io/repository/{path}?tab=tags"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_and_images_have_pages() {
        let sha = "384f4866a3f3bcc0ab52a9d3a3fdab2b4bd9d5b2";
        let of = |url| source_commit_link(url, sha);
        let page = format!("https://github.com/a/b/commit/{sha}");
        assert_eq!(of("https://github.com/a/b.git?tag=3.7"), Some(page.clone()));
        assert_eq!(of("https://github.com/a/b"), Some(page));
        for url in
            ["git@github.com:a/b.git", "/tmp/x", "https://me:secret@example.com/x", "javascript:alert(1)"]
        {
            assert_eq!(of(url), None, "{url}");
        }
        let of = |name: &str| image_link(&name.parse().unwrap());
        assert_eq!(of("ruby:3").as_deref(), Some("https://hub.docker.com/_/ruby"));
        assert_eq!(of("a/b:3").as_deref(), Some("https://hub.docker.com/r/a/b/tags?name=3"));
        assert_eq!(of("ghcr.io/a/b:3").as_deref(), Some("https://ghcr.io/a/b"));
        assert_eq!(of("localhost:5000/a/b:3"), None);
    }
}
