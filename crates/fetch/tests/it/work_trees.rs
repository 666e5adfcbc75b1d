//! What git says of a work tree is what we say, although no filter is run: clean or not, and its files' bytes.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::time::{Duration, SystemTime};

use crate::support::{World, start_point};
use start_points::RepoUrl;
use start_points_fetch::git::{Git, GitConfig};
use start_points_fetch::{FetchLimits, local};
use start_points_testing::git::{Change, GitRepository};

const FILE: &str = "start_point/hiker.c";

fn git(repository: &GitRepository, words: &str) {
    repository.git(&words.split(' ').collect::<Vec<_>>()).unwrap();
}

fn write(repository: &GitRepository, path: &str, text: &str) {
    let path = repository.folder().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Commits a file of attributes and takes everything anew from the commit.
fn attributes(repository: &GitRepository, text: &str) {
    repository.commit(&[(".gitattributes", Change::File(text.as_bytes()))]).unwrap();
    fs::remove_file(repository.folder().join(".git/index")).unwrap();
    repository.check_out().unwrap();
}

/// As a copy of the folder leaves it: the same bytes, and other times.
fn touch(repository: &GitRepository, path: &str) {
    let file = fs::File::options().write(true).open(repository.folder().join(path)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(1000)).unwrap();
}

/// A file that is the commit's but for its line ends, which git has seen and compares anew.
fn with_cr(repository: &GitRepository) {
    write(repository, FILE, "int x;\r\n");
    git(repository, "add --all");
    touch(repository, FILE);
}

/// A filter as git-lfs has it: the blob is a pointer, the file is the content.
fn large_files(repository: &GitRepository) {
    let clean = "f=$(mktemp); cat >$f; printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n' \
                 $(sha256sum <$f | cut -d' ' -f1) $(wc -c <$f)";
    repository.git(&["config", "filter.lfs.clean", clean]).unwrap();
    git(repository, "config filter.lfs.required true");
    write(repository, ".gitattributes", "*.c filter=lfs -text\n");
    touch(repository, FILE);
    git(repository, "add --all");
    git(repository, "commit --quiet --message=large");
}

type Make = fn(&GitRepository);

/// What is done to a clean check-out.
const CLEAN: &[(&str, Make)] = &[
    ("nothing", |_| {}),
    ("touched", |r| touch(r, FILE)),
    ("autocrlf", |r| {
        git(r, "config core.autocrlf true");
        attributes(r, "");
        touch(r, FILE);
    }),
    ("autocrlf=input", |r| {
        git(r, "config core.autocrlf input");
        with_cr(r);
    }),
    ("eol=crlf", |r| {
        attributes(r, "* text=auto eol=crlf\n");
        touch(r, FILE);
    }),
    ("core.eol=crlf", |r| {
        git(r, "config core.eol crlf");
        attributes(r, "* text=auto\n");
        touch(r, FILE);
    }),
    ("info/attributes", |r| {
        write(r, ".git/info/attributes", "*.c text eol=crlf\n");
        with_cr(r);
    }),
    ("attributes of an include", |r| {
        write(r, ".git/attributes", "*.c text eol=crlf\n");
        write(
            r,
            ".git/more",
            &format!("[core]\nattributesFile = {}/.git/attributes\n", r.folder().display()),
        );
        git(r, "config include.path more");
        with_cr(r);
    }),
    ("ident", |r| {
        r.commit(&[(FILE, Change::File(b"// $Id$\n"))]).unwrap();
        attributes(r, "*.c ident\n");
        touch(r, FILE);
    }),
    ("working-tree-encoding", |r| {
        attributes(r, "*.c text working-tree-encoding=UTF-16LE\n");
        touch(r, FILE);
    }),
    ("large files", large_files),
    ("large files, touched", |r| {
        large_files(r);
        touch(r, FILE);
    }),
    ("large files, as young as the index", |r| {
        large_files(r);
        git(r, "update-index --refresh");
    }),
    ("assume-unchanged", |r| {
        git(r, "update-index --assume-unchanged start_point/hiker.c");
        write(r, FILE, "int unseen;\n");
    }),
    ("skip-worktree", |r| {
        git(r, "update-index --skip-worktree start_point/hiker.c");
        write(r, FILE, "int unseen;\n");
    }),
    ("sparse", |r| git(r, "sparse-checkout set start_point")),
    ("sparse, with an index that is", |r| git(r, "sparse-checkout set --cone --sparse-index start_point")),
    ("split index", |r| git(r, "update-index --split-index")),
    ("untracked cache", |r| {
        git(r, "update-index --untracked-cache");
        git(r, "status");
    }),
    ("index of version 4", |r| git(r, "update-index --index-version=4")),
    ("executable bits that do not count", |r| {
        git(r, "config core.fileMode false");
        fs::set_permissions(r.folder().join(FILE), fs::Permissions::from_mode(0o755)).unwrap();
    }),
    ("ignored by info/exclude", |r| {
        write(r, ".git/info/exclude", "*.o\n");
        write(r, "x.o", "");
    }),
    ("ignored by core.excludesFile", |r| {
        write(r, ".git/ignored", "*.o\n");
        git(r, &format!("config core.excludesFile {}/.git/ignored", r.folder().display()));
        write(r, "x.o", "");
    }),
    ("a submodule with changes of its own", |r| {
        submodule(r);
        write(r, "inner/x", "changed\n");
    }),
    ("an odd name", |r| {
        write(r, "-x \"'\\é", "");
        git(r, "add --all");
        git(r, "commit --quiet --message=name");
    }),
];

const DIRTY: &[(&str, Make)] = &[
    ("changed", |r| write(r, FILE, "int y;\n")),
    ("new", |r| write(r, "start_point/new.c", "")),
    ("new below a new folder", |r| write(r, "a/b/c", "")),
    ("gone", |r| fs::remove_file(r.folder().join("README.md")).unwrap()),
    ("staged", |r| {
        write(r, FILE, "int y;\n");
        git(r, "add --all");
    }),
    ("staged and changed back", |r| {
        write(r, FILE, "int y;\n");
        git(r, "add --all");
        write(r, FILE, "int x;\n");
    }),
    ("to be added", |r| {
        write(r, "new", "x\n");
        git(r, "add --intent-to-add new");
    }),
    ("executable", |r| {
        fs::set_permissions(r.folder().join(FILE), fs::Permissions::from_mode(0o755)).unwrap();
    }),
    ("a link now", |r| {
        fs::remove_file(r.folder().join("README.md")).unwrap();
        symlink("/etc/passwd", r.folder().join("README.md")).unwrap();
    }),
    ("a folder now", |r| {
        fs::remove_file(r.folder().join("README.md")).unwrap();
        write(r, "README.md/inner", "");
    }),
    ("a file now", |r| {
        fs::remove_dir_all(r.folder().join("src")).unwrap();
        write(r, "src", "");
    }),
    ("changed, and a monitor that saw nothing", |r| {
        let monitor = r.folder().join(".git/monitor");
        fs::write(&monitor, "#!/bin/sh\nprintf 'token\\0'\n").unwrap();
        fs::set_permissions(&monitor, fs::Permissions::from_mode(0o755)).unwrap();
        r.git(&["config", "core.fsmonitor", monitor.to_str().unwrap()]).unwrap();
        git(r, "update-index --fsmonitor");
        git(r, "status");
        git(r, "config core.fsmonitor false");
        write(r, FILE, "int y;\n");
    }),
    ("changed, with line ends of its own", |r| {
        attributes(r, "* text=auto eol=crlf\n");
        write(r, FILE, "int y;\r\nint z;\r\n");
    }),
    ("changed, in an encoding of its own", |r| {
        attributes(r, "*.c text working-tree-encoding=UTF-16BE\n");
        fs::write(r.folder().join(FILE), b"\0y\0\n").unwrap();
    }),
    ("changed, split index", |r| {
        git(r, "update-index --split-index");
        write(r, FILE, "int yy;\n");
        git(r, "add --all");
        write(r, FILE, "int yyy;\n");
    }),
    ("no index", |r| fs::remove_file(r.folder().join(".git/index")).unwrap()),
    ("a submodule at another commit", |r| {
        submodule(r);
        let inner = r.folder().join("inner");
        r.git(&["-C", inner.to_str().unwrap(), "commit", "--quiet", "--allow-empty", "--message=x"]).unwrap();
    }),
    ("a repository of its own", |r| {
        let inner = GitRepository::with_work_tree(&r.folder().join("inner"), "trunk").unwrap();
        inner.commit(&[("x", Change::File(b"x\n"))]).unwrap();
    }),
    ("in conflict", |r| {
        let base = r.git(&["rev-parse", "HEAD"]).unwrap();
        git(r, "checkout --quiet -b side");
        write(r, FILE, "int side;\n");
        git(r, "commit --quiet --all --message=side");
        r.git(&["checkout", "--quiet", "-B", "trunk", &base]).unwrap();
        write(r, FILE, "int trunk;\n");
        git(r, "commit --quiet --all --message=trunk");
        assert!(r.git(&["merge", "--quiet", "side"]).is_err());
    }),
];

fn submodule(repository: &GitRepository) {
    let inner = GitRepository::with_work_tree(&repository.folder().join("inner"), "trunk").unwrap();
    inner.commit(&[("x", Change::File(b"x\n"))]).unwrap();
    inner.check_out().unwrap();
    git(repository, "add --all");
    git(repository, "commit --quiet --message=submodule");
}

/// A check-out that is old enough for git to believe in its times.
fn made(world: &World, name: &str, make: Make) -> GitRepository {
    let folder = world.folder.path().join("repositories").join(name.replace([' ', ','], "-"));
    let repository = GitRepository::with_work_tree(&folder, "trunk").unwrap();
    repository.commit(&start_point()).unwrap();
    repository.check_out().unwrap();
    make(&repository);
    repository
}

#[test]
fn what_is_clean_for_git_is_clean() {
    assert_as_git_says(CLEAN, false);
}

#[test]
fn what_is_dirty_for_git_is_dirty() {
    assert_as_git_says(DIRTY, true);
}

fn assert_as_git_says(members: &[(&str, Make)], dirty: bool) {
    let mut world = World::new();
    world.options.work_tree = true;
    let ours = Git::find(GitConfig::None, FetchLimits::default()).unwrap();
    for (name, make) in members {
        let repository = made(&world, name, *make);
        let head = local::head(&ours, &repository.folder().join("start_point")).unwrap();
        assert_eq!(head.dirty, dirty, "{name}");
        let theirs = repository.git(&["status", "--porcelain", "--ignore-submodules=dirty"]).unwrap();
        assert_eq!(!theirs.is_empty(), dirty, "{name}: {theirs}");

        let url = RepoUrl::parse(repository.folder().to_str().unwrap()).unwrap();
        let source = world.fetch_url(&url).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(source.content.files.len(), 7, "{name}");
        // Files are taken as git would add them.
        git(&repository, "add --all");
        for (path, file) in &source.content.files {
            let theirs = repository.git(&["cat-file", "blob", &format!(":{path}")]).unwrap();
            assert_eq!(String::from_utf8_lossy(&file.bytes).trim(), theirs, "{name}: {path}");
        }
    }
}

/// No filter is run: its file is taken as it is where it really changed.
#[test]
fn what_a_filter_would_change_is_taken_as_it_is_on_disk() {
    let mut world = World::new();
    world.options.work_tree = true;
    let repository = made(&world, "large", |r| {
        large_files(r);
        write(r, FILE, "int y;\n");
    });
    let source = world.fetch_url(&RepoUrl::parse(repository.folder().to_str().unwrap()).unwrap()).unwrap();
    assert_eq!(source.content.files[FILE].bytes, b"int y;\n");
    assert_eq!(source.work_tree.unwrap().changed, [FILE]);
}

/// Whatever filter made it: a file with the size and times of the index is unchanged.
#[test]
fn any_filters_file_is_clean_where_the_index_says_so() {
    let world = World::new();
    let git_program = Git::find(GitConfig::None, FetchLimits::default()).unwrap();
    let repository = made(&world, "rot13", |r| {
        git(r, "config filter.rot.clean tr${IFS}a-z${IFS}n-za-m");
        write(r, ".gitattributes", "*.c filter=rot\n");
        touch(r, FILE);
        git(r, "add --all");
        git(r, "commit --quiet --message=rot");
    });
    let is_dirty = || local::head(&git_program, repository.folder()).unwrap().dirty;
    assert!(!is_dirty());
    let young = fs::File::options().write(true).open(repository.folder().join(".git/index")).unwrap();
    young.set_modified(SystemTime::now() - Duration::from_secs(5000)).unwrap();
    assert!(!is_dirty());
    write(&repository, FILE, "int another;\n");
    assert!(is_dirty());
}
