//! Repositories laid out at random, the same in every run: what every front must answer alike.

use serde_json::{Map, Value, json};
use start_points::check::{CheckOptions, Tree};
use start_points::files::FileEntry;
use start_points::{DialectChoice, Kind};

/// Where a start-point may be.
const PLACES: [&str; 14] = [
    "start_point",
    "",
    "x",
    "x/start_point",
    "a/b/start_point",
    "start-points/A",
    "start-points/B",
    "start-points/G/A",
    "start-points/G/B",
    "x/start-points/A",
    "start-points",
    "start_point/inner",
    "a/start-points/G/H/start_point",
    ".hidden/start_point",
];

/// A repository, and how it is checked.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Its files.
    pub files: Tree,
    /// The kind and the dialect that are chosen.
    pub options: CheckOptions,
}

/// So many layouts.
#[must_use]
pub fn layouts(count: usize) -> Vec<Layout> {
    let mut chance = Chance(1);
    (0..count).map(|_| layout(&mut chance)).collect()
}

/// Numbers that look like chance.
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % count.max(1)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

fn layout(chance: &mut Chance) -> Layout {
    let mut files = Tree::new();
    for _ in 0..=chance.below(3) {
        start_point(chance, &mut files);
    }
    let mut options = CheckOptions::default();
    if chance.one_in(4) {
        options.kind = Some(Kind::ALL[chance.below(3)]);
    }
    if chance.one_in(3) {
        options.dialect = DialectChoice::ALL[chance.below(3)];
    }
    Layout { files, options }
}

fn start_point(chance: &mut Chance, files: &mut Tree) {
    let place = chance.pick(&PLACES);
    let beside = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") };
    files.insert(beside("manifest.json"), FileEntry::Content(manifest(chance).into_bytes()));
    for name in ["cyber-dojo.sh", "hiker.c", "readme.txt", "notes.txt", "sub/deep.txt"] {
        if !chance.one_in(4) {
            let text = chance.pick(&["text\n", "text", "a\r\nb\n", "#!/bin/sh\nmake\n"]);
            files.insert(beside(name), FileEntry::Content(text.as_bytes().to_vec()));
        }
    }
    for _ in 0..chance.below(3) {
        let around = place.rsplit_once('/').map_or("", |(around, _)| around);
        let folder = match chance.below(4) {
            0 => beside("docker"),
            1 if !around.is_empty() => format!("{around}/docker"),
            2 => "docker".to_owned(),
            _ => {
                if around.is_empty() {
                    "docker".to_owned()
                } else {
                    format!("{around}/docker")
                }
            }
        };
        docker(chance, files, &folder);
    }
}

fn docker(chance: &mut Chance, files: &mut Tree, folder: &str) {
    for name in ["image_name.json", "Dockerfile", "Dockerfile.base"] {
        if chance.one_in(2) {
            continue;
        }
        let text = match name {
            "image_name.json" => chance.pick(&[
                "{ \"image_name\": \"example/c\" }\n",
                "{ \"image_name\": \"example/other:1\" }\n",
                "{ \"image_name\": 3 }\n",
                "{",
            ]),
            _ => chance.pick(&["FROM alpine:3.20\n", "FROM alpine\n", "ARG B=x:1\nFROM $B\n", "RUN true\n"]),
        };
        files.insert(format!("{folder}/{name}"), FileEntry::Content(text.as_bytes().to_vec()));
    }
    if chance.one_in(5) {
        files.insert(format!("{folder}/install.sh"), FileEntry::Content(b"true\n".to_vec()));
    }
}

fn manifest(chance: &mut Chance) -> String {
    let mut manifest = Map::new();
    let mut add = |key: &str, value: Value| drop(manifest.insert(key.to_owned(), value));
    match chance.below(12) {
        // Not a start-point's.
        0 => return "{\n  \"name\": \"app\",\n  \"icons\": [],\n  \"start_url\": \"/\"\n}\n".to_owned(),
        1 => {
            return chance
                .pick(&["{", "[]", "{\"display_name\": \"x\",}", "{ // a\n \"tab_size\": 4 }", "null"])
                .to_owned();
        }
        _ => {}
    }
    if !chance.one_in(8) {
        add("display_name", chance.pick(&["A", "B", "a", "C (gcc), assert"]).into());
    }
    if !chance.one_in(8) {
        let names = ["cyber-dojo.sh", "hiker.c", "readme.txt", "sub/deep.txt", "missing.txt"];
        let count = 1 + chance.below(4);
        let named: Vec<&str> = (0..count).map(|_| names[chance.below(names.len())]).collect();
        add("visible_filenames", json!(named));
    }
    if chance.one_in(2) {
        add("filename_extension", json!(chance.pick(&[".c", "c"])));
    }
    if chance.one_in(2) {
        add("image_name", json!(chance.pick(&["example/c:4edf92a", "example/c", "Bad", "example/c:latest"])));
    }
    if chance.one_in(6) {
        add("tab_sise", json!(4));
    }
    if chance.one_in(6) {
        add("language", json!(["C", "13"]));
        add("test_framework", json!(["assert", ""]));
    }
    let mut text = format!("{:#}\n", Value::Object(manifest));
    if chance.one_in(10) {
        text = text.replacen(",\n", ",,\n", 1);
    }
    text
}
