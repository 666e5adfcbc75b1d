//! Layers on top of each other: entries and whiteouts of an upper layer hide those of lower ones.
//!
//! <https://github.com/opencontainers/image-spec/blob/main/layer.md#applying-changesets>

use std::collections::{BTreeMap, BTreeSet};

use start_points::files::NonRegular;
use start_points::layout;
use start_points::shown::shown;

use crate::error::OciErrorKind;
use crate::limits::OciLimits;
use crate::path;

const WHITEOUT: &str = ".wh.";
/// Hides everything below in lower layers:
/// <https://github.com/opencontainers/image-spec/blob/main/layer.md#opaque-whiteout>.
const OPAQUE: &str = ".wh..wh..opq";

/// The contents of an image below a folder, by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImageContents {
    /// The regular files and their bytes.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The executable ones.
    pub executable: BTreeSet<String>,
    /// Regular files above the size limit, with their sizes in bytes.
    pub oversized: BTreeMap<String, u64>,
    /// Symbolic links to a file in here, with the path that each resolves to.
    pub links: BTreeMap<String, String>,
    /// Everything else: devices, and links to folders, to the outside, or to nothing.
    pub irregular: BTreeMap<String, NonRegular>,
}

/// The rest of the limits, over all layers.
pub(crate) struct ReadBudget<'a> {
    pub(crate) limits: &'a OciLimits,
    pub(crate) unpacked: u64,
    entries: usize,
    kept: u64,
}

impl<'a> ReadBudget<'a> {
    pub(crate) fn new(limits: &'a OciLimits) -> Self {
        Self { limits, unpacked: limits.unpacked_bytes, entries: limits.entries, kept: limits.total_bytes }
    }

    pub(crate) fn entry(&mut self) -> Result<(), OciErrorKind> {
        let limit = self.limits.entries;
        self.entries = self
            .entries
            .checked_sub(1)
            .ok_or(OciErrorKind::TooMany { what: "entries", limit: limit as u64 })?;
        Ok(())
    }

    pub(crate) fn keep(&mut self, bytes: u64) -> Result<(), OciErrorKind> {
        let limit = self.limits.total_bytes;
        let too_large = OciErrorKind::TooLarge { what: "the total content", limit };
        self.kept = self.kept.checked_sub(bytes).ok_or(too_large)?;
        Ok(())
    }
}

enum StackEntry {
    File(Vec<u8>, bool),
    Oversized(u64),
    /// A symbolic link, with its text.
    Link(String),
    Other(NonRegular),
}

/// The most links in a chain, as for a commit.
const MAX_LINKS: usize = 8;

/// What a path resolves to.
enum Followed {
    /// It is not a link.
    Itself,
    /// To a regular file.
    File(String),
    /// To something else, or nowhere.
    Other(NonRegular),
}

/// The entries below one folder, of the layers so far.
pub(crate) struct LayerStack {
    folder: String,
    lower: BTreeMap<String, StackEntry>,
    layer: TopLayer,
}

/// The layer being read: it takes effect when it was read to its end.
#[derive(Default)]
struct TopLayer {
    held: BTreeMap<String, StackEntry>,
    folders: BTreeSet<String>,
    gone: BTreeSet<String>,
    opaque: BTreeSet<String>,
}

impl TopLayer {
    /// A folder replaces an entry of this layer, which had already hidden the lower layers'.
    fn replace(&mut self, path: &str) {
        if self.held.remove(path).is_some() {
            self.gone.insert(path.to_owned());
        }
    }
}

