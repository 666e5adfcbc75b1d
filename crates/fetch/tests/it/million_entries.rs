//! A repository of a million entries, in a process of its own: the memory of the whole program is looked at.

use std::{fs, process};

use crate::support::World;
use start_points_fetch::FetchErrorKind;
use start_points_testing::{in_own_process, memory_kb};

#[test]
fn a_million_entries_are_refused_in_little_memory() {
    in_own_process("million_entries::a_million_entries_are_refused_in_little_memory", fetch_all).unwrap();
}

fn fetch_all() {
    let world = World::new();
    let repository = world.repository("x");
    let blob = repository.blob(b"x").unwrap();
    let names: Vec<Vec<u8>> = (0..1_000_000).map(|index| format!("f{index:07}").into_bytes()).collect();
    let entries: Vec<_> = names.iter().map(|name| ("100644", name.as_slice(), blob.as_str())).collect();
    let flat = repository.raw_tree(&entries).unwrap();
    for tree in [flat, {
        let folders: Vec<_> = names
            .iter()
            .take(1000)
            .map(|name| (name, repository.raw_tree(&entries[..1000]).unwrap()))
            .collect();
        let entries: Vec<_> =
            folders.iter().map(|(name, tree)| ("40000", name.as_slice(), tree.as_str())).collect();
        repository.raw_tree(&entries).unwrap()
    }] {
        repository.commit_tree(&tree).unwrap();
        // The peak so far is forgotten.
        fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = memory_kb(process::id(), "VmRSS").unwrap();
        assert!(matches!(
            world.refused("x").kind(),
            FetchErrorKind::TooMany { what: "files and folders", .. }
        ));
        let grown = memory_kb(process::id(), "VmHWM").unwrap() - before;
        println!("{grown} kB");
        assert!(grown < 100_000, "{grown} kB");
    }
}
