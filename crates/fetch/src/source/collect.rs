//! Collecting the files of a commit that are needed, object by object.

use std::collections::BTreeSet;
use std::io::{Read, Write};

use start_points::CommitSha;
use start_points::check::Manifest;
use start_points::files::{FileEntry, NonRegular, normal};
use start_points::layout;

use super::content::{FetchedContent, FetchedFile, OmitReason, OmittedPath};
use super::listing::{Listing, TreeItem, TreeItemKind};
use super::objects::{CatFile, Object};
use crate::error::FetchErrorKind;
use crate::git::GitCall;
use crate::limits::FetchLimits;

/// The longest chain of symbolic links.
const MAX_LINKS: usize = 8;

/// The most bytes of a commit object, and of a link target.
const MAX_COMMIT: u64 = 1 << 20;
const MAX_LINK: u64 = 4096;

/// The result of collecting files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CollectOutcome {
    /// Everything that is needed.
    All { commit: String, content: FetchedContent },
    /// Hashes of blobs that are needed, and that the server omitted.
    Missing(Vec<String>),
}

/// Collects through this call of `git cat-file --batch`.
pub(crate) fn collect_from(
    call: GitCall<'_>,
    name: &str,
    limits: &FetchLimits,
) -> Result<CollectOutcome, FetchErrorKind> {
    let (name, bounds) = (name.to_owned(), limits.clone());
    let work = move |stdin, stdout| collect(&mut CatFile::new(stdin, stdout), &name, &bounds);
    let answered = call.talk(work).map_err(|stop| stop.kind(limits))?;
    match answered.result {
        // The message of git explains more than its broken pipe.
        Err(FetchErrorKind::Io(_) | FetchErrorKind::BrokenObject(_)) if !answered.success => {
            Err(answered.stderr.kind())
        }
        result => result,
    }
}

/// Collects every manifest, the files that manifests name, and the docker folders of a commit or tree.
pub(crate) fn collect<W: Write, R: Read>(
    objects: &mut CatFile<W, R>,
    name: &str,
    limits: &FetchLimits,
) -> Result<CollectOutcome, FetchErrorKind> {
    let CommitRoot { commit, tree, committed } = root(objects, name)?;
    let listing = Listing::read(objects, &tree, limits)?;
    let mut taking = Collector {
        objects,
        listing: &listing,
        limits,
        content: FetchedContent {
            committed,
            left_out: listing.left_out.clone(),
            ..FetchedContent::default()
        },
        missing: BTreeSet::new(),
        bytes: 0,
    };
    for (path, _) in listing.items.iter().filter(|(_, item)| item.mode == TreeItemKind::Submodule) {
        taking.content.others.insert(path.clone(), FileEntry::Other(NonRegular::Submodule));
    }
    for path in listing.items.keys().filter(|path| layout::is_manifest(path)) {
        taking.start_point(path)?;
    }
    for path in listing.items.keys() {
        if let Some(checked) = docker_file(path) {
            taking.take(path, layout::folder(path), checked)?;
        }
    }
    Ok(if taking.missing.is_empty() {
        CollectOutcome::All { commit, content: taking.content }
    } else {
        CollectOutcome::Missing(taking.missing.into_iter().collect())
    })
}

/// A commit and its tree; a tree without a commit stands for both, and has no time.
struct CommitRoot {
    commit: String,
    tree: String,
    committed: u64,
}

fn root<W: Write, R: Read>(objects: &mut CatFile<W, R>, name: &str) -> Result<CommitRoot, FetchErrorKind> {
    let not_a_commit = || FetchErrorKind::NotACommit(name.to_owned());
    match objects.read(name, MAX_COMMIT)? {
        Object::Read { id, kind, .. } if kind == "tree" && name.ends_with("^{tree}") => {
            Ok(CommitRoot { commit: id.clone(), tree: id, committed: 0 })
        }
        Object::Read { id, kind, bytes } if kind == "commit" => {
            let text = String::from_utf8_lossy(&bytes);
            let tree = text.lines().next().and_then(|line| line.strip_prefix("tree "));
            // Git would parse anything else as a revision expression: https://git-scm.com/docs/gitrevisions
            let tree: CommitSha = tree.and_then(|tree| tree.parse().ok()).ok_or_else(not_a_commit)?;
            let tree = tree.to_string();
            Ok(CommitRoot { commit: id, tree, committed: committed(&text) })
        }
        Object::Missing => Err(FetchErrorKind::NoCommit(name.to_owned())),
        _ => Err(not_a_commit()),
    }
}

/// The time of a commit, from its line `committer NAME <ADDRESS> SECONDS ZONE`. The format of commits:
/// <https://git-scm.com/docs/git-commit-tree#_commit_information>.
pub(crate) fn committed(commit: &str) -> u64 {
    let mut head = commit.lines().take_while(|line| !line.is_empty());
    let time = head.find_map(|line| line.strip_prefix("committer ")?.rsplit_once("> "));
    time.and_then(|(_, time)| time.split(' ').next()?.parse().ok()).unwrap_or_default()
}

/// Whether checks read a file of a docker folder; `None` for files outside docker folders.
fn docker_file(path: &str) -> Option<bool> {
    let folder = layout::folder(path);
    let mut above = folder.split('/');
    if !above.any(|name| name == layout::DOCKER) || folder.split('/').any(|name| name.starts_with('.')) {
        return None;
    }
    Some(layout::docker_of_file(path).is_some())
}

struct Collector<'a, W, R> {
    objects: &'a mut CatFile<W, R>,
    listing: &'a Listing,
    limits: &'a FetchLimits,
    content: FetchedContent,
    missing: BTreeSet<String>,
    bytes: u64,
}

