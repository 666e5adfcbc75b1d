//! A thousand repositories laid out at random: every front says the same of the same files.
//!
//! Node and Python are held to the same layouts in the steps `wasm` and `python`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use crate::run::{command, run_in, run_with_input};
use crate::serving::Service;
use serde_json::Value;
use start_points::check::{CheckOptions, CheckOutput, Checker, FileSet, StartPoint, check_set, check_tree};
use start_points::files::FileEntry;
use start_points::resolve::mix;
use start_points::{Kind, RepoUrl, layout, render};
use start_points_catalogue::read::{FolderFiles, MemoryFiles};
use start_points_fetch::git::{Git, GitConfig};
use start_points_fetch::{FetchLimits, Fetcher, unwatched};
use start_points_io::BlobCache;
use start_points_oci::ImageContents;
use start_points_testing::git::GitRepository;
use start_points_testing::{Layout, deployed_catalogue, layouts};
use tempfile::TempDir;

const COUNT: usize = 1_000;

fn json(output: &CheckOutput) -> String {
    render::json(&output.report, &output.sources)
}

fn bytes(entry: &FileEntry) -> &[u8] {
    let FileEntry::Content(bytes) = entry else { return b"" };
    bytes
}

fn texts(layout: &Layout) -> Vec<(&str, &[u8])> {
    layout.files.iter().map(|(path, entry)| (&**path, bytes(entry))).collect()
}

/// The manifests that a walk finds.
fn manifests(layout: &Layout) -> Vec<(&str, &[u8])> {
    texts(layout).into_iter().filter(|(path, _)| layout::is_manifest(path)).collect()
}

fn on_disk(layout: &Layout) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in texts(layout) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// Every layout on several threads.
fn each(work: impl Fn(usize, &Layout) + Sync) {
    let all = layouts(COUNT);
    std::thread::scope(|scope| {
        for part in 0..4 {
            let (all, work) = (&all, &work);
            scope.spawn(move || {
                all.iter().enumerate().skip(part).step_by(4).for_each(|(at, one)| work(at, one))
            });
        }
    });
}

/// The flags that choose as the options do.
fn flags(options: &CheckOptions) -> Vec<String> {
    let kind = options.kind.map(|kind| ["--kind".to_owned(), kind.to_string()]);
    let dialect = ["--dialect".to_owned(), options.dialect.to_string()];
    kind.into_iter().flatten().chain(dialect).collect()
}

fn run<'a>(folder: &Path, words: &[&'a str], flags: &'a [String]) -> crate::run::Ran {
    let words: Vec<&str> = words.iter().copied().chain(flags.iter().map(String::as_str)).collect();
    run_in(folder, &words)
}

#[test]
fn the_command_reports_what_the_engine_reports() {
    each(|at, layout| {
        let folder = on_disk(layout);
        if at % 2 == 0 {
            fs::create_dir(folder.path().join(".git")).unwrap();
        }
        let expected = json(&check_tree(&layout.files, &layout.options));
        let flags = flags(&layout.options);
        let ran = run(folder.path(), &["check", "--format", "json"], &flags);
        assert_eq!(ran.stdout, expected, "layout {at}: {}", ran.stderr);
        if let Some((path, text)) = manifests(layout).get(at % 3) {
            let start_point = StartPoint::read(&layout.files, path, text, &layout.options);
            let mut checker = Checker::new();
            checker.start_point(&start_point, &layout.options);
            let expected = json(&checker.finish(&|_| None));
            let words = ["check", "-", "--format", "json", "--stdin-filename", *path];
            let words: Vec<&str> = words.into_iter().chain(flags.iter().map(String::as_str)).collect();
            assert_eq!(run_with_input(folder.path(), &words, text).stdout, expected, "layout {at}: {path}");
        }
    });
}

#[test]
fn inspect_and_mix_decide_as_the_engine_does() {
    each(|at, layout| {
        let folder = on_disk(layout);
        let flags = flags(&layout.options);
        let mut expected = Vec::new();
        for (path, text) in manifests(layout) {
            let start_point = StartPoint::read(&layout.files, path, text, &layout.options);
            if !start_point.is_foreign() && start_point.manifest.document().is_some() {
                let image = start_point.image_name(None, None).ok().flatten().map(|name| name.to_string());
                expected.push((path.to_owned(), start_point.kind.to_string(), image));
            }
        }
        let ran = run(folder.path(), &["inspect", "--format", "json"], &flags);
        let offered: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let mut offered: Vec<_> = offered
            .iter()
            .map(|one| (text(&one["path"]).unwrap(), text(&one["kind"]).unwrap(), text(&one["image_name"])))
            .collect();
        offered.sort();
        assert_eq!(offered, expected, "layout {at}: {}", ran.stderr);

        let Some((path, manifest)) = manifests(layout).first().copied() else { return };
        // `mix` takes no kind.
        let options = CheckOptions { kind: None, ..layout.options.clone() };
        let start_point = StartPoint::read(&layout.files, path, manifest, &options);
        let mut checker = Checker::of_errors();
        let is_good = checker.start_point(&start_point, &options);
        let resolved = start_point.resolve(None, None).and_then(Result::ok).filter(|_| is_good);
        let expected = resolved.map(|resolved| format!("{:#}\n", mix(&resolved, None).node()));
        let ran = run_in(folder.path(), &["mix", path, "--dialect", options.dialect.as_str()]);
        assert_eq!(ran.stdout, expected.unwrap_or_default(), "layout {at}: {}", ran.stderr);
    });
}

