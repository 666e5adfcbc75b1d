//! A resolved manifest as text, with the places where its two forms differ.

use std::fmt::Write as _;
use std::ops::Range;

use start_points::json::{Node, Writer, quoted};
use start_points::resolve::Resolved;

use super::loaded::Origin;

/// Where a manifest lies in the text of all, as the deployed API answers it, and where `/v1/` differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// All of it.
    pub(crate) all: Range<usize>,
    /// The value of `display_name`.
    display_name: Range<usize>,
    /// Where `visible_files`, the last key, begins.
    visible_files: usize,
}

/// Appends a manifest, with the name that it is offered by as its display name, and its image name.
pub(super) fn append(
    text: &mut String,
    resolved: &Resolved<'_>,
    name: &str,
    image_name: Option<&str>,
) -> Written {
    let start = text.len();
    let mut display_name = start..start;
    let mut visible_files = start;
    text.push('{');
    for (index, member) in resolved.node().members().iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        if member.key == "visible_files" {
            visible_files = text.len();
        }
        text.push_str(&quoted(&member.key));
        text.push(':');
        let value = text.len();
        match (member.key.as_ref(), image_name) {
            ("display_name", _) => {
                text.push_str(&quoted(name));
                display_name = value..text.len();
            }
            ("image_name", Some(image_name)) => text.push_str(&quoted(image_name)),
            _ => push(text, &member.node),
        }
    }
    text.push('}');
    Written { all: start..text.len(), display_name, visible_files }
}

fn push(text: &mut String, node: &Node<'_>) {
    // Writing to a String does not fail.
    let _ = write!(text, "{node}");
}

impl Written {
    /// The same, so many bytes further on.
    pub(super) fn moved(self, by: usize) -> Self {
        let moved = |range: Range<usize>| range.start + by..range.end + by;
        Self {
            all: moved(self.all),
            display_name: moved(self.display_name),
            visible_files: self.visible_files + by,
        }
    }

    /// The form of `/v1/`: the manifest's own display name, and where it comes from.
    pub(super) fn with_origin(&self, text: &[u8], origin: &Origin) -> Vec<u8> {
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        let mut writer = Writer::new();
        for (key, value) in [("url", &origin.url), ("sha", &origin.sha)] {
            if let Some(value) = value {
                writer.key(key).string(value);
            }
        }
        let mut between = writer.finish();
        if !between.is_empty() {
            between.push(',');
        }
        [
            part(self.all.start..self.display_name.start),
            quoted(&origin.display_name).as_bytes(),
            part(self.display_name.end..self.visible_files),
            between.as_bytes(),
            part(self.visible_files..self.all.end),
        ]
        .concat()
    }
}
