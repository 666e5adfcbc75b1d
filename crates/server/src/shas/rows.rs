//! What the shas page says, as data: the services, and the start-points of the catalogue with their images.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use start_points::gate::{Decision, Verdict};
use start_points::{ImageName, RepoUrl, Time, version};
use utoipa::ToSchema;

use super::durations::Durations;
use super::links;
use super::services::Service;
use crate::answers::Answers;
use crate::load::StartPoint;

/// What the shas page says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shas {
    /// 1
    pub(super) version: u32,
    /// The time for which it is said
    pub(super) now: String,
    pub(super) services: Vec<ServiceRow>,
    /// By LTF, and those of one LTF by version
    pub(super) ltfs: Vec<Row>,
}

/// A service.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceRow {
    pub(super) name: String,
    /// The commit that it says it is of
    pub(super) sha: Option<String>,
    /// The commit's page
    pub(super) commit_url: Option<String>,
    /// Where it was asked
    pub(super) url: Option<String>,
    /// Why its commit is not known
    pub(super) error: Option<String>,
}

/// A start-point of a language and test framework (LTF), at one commit; an LTF may have several.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Row {
    /// The repository's name, which all rows of an LTF share
    pub(super) ltf: String,
    /// What the catalogue offers it by
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
    /// When the image says that it was made; known where the service has a gate
    pub(super) created: Option<String>,
    /// Seconds of its tests
    pub(super) durations: Option<Durations>,
    /// How much slower than the fastest of its LTF, as a factor; 1 is the fastest. Null where there is none to compare
    pub(super) slower: Option<f64>,
    /// What the gate decides, as docs/gate.md says; null where there is no gate, or its answer is not there yet
    #[serde(serialize_with = "decision")]
    #[schema(value_type = Option<serde_json::Map<String, serde_json::Value>>)]
    pub(super) gate: Option<Decision>,
    /// Why nothing could be decided
    pub(super) gate_error: Option<String>,
    #[serde(skip)]
    pub(super) age: Option<u64>,
    /// The longest of all durations of its LTF.
    #[serde(skip)]
    pub(super) longest: f64,
    /// Where it is among all rows.
    #[serde(skip)]
    at: usize,
    /// What its LTF is, by its repository.
    #[serde(skip)]
    group: String,
}

/// The bytes that every front gives.
fn decision<S: Serializer>(decision: &Option<Decision>, serializer: S) -> Result<S::Ok, S::Error> {
    let json = decision.as_ref().map(|decision| RawValue::from_string(decision.to_json()));
    json.transpose().map_err(serde::ser::Error::custom)?.serialize(serializer)
}

/// What is known of an image: when it was made, and what the gate decides or why it does not.
pub(super) type Judged = (Option<Time>, Result<Decision, String>);

/// What was found out beside the catalogue.
#[derive(Debug, Default)]
pub(super) struct Known<'a> {
    /// By image name.
    pub(super) judged: Option<&'a BTreeMap<String, Judged>>,
    /// By image name.
    pub(super) durations: Option<&'a BTreeMap<String, Durations>>,
}

/// The rows of a catalogue's start-points that have images.
pub(super) fn of_catalogue(answers: &Answers, known: &Known<'_>, now: Time) -> Vec<Row> {
    let mut rows: Vec<Row> = answers
        .catalogue
        .by_name()
        .filter(|(_, start_point)| start_point.image_name.is_some())
        .map(|(name, start_point)| row(name, start_point, known, now))
        .collect();
    rows.sort_by(by_ltf);
    compare(&mut rows);
    rows
}

fn by_ltf(a: &Row, b: &Row) -> Ordering {
    let tag = |row: &Row| row.tag.clone().unwrap_or_default();
    let ltf = a.ltf.to_lowercase().cmp(&b.ltf.to_lowercase()).then_with(|| a.group.cmp(&b.group));
    ltf.then_with(|| version::compare(&tag(a), &tag(b))).then_with(|| a.name.cmp(&b.name))
}

fn row(name: &str, start_point: &StartPoint, known: &Known<'_>, now: Time) -> Row {
    let image: Option<ImageName> = start_point.image_name.as_deref().and_then(|image| image.parse().ok());
    let (url, sha) = (start_point.origin.url.as_deref(), start_point.origin.sha.as_deref());
    let source = url.and_then(|url| RepoUrl::parse(url).ok());
    let text = image.as_ref().map(ToString::to_string);
    let judged = text.as_ref().zip(known.judged).and_then(|(text, judged)| judged.get(text));
    let created = judged.and_then(|(created, _)| *created);
    let there = text.as_ref().zip(known.durations).and_then(|(text, durations)| durations.get(text));
    let of_image = || image.as_ref().map(|image| image.path().to_owned());
    let repository = source.as_ref().map(|url| url.repo().to_owned()).or_else(of_image).unwrap_or_default();
    let group = match &source {
        Some(url) => url.identity().repository,
        None => repository.clone(),
    };
    let git_tag = start_point.tag.clone().filter(|tag| !tag.is_empty());
    Row {
        ltf: last_part(&repository).unwrap_or(name).to_owned(),
        name: name.to_owned(),
        tag: git_tag.or_else(|| image.as_ref().and_then(|image| image.tag().map(str::to_owned))),
        sha: sha.map(str::to_owned),
        commit_url: url.zip(sha).and_then(|(url, sha)| links::commit(url, sha)),
        image_url: image.as_ref().and_then(links::image),
        image: text,
        created: created.map(|created| created.to_string()),
        durations: start_point.durations.or(there.copied()),
        slower: None,
        gate: judged.and_then(|(_, decision)| decision.as_ref().ok().cloned()),
        gate_error: judged.and_then(|(_, decision)| decision.as_ref().err().cloned()),
        age: created.and_then(|created| now.seconds_since(created)),
        longest: 0.0,
        at: 0,
        group,
    }
}

