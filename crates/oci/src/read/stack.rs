//! Layers one over the other: what an upper one holds or whites out hides what lies below.

use std::collections::{BTreeMap, BTreeSet};

use start_points::files::Other;
use start_points::layout;
use start_points::shown::shown;

use super::{Budget, Contents};
use crate::cause::Cause;
use crate::path;

const WHITEOUT: &str = ".wh.";
const OPAQUE: &str = ".wh..wh..opq";

enum Held {
    File(Vec<u8>, bool),
    Oversized(u64),
    /// A symbolic link, with its text.
    Link(String),
    Other(Other),
}

/// How many links may lead on to the next, as for a commit.
const MAX_LINKS: usize = 8;

/// Where a path leads in the end.
enum Followed {
    /// It is not a link.
    Itself,
    /// To a regular file.
    File(String),
    /// To something else, or nowhere.
    Other(Other),
}

/// What is held below one folder, so far.
pub(super) struct Stack {
    folder: String,
    lower: BTreeMap<String, Held>,
    layer: Layer,
}

/// The layer being read: it hides what is below it only when it is read to its end.
#[derive(Default)]
struct Layer {
    held: BTreeMap<String, Held>,
    folders: BTreeSet<String>,
    gone: BTreeSet<String>,
    opaque: BTreeSet<String>,
}

impl Layer {
    /// A folder takes the place of what this layer held there, which had already hidden what is below.
    fn replace(&mut self, path: &str) {
        if self.held.remove(path).is_some() {
            self.gone.insert(path.to_owned());
        }
    }
}

