//! Manifests with a fault of the text and a fault of its meaning, anywhere: one run reports both.

use start_points::check::Tree;
use start_points::files::FileEntry;
use start_points::{Dialect, Kind};

const CASES: usize = 2_000;

/// Numbers that are the same in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit
    }

    /// One place of those where `what` stands, before `end`.
    fn place(&mut self, text: &str, what: &str, end: usize) -> Option<usize> {
        let all: Vec<usize> = text.match_indices(what).map(|(at, _)| at).filter(|at| *at < end).collect();
        let pick = all.len().checked_sub(1).map(|last| self.below(last + 1));
        pick.and_then(|pick| all.get(pick).copied())
    }
}

/// Breaks the meaning; answers the rule that reports it.
fn break_meaning(text: &mut String, seed: &mut Seeded) -> Option<&'static str> {
    let (what, with, rule) = [
        ("\"display_name\"", "\"display_nam\"", "unknown-key"),
        ("\"filename_extension\"", "\"filename_extensoin\"", "unknown-key"),
        ("\"visible_filenames\": [", "\"visible_filenames\": [\"gone.txt\", ", "missing-file"),
        ("\"display_name\": \"", "\"display_name\": 7, \"hidden_filenames\": [\"", "wrong-type"),
        ("{", "{ \"tab_size\": 9,", "out-of-range"),
        ("{", "{ \"hidden_filenames\": [\"(\"],", "malformed-regex"),
        ("\".", "\"", "dotless-extension"),
    ][seed.below(7)];
    if rule == "wrong-type" {
        let from = text.find("\"display_name\": \"")? + 16;
        let to = from + 1 + text.get(from + 1..)?.find('"')? + 1;
        text.replace_range(from..to, "7");
        return Some(rule);
    }
    if rule == "dotless-extension" {
        let key = text.find("\"filename_extension\"")?;
        let at = key + text.get(key..)?.find("\".")? + 1;
        text.replace_range(at..=at, "");
        return Some(rule);
    }
    if (with.contains("tab_size") && text.contains("\"tab_size\""))
        || (with.contains("hidden_filenames") && text.contains("\"hidden_filenames\""))
    {
        return None;
    }
    let at = text.find(what)?;
    text.replace_range(at..at + what.len(), with);
    Some(rule)
}

fn break_json(text: &mut String, seed: &mut Seeded) -> Option<()> {
    let end = text.len();
    match seed.below(7) {
        0 => {
            let at = seed.place(text, ",\n", end)?;
            text.remove(at);
        }
        1 => {
            let at = seed.place(text, ",\n", end)?;
            text.insert(at, ',');
        }
        2 => {
            let at = text.trim_end().strip_suffix('}')?.trim_end().len();
            text.insert(at, ',');
        }
        3 => {
            let at = seed.place(text, "\n", end)?;
            text.insert_str(at, [" // why", " /* why */", " # why"][seed.below(3)]);
        }
        4 => {
            let at = seed.place(text, "\n  \"", end)? + 3;
            let close = at + 1 + text.get(at + 1..)?.find('"')?;
            text.replace_range(close..=close, "'");
            text.replace_range(at..=at, "'");
        }
        5 => {
            let at = seed.place(text, "\n  \"", end)? + 3;
            let close = at + 1 + text.get(at + 1..)?.find('"')?;
            text.remove(close);
            text.remove(at);
        }
        _ => {
            let bracket = ["]", "}"][seed.below(2)];
            let at = seed.place(text, bracket, end)?;
            text.remove(at);
        }
    }
    Some(())
}

/// Breaks these manifests at random, and counts those of which both faults are reported.
pub(crate) fn assert_both_are_reported(manifests: &[String]) {
    let (mut seed, mut cases, mut both) = (Seeded(7), 0, 0);
    while cases < CASES {
        let mut text = manifests[seed.below(manifests.len())].clone();
        let mut named: Vec<String> = text.split('"').map(str::to_owned).collect();
        named.retain(|name| !name.is_empty() && !name.contains('\n') && name != "manifest.json");
        let Some(rule) = break_meaning(&mut text, &mut seed) else { continue };
        if break_json(&mut text, &mut seed).is_none() {
            continue;
        }
        let mut tree: Tree =
            named.into_iter().map(|name| (name, FileEntry::Content(b"text\n".to_vec()))).collect();
        tree.insert("manifest.json".to_owned(), FileEntry::Content(text.clone().into_bytes()));
        let found = crate::support::rules(&tree, &crate::support::options(Kind::Languages, Dialect::Pinned));
        cases += 1;
        if found.contains(&"invalid-json") && found.contains(&rule) {
            both += 1;
        } else if cases - both < 12 {
            println!("{rule} is missing in {found:?}:\n{text}");
        }
    }
    println!("{both} of {cases} report both");
    assert!(both * 100 >= cases * 95);
}
