//! How long the tests of a start-point take in its image: red, amber, green, and the mean of them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize};
use start_points::{ImageName, layout};
use start_points_catalogue::read::{self, Place};
use utoipa::ToSchema;

/// What the file beside a manifest is called.
const FILE: &str = "durations.json";

/// The most bytes of it.
const MAX_BYTES: usize = 4 << 10;

/// The longest that is believed, a day in seconds.
const LONGEST: f64 = 86_400.0;

/// Seconds, as `durations.json` has them: numbers, or texts that are numbers. Other keys are not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Durations {
    #[serde(rename = "red_duration", deserialize_with = "seconds", default)]
    pub(crate) red: Option<f64>,
    #[serde(rename = "amber_duration", deserialize_with = "seconds", default)]
    pub(crate) amber: Option<f64>,
    #[serde(rename = "green_duration", deserialize_with = "seconds", default)]
    pub(crate) green: Option<f64>,
    #[serde(rename = "mean_duration", deserialize_with = "seconds", default)]
    pub(crate) mean: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Text(String),
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let seconds = match Option::<Written>::deserialize(deserializer)? {
        None => return Ok(None),
        Some(Written::Number(number)) => Some(number),
        Some(Written::Text(text)) => text.trim().parse().ok(),
    };
    let believed = seconds.filter(|seconds: &f64| (0.0..=LONGEST).contains(seconds));
    believed.map(Some).ok_or_else(|| serde::de::Error::custom("expected seconds"))
}

impl Durations {
    /// Reads them; `None` where that is not what is there.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(bytes).ok()?;
        read.longest().map(|_| read)
    }

    /// The mean, or what it is of those that are known.
    pub(crate) fn mean(&self) -> Option<f64> {
        let known: Vec<f64> = [self.red, self.amber, self.green].into_iter().flatten().collect();
        let count = f64::from(u8::try_from(known.len()).unwrap_or(u8::MAX));
        self.mean.or_else(|| (!known.is_empty()).then(|| known.iter().sum::<f64>() / count))
    }

    /// The longest of them all.
    pub(crate) fn longest(&self) -> Option<f64> {
        [self.red, self.amber, self.green, self.mean].into_iter().flatten().reduce(f64::max)
    }
}

/// The durations beside a manifest of a catalogue, where they are there and can be read: nothing else hangs on them.
pub(crate) fn beside(catalogue: &dyn Place, manifest: &str) -> Option<Durations> {
    let path = layout::join(layout::folder(manifest), FILE);
    let bytes = read::bytes(catalogue, &path, MAX_BYTES).ok()??;
    Durations::parse(&bytes)
}

/// Where the durations of an image lie in a folder of them: `NAME/TAG.json`, with the last part of the image's path.
fn place(folder: &Path, image: &ImageName) -> Option<PathBuf> {
    let name = image.path().rsplit('/').next()?;
    Some(folder.join(name).join(format!("{}.json", image.tag()?)))
}

/// The durations of an image in a folder of them, where they are there and can be read.
pub(crate) fn of(folder: &Path, image: &ImageName) -> Option<Durations> {
    let bytes = start_points_workspace::read::read(&place(folder, image)?, MAX_BYTES as u64).ok()?;
    Durations::parse(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_are_seconds() {
        let text = br#"{"red_duration": "2.05", "amber_duration": 1, "green_duration": " 3 ", "mean_duration": null}"#;
        let read = Durations::parse(text).unwrap();
        assert_eq!((read.red, read.amber, read.green, read.mean), (Some(2.05), Some(1.0), Some(3.0), None));
        assert_eq!(read.mean(), Some((2.05 + 1.0 + 3.0) / 3.0));
        assert_eq!(read.longest(), Some(3.0));
    }

    #[test]
    fn what_are_no_seconds_is_nothing() {
        for text in [
            "{}",
            "[]",
            "3",
            r#"{"red_duration": "soon"}"#,
            r#"{"red_duration": -1}"#,
            r#"{"red_duration": "NaN"}"#,
            r#"{"red_duration": "inf"}"#,
            r#"{"red_duration": 1e300}"#,
            r#"{"red_duration": [1]}"#,
        ] {
            assert_eq!(Durations::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn they_lie_by_name_and_tag() {
        let of = |name: &str| place("d".as_ref(), &name.parse().unwrap());
        assert_eq!(of("ghcr.io/a/b/java_junit:4edf92a"), Some("d/java_junit/4edf92a.json".into()));
        assert_eq!(of("java_junit"), None);
    }
}