/// Whether a path is a whiteout, which removes another one:
/// <https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts>.
pub(crate) fn is_whiteout(path: &str) -> bool {
    name(path).starts_with(WHITEOUT)
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

impl LayerStack {
    pub(crate) fn new(folder: &str) -> Self {
        Self { folder: folder.to_owned(), lower: BTreeMap::new(), layer: TopLayer::default() }
    }

    /// A path below the folder, checked. For any other path: applies its effect on the folder, and returns `None`.
    pub(crate) fn path_below(
        &mut self,
        path: &[u8],
        is_folder: bool,
    ) -> Result<Option<String>, OciErrorKind> {
        let hostile = || OciErrorKind::HostilePath(shown(&String::from_utf8_lossy(path)).into_owned());
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        // A whiteout of its own folder, or of the one above.
        if matches!(name.strip_prefix(WHITEOUT.as_bytes()), Some(b"" | b"." | b"..")) {
            return Err(hostile());
        }
        if self.folder.is_empty() {
            let path = str::from_utf8(path).map_err(|_| hostile())?;
            path::check(path)?;
            return Ok(Some(path.to_owned()));
        }
        let rest = path.strip_prefix(self.folder.as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
        if let Some(rest) = rest {
            let rest = str::from_utf8(rest).map_err(|_| hostile())?;
            path::check(rest)?;
            return Ok(Some(rest.to_owned()));
        }
        if let Ok(path) = str::from_utf8(path) {
            self.whole_folder(path, is_folder);
        }
        Ok(None)
    }

    /// The path below the folder that a hard link names; `None` if it is elsewhere.
    pub(crate) fn hard_link_target(&self, path: &[u8]) -> Option<String> {
        let below = match self.folder.as_str() {
            "" => path,
            folder => path.strip_prefix(folder.as_bytes())?.strip_prefix(b"/")?,
        };
        str::from_utf8(below).ok().map(str::to_owned)
    }

    /// Applies an entry that hides the folder as a whole: a whiteout of it or of a parent, or a non-folder in its
    /// place.
    fn whole_folder(&mut self, path: &str, is_folder: bool) {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let inside = |outer: &str| self.folder == outer || self.folder.starts_with(&format!("{outer}/"));
        let hides = match name.strip_prefix(WHITEOUT) {
            _ if name == OPAQUE => parent.is_empty() || inside(parent),
            Some(gone) if parent.is_empty() => inside(gone),
            Some(gone) => inside(&format!("{parent}/{gone}")),
            None if is_folder || !inside(path) => false,
            None => {
                self.layer.held.clear();
                true
            }
        };
        if hides {
            self.layer.opaque.insert(String::new());
        }
    }

    pub(crate) fn file(&mut self, path: String, bytes: Vec<u8>, is_executable: bool) {
        self.hold(path, StackEntry::File(bytes, is_executable));
    }

    pub(crate) fn oversized(&mut self, path: String, size: u64) {
        self.hold(path, StackEntry::Oversized(size));
    }

    /// A hard link: another name of an earlier file. Returns the bytes that it adds.
    pub(crate) fn hard_link(&mut self, path: String, target: &str) -> u64 {
        let layer = &self.layer;
        let is_hidden = || {
            let above = || path::parents(target).chain([target]);
            layer.opaque.contains("")
                || path::parents(target).any(|folder| layer.opaque.contains(folder))
                || above().any(|path| layer.gone.contains(path))
        };
        let lower = || self.lower.get(target).filter(|_| !is_hidden());
        let (held, bytes) = match layer.held.get(target).or_else(lower) {
            Some(StackEntry::File(bytes, executable)) => {
                (StackEntry::File(bytes.clone(), *executable), bytes.len() as u64)
            }
            Some(StackEntry::Oversized(size)) => (StackEntry::Oversized(*size), 0),
            Some(StackEntry::Link(text)) => (StackEntry::Link(text.clone()), 0),
            Some(StackEntry::Other(other)) => (StackEntry::Other(*other), 0),
            // Its target is not below the folder that is read.
            None => (StackEntry::Other(NonRegular::Unreadable), 0),
        };
        self.hold(path, held);
        bytes
    }

    /// A symbolic link. An absolute one starts at the image's root.
    pub(crate) fn symbolic_link(&mut self, path: String, text: &[u8]) {
        let held = match str::from_utf8(text) {
            Ok(text) => StackEntry::Link(text.to_owned()),
            Err(_) => StackEntry::Other(NonRegular::EscapingLink),
        };
        self.hold(path, held);
    }

    /// A device, a pipe, or a whiteout.
    pub(crate) fn other(&mut self, path: String) {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", &path));
        if name == OPAQUE {
            self.layer.opaque.insert(parent.to_owned());
        } else if let Some(gone) = name.strip_prefix(WHITEOUT) {
            self.layer.gone.insert(layout::join(parent, gone));
        } else {
            self.hold(path, StackEntry::Other(NonRegular::Special));
        }
    }

    pub(crate) fn folder(&mut self, path: &str) {
        self.layer.replace(path);
        self.layer.folders.insert(path.to_owned());
    }

    fn hold(&mut self, path: String, held: StackEntry) {
        remove_below(&mut self.layer.held, &path);
        for folder in path::parents(&path) {
            self.layer.replace(folder);
        }
        self.layer.held.insert(path, held);
    }

    /// Ends a layer: its entries cover the lower ones.
    pub(crate) fn settle(&mut self) {
        let layer = std::mem::take(&mut self.layer);
        for folder in &layer.opaque {
            remove_below(&mut self.lower, folder);
        }
        for path in layer.gone.iter().chain(layer.held.keys()) {
            self.lower.remove(path);
            remove_below(&mut self.lower, path);
        }
        for folder in layer.held.keys().flat_map(|path| path::parents(path)) {
            self.lower.remove(folder);
        }
        for folder in &layer.folders {
            self.lower.remove(folder);
        }
        self.lower.extend(layer.held);
    }

    /// The contents in the end. The targets of links count towards the budget, because many links can have one target.
    pub(crate) fn contents(self, budget: &mut ReadBudget<'_>) -> Result<ImageContents, OciErrorKind> {
        let mut contents = ImageContents::default();
        for path in self.lower.keys() {
            match self.follow(path) {
                Followed::File(target) => {
                    budget.keep(target.len() as u64)?;
                    contents.links.insert(path.clone(), target);
                }
                Followed::Other(other) => drop(contents.irregular.insert(path.clone(), other)),
                Followed::Itself => {}
            }
        }
        for (path, held) in self.lower {
            match held {
                StackEntry::File(bytes, is_executable) => {
                    if is_executable {
                        contents.executable.insert(path.clone());
                    }
                    contents.files.insert(path, bytes);
                }
                StackEntry::Oversized(size) => drop(contents.oversized.insert(path, size)),
                StackEntry::Link(_) | StackEntry::Other(_) => {}
            }
        }
        Ok(contents)
    }

    /// Resolves a path as git and file systems do.
    fn follow(&self, path: &str) -> Followed {
        let mut at = path.to_owned();
        for _ in 0..=MAX_LINKS {
            match self.lower.get(&at) {
                Some(StackEntry::File(..) | StackEntry::Oversized(_)) if at == path => {
                    return Followed::Itself;
                }
                Some(StackEntry::File(..) | StackEntry::Oversized(_)) => return Followed::File(at),
                Some(StackEntry::Other(other)) => return Followed::Other(*other),
                Some(StackEntry::Link(text)) => match self.target(&at, text) {
                    Some(target) => at = target,
                    None => break,
                },
                None => {
                    let below = format!("{at}/");
                    let first = self.lower.range(below.clone()..).next();
                    if first.is_some_and(|(path, _)| path.starts_with(&below)) {
                        return Followed::Other(NonRegular::Folder);
                    }
                    break;
                }
            }
        }
        Followed::Other(NonRegular::EscapingLink)
    }

    fn target(&self, link: &str, text: &str) -> Option<String> {
        let Some(absolute) = text.strip_prefix('/') else { return layout::link_target(link, text, "") };
        let below = match self.folder.as_str() {
            "" => Some(absolute),
            folder => absolute.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')),
        };
        layout::link_target("", below?, "")
    }
}

/// Removes everything below a folder; `""` is the top.
fn remove_below(held: &mut BTreeMap<String, StackEntry>, folder: &str) {
    if folder.is_empty() {
        held.clear();
        return;
    }
    let below = format!("{folder}/");
    let first = |held: &BTreeMap<String, StackEntry>| {
        held.range(below.clone()..)
            .next()
            .map(|(path, _)| path.clone())
            .filter(|path| path.starts_with(&below))
    };
    while let Some(path) = first(held) {
        held.remove(&path);
    }
}