impl<W: Write, R: Read> Collector<'_, W, R> {
    fn start_point(&mut self, manifest: &str) -> Result<(), FetchErrorKind> {
        let folder = layout::folder(manifest);
        self.take(manifest, folder, true)?;
        let names: Vec<String> = match self.content.files.get(manifest) {
            Some(file) => {
                Manifest::parse(manifest, &file.bytes).named_files().into_iter().map(str::to_owned).collect()
            }
            None => Vec::new(),
        };
        for name in names {
            // Checks report names that lead outside; nothing outside is read here.
            if name.starts_with('/') || name.split('/').any(|part| part == "..") {
                continue;
            }
            self.take(&layout::join(folder, &normal(&name)), folder, true)?;
        }
        // At the top the siblings are the repository's own files.
        if !folder.is_empty() {
            for (path, item) in self.listing.entries_of(folder) {
                if matches!(item.mode, TreeItemKind::File { .. }) && !self.content.files.contains_key(path) {
                    self.content.others.entry(path.to_owned()).or_insert(FileEntry::Size(0));
                }
            }
        }
        Ok(())
    }

    /// Collects a path. `needed` says whether an omitted blob must be fetched.
    fn take(&mut self, path: &str, folder: &str, needed: bool) -> Result<(), FetchErrorKind> {
        if self.content.files.contains_key(path) {
            return Ok(());
        }
        let other = match self.follow(path, folder)? {
            LinkTarget::Nothing => return Ok(()),
            LinkTarget::Other(other) => FileEntry::Other(other),
            LinkTarget::File(id, executable) => match self.objects.read(&id, self.limits.file_bytes)? {
                Object::Larger(size) => FileEntry::Size(size),
                Object::Missing if needed => {
                    self.missing.insert(id);
                    return Ok(());
                }
                Object::Missing => {
                    self.content
                        .left_out
                        .push(OmittedPath { path: path.to_owned(), reason: OmitReason::Large });
                    return Ok(());
                }
                Object::Read { bytes, .. } => {
                    self.bytes += bytes.len() as u64;
                    if self.bytes > self.limits.total_bytes {
                        let limit = self.limits.total_bytes;
                        return Err(FetchErrorKind::TooMany {
                            what: "bytes in the files that are taken",
                            limit,
                        });
                    }
                    self.content.others.remove(path);
                    self.content.files.insert(path.to_owned(), FetchedFile { bytes, executable });
                    return Ok(());
                }
            },
        };
        self.content.others.insert(path.to_owned(), other);
        Ok(())
    }

    fn follow(&mut self, path: &str, folder: &str) -> Result<LinkTarget, FetchErrorKind> {
        let mut at = path.to_owned();
        for _ in 0..MAX_LINKS {
            let Some(TreeItem { mode, id }) = self.listing.items.get(&at) else {
                return Ok(match (self.listing.is_folder(&at), at == path) {
                    (true, _) => LinkTarget::Other(NonRegular::Folder),
                    (false, true) => LinkTarget::Nothing,
                    (false, false) => LinkTarget::Other(NonRegular::EscapingLink),
                });
            };
            match mode {
                TreeItemKind::File { executable } => return Ok(LinkTarget::File(id.clone(), *executable)),
                TreeItemKind::Submodule => return Ok(LinkTarget::Other(NonRegular::Submodule)),
                TreeItemKind::Link => {
                    let says = match self.objects.read(id, MAX_LINK)? {
                        Object::Read { bytes, .. } => String::from_utf8(bytes).unwrap_or_default(),
                        Object::Larger(_) | Object::Missing => String::new(),
                    };
                    match layout::link_target(&at, &says, folder) {
                        Some(target) => at = target,
                        None => break,
                    }
                }
            }
        }
        Ok(LinkTarget::Other(NonRegular::EscapingLink))
    }
}

enum LinkTarget {
    Nothing,
    Other(NonRegular),
    File(String, bool),
}

#[cfg(test)]
mod tests {
    use super::{CatFile, collect, committed, docker_file};
    use crate::limits::FetchLimits;

    #[test]
    fn a_tree_is_named_by_its_hash_alone() {
        for tree in ["HEAD:secret", "", "HEAD", "--all"] {
            let text = format!("tree {tree}\n\n");
            let answers = format!("{} commit {}\n{text}\n", "a".repeat(40), text.len());
            let mut asked = Vec::new();
            let read =
                collect(&mut CatFile::new(&mut asked, answers.as_bytes()), "HEAD", &FetchLimits::default());
            assert!(read.is_err(), "{tree}");
            assert_eq!(asked, b"HEAD\n", "{tree}");
        }
    }

    #[test]
    fn the_time_of_a_commit_is_read() {
        let commit =
            "tree 0\nauthor A <a> 5 +0000\ncommitter B <b> c <d> 1700000000 +0100\n\ncommitter E <e> 1 +0\n";
        assert_eq!(committed(commit), 1_700_000_000);
        for odd in ["", "tree 0\n\ncommitter E <e> 1 +0", "committer E <e> -1 +0", "committer E <e>"] {
            assert_eq!(committed(odd), 0, "{odd:?}");
        }
    }

    #[test]
    fn docker_folders_are_collected_and_three_of_their_files_are_checked() {
        assert_eq!(docker_file("docker/Dockerfile"), Some(true));
        assert_eq!(docker_file("x/docker/image_name.json"), Some(true));
        assert_eq!(docker_file("docker/install.sh"), Some(false));
        assert_eq!(docker_file("docker/sub/Dockerfile"), Some(false));
        assert_eq!(docker_file(".x/docker/Dockerfile"), None);
        assert_eq!(docker_file("start_point/hiker.c"), None);
    }
}