#[test]
fn a_catalogue_and_an_image_are_read_as_the_files_are() {
    each(|at, layout| {
        let expected = json(&check_tree(&layout.files, &layout.options));
        let paths: Vec<&str> = layout.files.iter().map(|(path, _)| &**path).collect();
        let folder = on_disk(layout);
        let mut contents = ImageContents::default();
        contents.files =
            texts(layout).into_iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
        let sets: [&dyn FileSet; 2] =
            [&FolderFiles::new(folder.path()), &MemoryFiles::new("example/x:1", contents)];
        for set in sets {
            assert_eq!(json(&check_set(set, &paths, &layout.options)), expected, "layout {at}");
        }
    });
}

#[test]
fn a_commit_is_read_as_the_files_are() {
    let folder = tempfile::tempdir().unwrap();
    let repository = GitRepository::bare(&folder.path().join("repository"), "trunk").unwrap();
    let all = layouts(COUNT);
    let mut stream = Vec::new();
    for (at, layout) in all.iter().enumerate() {
        writeln!(stream, "commit refs/heads/b{at}\ncommitter a <a@example.com> 1700000000 +0000\ndata 0")
            .unwrap();
        for (path, bytes) in texts(layout) {
            writeln!(stream, "M 100644 inline {path}\ndata {}", bytes.len()).unwrap();
            stream.extend_from_slice(bytes);
            stream.push(b'\n');
        }
        // A name of its own, so that the commit is not empty and not another one's.
        writeln!(stream, "M 100644 inline layout-{at}\ndata 0\n").unwrap();
    }
    repository.import(&stream).unwrap();
    let refs = repository.git(&["for-each-ref", "--format=%(refname:lstrip=2) %(objectname)"]).unwrap();
    let mut urls: Vec<Option<RepoUrl>> = vec![None; COUNT];
    for line in refs.lines() {
        let (branch, commit) = line.split_once(' ').unwrap();
        let url = format!("{}?tag={commit}", repository.folder().display());
        urls[branch[1..].parse::<usize>().unwrap()] = Some(RepoUrl::parse(&url).unwrap());
    }
    let urls: Vec<RepoUrl> = urls.into_iter().map(Option::unwrap).collect();
    let git = Git::find(GitConfig::None, FetchLimits::default()).unwrap();
    let cache = BlobCache::open(&folder.path().join("cache")).unwrap();
    let fetched =
        Fetcher::new(git, cache, start_points_fetch::FetchOptions::default()).fetch_all(&urls, &unwatched);
    for (at, (layout, source)) in all.iter().zip(fetched).enumerate() {
        let content = source.unwrap().content;
        let paths: Vec<&str> =
            content.files.keys().chain(content.others.keys()).map(String::as_str).collect();
        let mut paths: Vec<&str> = paths.into_iter().filter(|path| !path.starts_with("layout-")).collect();
        paths.sort_unstable();
        let expected = json(&check_tree(&layout.files, &layout.options));
        assert_eq!(json(&check_set(&content, &paths, &layout.options)), expected, "layout {at}");
    }
}

#[test]
fn the_service_says_of_a_manifest_what_the_engine_says() {
    let folder = tempfile::tempdir().unwrap();
    deployed_catalogue(folder.path(), Kind::Exercises, 1).unwrap();
    let service =
        Service::start(command().args(["serve", "--port", "0", "--host", "127.0.0.1"]).arg(folder.path()));
    for (at, layout) in layouts(COUNT).iter().enumerate() {
        let Some((_, text)) = manifests(layout).first().copied() else { continue };
        let mut checker = Checker::new();
        checker.text(None, layout::MANIFEST, text, &layout.options);
        let expected = json(&checker.finish(&|_| None));
        let kind = layout.options.kind.map(|kind| format!("kind={kind}&")).unwrap_or_default();
        let path = format!("/v1/check?{kind}dialect={}", layout.options.dialect);
        assert_eq!(post(&service, &path, text), expected, "layout {at}");
    }
}

fn post(service: &Service, path: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(service.address()).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}