/// Whether a path says that another one is gone.
pub(super) fn is_whiteout(path: &str) -> bool {
    name(path).starts_with(WHITEOUT)
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

impl Stack {
    pub(super) fn new(folder: &str) -> Self {
        Self { folder: folder.to_owned(), lower: BTreeMap::new(), layer: Layer::default() }
    }

    /// A path below the folder, checked. For one that is not below it: what it does to the folder, then none.
    pub(super) fn below(&mut self, path: &[u8], is_folder: bool) -> Result<Option<String>, Cause> {
        let hostile = || Cause::HostilePath(shown(&String::from_utf8_lossy(path)).into_owned());
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

    /// The path below the folder that a hard link names; `None` where that is somewhere else.
    pub(super) fn named(&self, path: &[u8]) -> Option<String> {
        let below = match self.folder.as_str() {
            "" => path,
            folder => path.strip_prefix(folder.as_bytes())?.strip_prefix(b"/")?,
        };
        str::from_utf8(below).ok().map(str::to_owned)
    }

    /// What hides the folder as a whole: a whiteout of it, or something else in its place; or of one that it
    /// lies in.
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

    pub(super) fn file(&mut self, path: String, bytes: Vec<u8>, is_executable: bool) {
        self.hold(path, Held::File(bytes, is_executable));
    }

    pub(super) fn oversized(&mut self, path: String, size: u64) {
        self.hold(path, Held::Oversized(size));
    }

    /// A hard link: another name of a file that came before it. Answers the bytes that it adds.
    pub(super) fn hard_link(&mut self, path: String, target: &str) -> u64 {
        let layer = &self.layer;
        let is_hidden = || {
            let above = || path::folders(target).chain([target]);
            layer.opaque.contains("")
                || path::folders(target).any(|folder| layer.opaque.contains(folder))
                || above().any(|path| layer.gone.contains(path))
        };
        let lower = || self.lower.get(target).filter(|_| !is_hidden());
        let (held, bytes) = match layer.held.get(target).or_else(lower) {
            Some(Held::File(bytes, executable)) => {
                (Held::File(bytes.clone(), *executable), bytes.len() as u64)
            }
            Some(Held::Oversized(size)) => (Held::Oversized(*size), 0),
            Some(Held::Link(text)) => (Held::Link(text.clone()), 0),
            Some(Held::Other(other)) => (Held::Other(*other), 0),
            // The other name is not below the folder that is read.
            None => (Held::Other(Other::Unreadable), 0),
        };
        self.hold(path, held);
        bytes
    }

    /// A symbolic link. An absolute one begins at the top of the image.
    pub(super) fn symbolic_link(&mut self, path: String, text: &[u8]) {
        let held = match str::from_utf8(text) {
            Ok(text) => Held::Link(text.to_owned()),
            Err(_) => Held::Other(Other::EscapingLink),
        };
        self.hold(path, held);
    }

    /// A device, a pipe, or a whiteout.
    pub(super) fn other(&mut self, path: String) {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", &path));
        if name == OPAQUE {
            self.layer.opaque.insert(parent.to_owned());
        } else if let Some(gone) = name.strip_prefix(WHITEOUT) {
            self.layer.gone.insert(layout::join(parent, gone));
        } else {
            self.hold(path, Held::Other(Other::Special));
        }
    }

    pub(super) fn folder(&mut self, path: &str) {
        self.layer.replace(path);
        self.layer.folders.insert(path.to_owned());
    }

    fn hold(&mut self, path: String, held: Held) {
        remove_below(&mut self.layer.held, &path);
        for folder in path::folders(&path) {
            self.layer.replace(folder);
        }
        self.layer.held.insert(path, held);
    }

    /// Ends a layer: what it holds covers what is below.
    pub(super) fn settle(&mut self) {
        let layer = std::mem::take(&mut self.layer);
        for folder in &layer.opaque {
            remove_below(&mut self.lower, folder);
        }
        for path in layer.gone.iter().chain(layer.held.keys()) {
            self.lower.remove(path);
            remove_below(&mut self.lower, path);
        }
        for folder in layer.held.keys().flat_map(|path| path::folders(path)) {
            self.lower.remove(folder);
        }
        for folder in &layer.folders {
            self.lower.remove(folder);
        }
        self.lower.extend(layer.held);
    }

    /// What is held in the end; the paths that links lead to count as what is kept, for many may lead to one.
    pub(super) fn contents(self, budget: &mut Budget<'_>) -> Result<Contents, Cause> {
        let mut contents = Contents::default();
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
                Held::File(bytes, is_executable) => {
                    if is_executable {
                        contents.executable.insert(path.clone());
                    }
                    contents.files.insert(path, bytes);
                }
                Held::Oversized(size) => drop(contents.oversized.insert(path, size)),
                Held::Link(_) | Held::Other(_) => {}
            }
        }
        Ok(contents)
    }

    /// Where a path leads, as git and a disk read it.
    fn follow(&self, path: &str) -> Followed {
        let mut at = path.to_owned();
        for _ in 0..=MAX_LINKS {
            match self.lower.get(&at) {
                Some(Held::File(..) | Held::Oversized(_)) if at == path => return Followed::Itself,
                Some(Held::File(..) | Held::Oversized(_)) => return Followed::File(at),
                Some(Held::Other(other)) => return Followed::Other(*other),
                Some(Held::Link(text)) => match self.target(&at, text) {
                    Some(target) => at = target,
                    None => break,
                },
                None => {
                    let below = format!("{at}/");
                    let first = self.lower.range(below.clone()..).next();
                    if first.is_some_and(|(path, _)| path.starts_with(&below)) {
                        return Followed::Other(Other::Folder);
                    }
                    break;
                }
            }
        }
        Followed::Other(Other::EscapingLink)
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
fn remove_below(held: &mut BTreeMap<String, Held>, folder: &str) {
    if folder.is_empty() {
        held.clear();
        return;
    }
    let below = format!("{folder}/");
    let first = |held: &BTreeMap<String, Held>| {
        held.range(below.clone()..)
            .next()
            .map(|(path, _)| path.clone())
            .filter(|path| path.starts_with(&below))
    };
    while let Some(path) = first(held) {
        held.remove(&path);
    }
}
