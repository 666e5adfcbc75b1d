//! Layers one over the other: what an upper one holds or whites out hides what lies below.

use std::collections::{BTreeMap, BTreeSet};

use start_points::shown::shown;

use super::Contents;
use crate::cause::Cause;
use crate::path;

const WHITEOUT: &str = ".wh.";
const OPAQUE: &str = ".wh..wh..opq";

enum Held {
    File(Vec<u8>, bool),
    Oversized(u64),
    Other,
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

    /// A link, a device, or a whiteout.
    pub(super) fn other(&mut self, path: String) {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", &path));
        if name == OPAQUE {
            self.layer.opaque.insert(parent.to_owned());
        } else if let Some(gone) = name.strip_prefix(WHITEOUT) {
            self.layer.gone.insert(start_points::layout::join(parent, gone));
        } else {
            self.hold(path, Held::Other);
        }
    }

    pub(super) fn folder(&mut self, path: &str) {
        self.layer.held.remove(path);
        self.layer.folders.insert(path.to_owned());
    }

    fn hold(&mut self, path: String, held: Held) {
        remove_below(&mut self.layer.held, &path);
        for folder in path::folders(&path) {
            self.layer.held.remove(folder);
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

    pub(super) fn contents(self) -> Contents {
        let mut contents = Contents::default();
        for (path, held) in self.lower {
            match held {
                Held::File(bytes, is_executable) => {
                    if is_executable {
                        contents.executable.insert(path.clone());
                    }
                    contents.files.insert(path, bytes);
                }
                Held::Oversized(size) => drop(contents.oversized.insert(path, size)),
                Held::Other => contents.irregular.push(path),
            }
        }
        contents
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
