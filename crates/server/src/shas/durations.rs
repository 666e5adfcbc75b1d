//! Test durations: how long the tests of a start-point take in its image, when red, amber, green, and on average.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize};
use start_points::{ImageName, layout};
use start_points_catalogue::format::DURATIONS;
use start_points_catalogue::read::{self, CatalogueFiles};
use utoipa::ToSchema;

/// The most bytes of such a file.
const MAX_BYTES: usize = 4 << 10;

/// A day, in seconds; longer durations are taken for mistakes.
const LONGEST: f64 = 86_400.0;

/// Seconds, as in `durations.json`: numbers, or strings that contain numbers. Other keys are ignored.
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
enum SecondsValue {
    Number(f64),
    Text(String),
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let seconds = match Option::<SecondsValue>::deserialize(deserializer)? {
        None => return Ok(None),
        Some(SecondsValue::Number(number)) => Some(number),
        Some(SecondsValue::Text(text)) => text.trim().parse().ok(),
    };
    let valid = seconds.filter(|seconds: &f64| (0.0..=LONGEST).contains(seconds));
    valid.map(Some).ok_or_else(|| serde::de::Error::custom("expected seconds"))
}

impl Durations {
    /// Parses them; `None` if the file has no durations.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(bytes).ok()?;
        read.longest().map(|_| read)
    }

    /// The mean, computed from the others if it is missing.
    pub(crate) fn mean(&self) -> Option<f64> {
        let known: Vec<f64> = [self.red, self.amber, self.green].into_iter().flatten().collect();
        let count = f64::from(u8::try_from(known.len()).unwrap_or(u8::MAX));
        self.mean.or_else(|| (!known.is_empty()).then(|| known.iter().sum::<f64>() / count))
    }

    /// The longest of all.
    pub(crate) fn longest(&self) -> Option<f64> {
        [self.red, self.amber, self.green, self.mean].into_iter().flatten().reduce(f64::max)
    }
}

/// `red 2.05 s, mean 1.98 s`
impl fmt::Display for Durations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [("red", self.red), ("amber", self.amber), ("green", self.green), ("mean", self.mean())];
        let known = all.into_iter().filter_map(|(name, seconds)| Some((name, seconds?)));
        for (index, (name, seconds)) in known.enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{name} {seconds:.2} s")?;
        }
        Ok(())
    }
}

/// The durations beside a manifest of a catalogue. Nothing else depends on them, so errors count as "none".
pub(crate) fn beside_manifest(catalogue: &dyn CatalogueFiles, manifest: &str) -> Option<Durations> {
    let path = layout::join(layout::folder(manifest), DURATIONS);
    let bytes = read::bytes(catalogue, &path, MAX_BYTES).ok()??;
    Durations::parse(&bytes)
}

/// The file of an image in a folder of durations: `NAME/TAG.json`, with the last part of the image's path.
fn file_of(folder: &Path, image: &ImageName) -> Option<PathBuf> {
    let name = image.path().rsplit('/').next()?;
    Some(folder.join(name).join(format!("{}.json", image.tag()?)))
}

/// The durations of an image in a folder of durations.
pub(crate) fn in_folder(folder: &Path, image: &ImageName) -> Option<Durations> {
    let bytes = start_points_io::read_regular_file(&file_of(folder, image)?, MAX_BYTES as u64).ok()?;
    Durations::parse(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_numbers_are_seconds() {
        let text = br#"{"red_duration": "2.05", "amber_duration": 1, "green_duration": " 3 ", "mean_duration": null}"#;
        let read = Durations::parse(text).unwrap();
        assert_eq!((read.red, read.amber, read.green, read.mean), (Some(2.05), Some(1.0), Some(3.0), None));
        assert_eq!(read.mean(), Some((2.05 + 1.0 + 3.0) / 3.0));
        assert_eq!(read.longest(), Some(3.0));
        assert_eq!(read.to_string(), "red 2.05 s, amber 1.00 s, green 3.00 s, mean 2.02 s");
    }

    #[test]
    fn anything_else_is_ignored() {
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
    fn files_are_named_by_name_and_tag() {
        let path = |name: &str| file_of("d".as_ref(), &name.parse().unwrap());
        assert_eq!(path("ghcr.io/a/b/java_junit:4edf92a"), Some("d/java_junit/4edf92a.json".into()));
        assert_eq!(path("java_junit"), None);
    }
}