/// `java-junit` of `https://github.com/org/java-junit.git`.
fn last_part(repository: &str) -> Option<&str> {
    let trimmed = repository.trim_end_matches(['/', '\\']);
    let last = trimmed.rsplit(['/', ':', '\\']).next()?;
    Some(last.strip_suffix(".git").unwrap_or(last)).filter(|last| !last.is_empty())
}

/// Says of each row where it is, and how it compares with the others of its LTF.
fn compare(rows: &mut [Row]) {
    /// Of an LTF: how many of its rows have durations, the shortest mean, and the longest duration.
    #[derive(Clone, Copy)]
    struct Ltf(usize, f64, f64);
    let mut ltfs: BTreeMap<String, Ltf> = BTreeMap::new();
    for row in &*rows {
        let Some(mean) = row.mean() else { continue };
        let longest = row.durations.as_ref().and_then(Durations::longest).unwrap_or(mean);
        let ltf = ltfs.entry(row.group.clone()).or_insert(Ltf(0, f64::INFINITY, 0.0));
        *ltf = Ltf(ltf.0 + 1, ltf.1.min(mean), ltf.2.max(longest));
    }
    for (at, row) in rows.iter_mut().enumerate() {
        row.at = at;
        let Some(Ltf(count, fastest, longest)) = ltfs.get(&row.group).copied() else { continue };
        row.longest = longest;
        if count > 1 {
            row.slower = row.mean().map(|mean| if fastest > 0.0 { mean / fastest } else { 1.0 });
        }
    }
}

impl Row {
    pub(super) fn mean(&self) -> Option<f64> {
        self.durations.as_ref().and_then(Durations::mean)
    }

    pub(super) fn is_of_the_same_ltf(&self, other: &Self) -> bool {
        self.group == other.group
    }

    /// What it is searched by, in lower case.
    pub(super) fn text(&self) -> String {
        let texts =
            [Some(&self.ltf), Some(&self.name), self.tag.as_ref(), self.sha.as_ref(), self.image.as_ref()];
        texts.into_iter().flatten().map(|text| text.to_lowercase()).collect::<Vec<_>>().join(" ")
    }
}

impl ServiceRow {
    /// What it is searched by, in lower case.
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.name, self.sha.as_deref().unwrap_or_default()).to_lowercase()
    }

    pub(super) fn new(service: &Service, said: Option<&Result<String, String>>) -> Self {
        let sha = said.and_then(|said| said.as_ref().ok().cloned());
        let error = match said {
            None => Some("it is still being asked".to_owned()),
            Some(said) => said.as_ref().err().cloned(),
        };
        let page = service.repository.as_deref().zip(sha.as_deref());
        Self {
            name: service.name.clone(),
            commit_url: page.map(|(repository, sha)| links::of_repository(repository, sha)),
            url: service.url.clone(),
            sha,
            error,
        }
    }
}

/// What rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Ltf,
    Tag,
    Age,
    Gate,
    Seconds,
}

impl Key {
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

    /// A number by which the rows can be sorted again by whoever shows them; the LTF and the tag are in their order.
    pub(super) fn rank(self, row: &Row) -> f64 {
        match self {
            Self::Ltf | Self::Tag => f64::from(u32::try_from(row.at).unwrap_or(u32::MAX)),
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

/// How the rows are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    pub(super) query: String,
    pub(super) key: Key,
    pub(super) backwards: bool,
}

impl View {
    /// Reads `age`, or `-age` for the other way round; what is not known is by LTF.
    pub(super) fn new(query: &str, sort: &str) -> Self {
        let (word, backwards) = sort.strip_prefix('-').map_or((sort, false), |word| (word, true));
        let key = Key::ALL.into_iter().find(|key| key.as_str() == word);
        Self {
            query: query.trim().chars().take(200).collect(),
            key: key.unwrap_or(Key::Ltf),
            backwards: backwards && key.is_some(),
        }
    }

    /// Whether a text in lower case has every word of the query.
    pub(super) fn finds(&self, text: &str) -> bool {
        self.query.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
    }

    /// The rows that have every word of the query, in the order that is asked for.
    pub(super) fn of<'a>(&self, rows: &'a [Row]) -> Vec<&'a Row> {
        let mut shown: Vec<(f64, &Row)> =
            rows.iter().filter(|row| self.finds(&row.text())).map(|row| (self.key.rank(row), row)).collect();
        if self.key == Key::Tag {
            let tag = |row: &Row| row.tag.clone().unwrap_or_default();
            shown.sort_by(|(_, a), (_, b)| version::compare(&tag(a), &tag(b)));
        } else {
            shown.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        }
        if self.backwards {
            shown.reverse();
        }
        shown.into_iter().map(|(_, row)| row).collect()
    }
}
