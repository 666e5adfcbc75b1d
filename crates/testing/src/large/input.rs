//! An input, its shape, and the texts that large ones are made of.

use start_points::Kind;
use start_points::check::{Listed, Tree};
use start_points::files::FileEntry;

/// A shape of large inputs.
#[derive(Clone, Copy)]
pub struct LargeShape {
    /// What there is much of.
    pub name: &'static str,
    /// Makes an input of about this many bytes, and never more.
    pub make: fn(usize) -> Input,
}

/// Something that the engine is given.
#[derive(Clone)]
pub enum Input {
    /// A tree to check as start-points of a kind, to fix, and to resolve.
    Tree(Tree, Option<Kind>),
    /// The display names of a catalogue.
    Names(Vec<Listed>),
    /// A source URL.
    Url(String),
    /// An image name.
    ImageName(String),
    /// Facts and policy of a gate.
    Gate(String, String),
    /// Two manifests that are mixed.
    Mix(String, String),
}

impl Input {
    /// How many bytes it has in its largest text.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Tree(tree, _) => {
                let size =
                    |(_, entry): (_, &FileEntry)| entry.size().and_then(|size| usize::try_from(size).ok());
                tree.iter().filter_map(size).max().unwrap_or_default()
            }
            Self::Names(listed) => {
                listed.iter().map(|listed| listed.display_name.len()).max().unwrap_or_default()
            }
            Self::Url(text) | Self::ImageName(text) => text.len(),
            Self::Gate(one, other) | Self::Mix(one, other) => one.len().max(other.len()),
        }
    }
}

/// A shape, as a line of its family's table.
pub(super) const fn shape(name: &'static str, make: fn(usize) -> Input) -> LargeShape {
    LargeShape { name, make }
}

/// `open`, as many pieces as there is room for with commas between them, and `close`.
pub(super) fn joined(size: usize, open: &str, close: &str, piece: impl Fn(usize) -> String) -> String {
    let mut text = open.to_owned();
    for index in 0.. {
        let piece = piece(index);
        if text.len() + piece.len() + close.len() + 1 > size {
            break;
        }
        if index > 0 {
            text.push(',');
        }
        text.push_str(&piece);
    }
    text + close
}

/// `open`, `piece` again and again, and `close`.
pub(super) fn repeated(size: usize, open: &str, piece: &str, close: &str) -> String {
    let room = size.saturating_sub(open.len() + close.len());
    format!("{open}{}{close}", piece.repeat(room / piece.len().max(1)))
}

/// A file alone.
pub(super) fn file(path: &str, text: String) -> Tree {
    let mut tree = Tree::new();
    tree.insert(path, FileEntry::Content(text.into_bytes()));
    tree
}

/// A manifest of a custom start-point, alone: the kind with the most keys.
pub(super) fn manifest(text: String) -> Input {
    Input::Tree(file("manifest.json", text), Some(Kind::Custom))
}

/// A manifest with one array.
pub(super) fn list(size: usize, key: &str, entry: impl Fn(usize) -> String) -> Input {
    manifest(joined(size, &format!("{{\"{key}\":["), "]}", entry))
}
