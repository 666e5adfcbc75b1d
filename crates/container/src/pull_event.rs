//! The progress of a pull: a JSON object per line. Docker and Podman leave out different fields.
//!
//! Docker writes `JSONMessage`: <https://github.com/moby/moby/blob/v28.0.0/pkg/jsonmessage/jsonmessage.go>

use std::collections::HashMap;

use serde::Deserialize;

/// The most layers whose bytes are counted; an image has at most 127.
const MAX_LAYERS: usize = 1_000;

/// One line.
#[derive(Deserialize)]
pub(crate) struct PullEvent {
    #[serde(default)]
    status: String,
    #[serde(default)]
    id: String,
    #[serde(default, rename = "progressDetail")]
    progress: Option<ByteCount>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default, rename = "errorDetail")]
    error_detail: Option<ErrorDetail>,
}

#[derive(Deserialize, Default, Clone, Copy)]
struct ByteCount {
    #[serde(default)]
    current: u64,
    #[serde(default)]
    total: u64,
}

#[derive(Deserialize)]
struct ErrorDetail {
    #[serde(default)]
    message: String,
}

impl PullEvent {
    /// The error message, if the line reports one.
    pub(crate) fn error(&self) -> Option<&str> {
        let detail = self.error_detail.as_ref().map(|detail| detail.message.as_str());
        detail.filter(|message| !message.is_empty()).or(self.error.as_deref())
    }
}

/// The bytes of the layers whose download has begun.
#[derive(Default)]
pub(crate) struct LayerProgress(HashMap<String, ByteCount>);

impl LayerProgress {
    /// Adds a line; returns the bytes received and expected, both of the layers that have begun.
    pub(crate) fn add(&mut self, event: PullEvent) -> (u64, u64) {
        let is_known = self.0.contains_key(&event.id);
        if !event.id.is_empty() && (is_known || self.0.len() < MAX_LAYERS) {
            let layer = self.0.entry(event.id).or_default();
            match event.status.as_str() {
                "Downloading" => *layer = event.progress.unwrap_or(*layer),
                "Download complete" | "Pull complete" => layer.current = layer.total,
                _ => {}
            }
        }
        let sum = |count: fn(&ByteCount) -> u64| self.0.values().map(count).fold(0, u64::saturating_add);
        (sum(|layer| layer.current.min(layer.total)), sum(|layer| layer.total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> PullEvent {
        serde_json::from_str(text).unwrap()
    }

    /// Lines as Docker 24 and Podman 4 write them.
    #[test]
    fn bytes_are_summed_over_layers() {
        let mut layers = LayerProgress::default();
        for (text, expected) in [
            (r#"{"status":"Pulling from library/gcc","id":"12"}"#, (0, 0)),
            (r#"{"status":"Pulling fs layer","progressDetail":{},"id":"a"}"#, (0, 0)),
            (
                r#"{"status":"Downloading","progressDetail":{"current":30,"total":100},"progress":"[=>  ]","id":"a"}"#,
                (30, 100),
            ),
            (r#"{"status":"Downloading","progressDetail":{"current":1,"total":10},"id":"b"}"#, (31, 110)),
            (r#"{"status":"Download complete","progressDetail":{},"id":"a"}"#, (101, 110)),
            (r#"{"status":"Extracting","progressDetail":{"current":5,"total":900},"id":"a"}"#, (101, 110)),
            (r#"{"status":"Digest: sha256:00"}"#, (101, 110)),
        ] {
            assert_eq!(layers.add(line(text)), expected, "{text}");
        }
    }

    #[test]
    fn an_error_has_two_forms() {
        let both = r#"{"progressDetail":{},"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}"#;
        assert_eq!(line(both).error(), Some("manifest unknown"));
        assert_eq!(line(r#"{"error":"old"}"#).error(), Some("old"));
        assert_eq!(line(r#"{"status":"error"}"#).error(), None);
    }
}
