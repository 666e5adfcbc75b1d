//! `url --resolve`, `urls` and `cache`, with real repositories behind a real server.

use std::fs;

use crate::world::World;
use start_points_testing::{commit, languages};

#[test]
fn a_url_is_resolved_to_its_commit() {
    let world = World::new();
    let repository = world.repository("c");
    let sha = commit(&repository, &languages("C")).expect("a commit");
    repository.annotated_tag("3.7.4").expect("a tag");
    let (head, tag, none) = (world.url("c"), world.url("c?tag=3.7.4"), world.url("c?tag=3.7.5"));
    let ran = world.run(&["url", "--resolve", &head, &tag]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains(&format!("  commit  {sha} (the tip of trunk)\n")), "{}", ran.stdout);
    assert!(ran.stdout.contains(&format!("  commit  {sha} (git tag 3.7.4)\n")), "{}", ran.stdout);
    let ran = world.run(&["url", "--resolve", &none, "ext::sh", &head]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stdout.contains("  error   no tag `3.7.5` in the repository\n  hint    did you mean `3.7.4`?\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("ext::") && ran.stdout.contains(&sha));
    let ran = world.run(&["url", "--resolve", "--format", "json", &tag, &none]);
    let rows: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(rows[0]["resolved"]["commit"], sha.as_str());
    assert_eq!(rows[0]["resolved"]["named"]["name"], "3.7.4");
    assert_eq!(rows[1]["error"], "no tag `3.7.5` in the repository");
}

#[test]
fn a_list_is_checked_compared_and_brought_up_to_date() {
    let world = World::new();
    let repository = world.repository("c");
    let first = commit(&repository, &languages("C")).expect("a commit");
    for tag in ["3.7.4-18", "3.7.4-19"] {
        repository.tag(tag).expect("a tag");
    }
    let last = commit(&repository, &languages("C 2")).expect("a commit");
    repository.tag("3.7.5-1").expect("a tag");
    let base = world.url("c");
    let sha7 = &first[..7];
    let list = format!("# C\n{base}?tag=3.7.4-18   # why\n\n{sha7}@{base}\n{base}\n");
    let file = world.here("urls.txt");
    fs::write(&file, &list).expect("a file");

    let ran = world.run(&["urls", "check", "urls.txt"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), "3 source URLs: clean\n"), "{}", ran.stdout);
    let ran = world.run(&["urls", "outdated", "urls.txt"]);
    assert_eq!(ran.code, Some(1));
    let expected = format!(
        "LINE  IS        LATEST   URL\n2     3.7.4-18  3.7.5-1  http://h/c?tag=3.7.4-18\n\
         4     {sha7}   {}  http://h/c?tag={sha7}\n",
        &last[..7]
    );
    assert_eq!(ran.stdout, expected);
    assert_eq!(fs::read_to_string(&file).expect("a file"), list);

    let ran = world.run(&["urls", "update", "urls.txt"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), "rewrote 2 lines\n"), "{}", ran.stdout);
    let updated = list.replace("3.7.4-18", "3.7.5-1").replace(sha7, &last[..7]);
    assert_eq!(fs::read_to_string(&file).expect("a file"), updated);
    let ran = world.run(&["urls", "update", "urls.txt"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), "nothing is outdated\n"));
    assert_eq!(world.run(&["urls", "update", "--pin", "urls.txt"]).code, Some(0));
    let pinned = format!("# C\n{base}?tag={0}   # why\n\n{0}@{base}\n{base}?tag={0}\n", &last[..7]);
    assert_eq!(fs::read_to_string(&file).expect("a file"), pinned);
}

#[test]
fn what_is_wrong_with_a_list_is_told_by_line_and_nothing_is_rewritten() {
    let world = World::new();
    world.languages("c");
    let base = world.url("c");
    let list = format!("{base}?tag=9.9\next::sh\n{base}\n{base}/\n");
    let file = world.here("urls.txt");
    fs::write(&file, &list).expect("a file");
    for command in ["check", "update", "outdated"] {
        let ran = world.run(&["urls", command, "urls.txt"]);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        let lines: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("urls.txt:")).collect();
        assert_eq!(
            lines[0], "urls.txt:1: error: `http://h/c?tag=9.9`: no tag `9.9` in the repository",
            "{}",
            ran.stdout
        );
        assert_eq!(lines[1], "urls.txt:2: error: `ext::sh`: the scheme `ext::` is not supported");
        assert_eq!(lines[2], "urls.txt:4: error: `http://h/c/` is on line 3 already");
    }
    assert_eq!(fs::read_to_string(&file).expect("a file"), list);
    let ran = world.run(&["urls", "check", "none.txt"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("`none.txt`") && ran.stderr.contains("hint: "), "{}", ran.stderr);
}

#[test]
fn one_wrong_line_does_not_stop_the_others() {
    let world = World::new();
    let repository = world.repository("c");
    commit(&repository, &languages("C")).expect("a commit");
    for tag in ["8-jdk", "11-jdk", "17-jre", "20200101", "1.0", "1.1", "1.0.0"] {
        repository.tag(tag).expect("a tag");
    }
    let base = world.url("c");
    let file = world.here("urls.txt");
    for wrong in [
        format!("{base}?tag=9.9"),
        format!("{}?tag=1.0", world.url("missing")),
        "hello world".to_owned(),
        "git@h:o/r with space".to_owned(),
        format!("{base}?tag=8-jdk"),
    ] {
        let list = format!("{base}?tag=8-jdk\n{wrong}\n{base}?tag=1.0 # why\n");
        fs::write(&file, &list).expect("a file");
        let ran = world.run(&["urls", "update", "urls.txt"]);
        assert_eq!(ran.code, Some(1), "{wrong} {}", ran.stdout);
        assert!(ran.stdout.contains("urls.txt:2: error: "), "{}", ran.stdout);
        let text = fs::read_to_string(&file).expect("a file");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            (lines[0], lines[2]),
            (format!("{base}?tag=11-jdk").as_str(), format!("{base}?tag=1.1 # why").as_str()),
            "{wrong}"
        );
    }
    fs::write(&file, format!("\u{feff}# a list\n{base}\n")).expect("a file");
    let ran = world.run(&["urls", "check", "urls.txt"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.starts_with("urls.txt:1: error: ") && ran.stdout.contains("byte order mark (U+FEFF)"));
    assert!(ran.stdout.contains("hint: save the file as UTF-8 without a byte order mark"), "{}", ran.stdout);
}

#[test]
fn a_tag_that_names_no_commit_is_an_error_and_nothing_is_written() {
    let world = World::new();
    let repository = world.repository("c");
    commit(&repository, &languages("C")).expect("a commit");
    let tags: [&[&str]; 4] = [
        &["tag", "1.0", "HEAD^{tree}"],
        &["tag", "a-file", "HEAD:start_point/manifest.json"],
        &["tag", "-a", "-m", "x", "note", "HEAD:start_point"],
        &["tag", "-a", "-m", "x", "note-of-note", "note"],
    ];
    for tag in tags {
        repository.git(tag).expect("a tag");
    }
    let local = format!("file://{}", repository.folder().display());
    for base in [world.url("c"), local] {
        for tag in ["1.0", "a-file", "note", "note-of-note"] {
            let url = format!("{base}?tag={tag}");
            let said = format!("`{tag}` names a tree or a file, not a commit");
            let ran = world.run(&["url", "--resolve", &url]);
            assert_eq!(ran.code, Some(1), "{}", ran.stdout);
            let expected = format!("  error   {said}\n  hint    name a commit, or the tag of one");
            assert!(ran.stdout.contains(&expected), "{}", ran.stdout);
            let list = format!("{url}  # why\n");
            let file = world.here("urls.txt");
            fs::write(&file, &list).expect("a file");
            let commands: [&[&str]; 4] = [&["check"], &["outdated"], &["update"], &["update", "--pin"]];
            for command in commands {
                let ran = world.run(&[&["urls"], command, &["urls.txt"]].concat());
                assert_eq!(ran.code, Some(1), "{command:?}: {}{}", ran.stdout, ran.stderr);
                assert!(ran.stdout.contains(&format!("{tag}`: {said}\n")), "{command:?}: {}", ran.stdout);
                assert_eq!(fs::read_to_string(&file).expect("a file"), list);
            }
        }
    }
}

#[test]
fn images_in_a_list_are_passed_over() {
    let world = World::new();
    world.languages("c");
    let list = format!("cyberdojostartpoints/java_junit:4edf92a\n{}\n", world.url("c"));
    fs::write(world.here("urls.txt"), &list).expect("a file");
    for (command, said) in [("check", "1 source URL: clean\n"), ("outdated", "1 source URL: 0 outdated\n")] {
        let ran = world.run(&["urls", command, "urls.txt"]);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", said));
    }
}

#[test]
fn the_cache_is_found_measured_and_emptied() {
    let world = World::new();
    world.languages("c");
    let folder = world.folder.path().join("cache/start-points");
    assert_eq!(world.run(&["cache", "dir"]).stdout, format!("{}\n", folder.display()));
    assert_eq!(world.run(&["cache", "size"]).stdout, "0\n");
    let url = world.url("c");
    assert_eq!(world.run(&["create", "x", "--languages", &url]).code, Some(0));
    let size = |world: &World| world.run(&["cache", "size"]).stdout.trim().parse::<u64>().expect("a number");
    let before = size(&world);
    assert_eq!(world.run(&["create", "x", "--languages", &url, "--offline"]).code, Some(0));
    let ran = world.run(&["cache", "clean"]);
    assert!(ran.code == Some(0) && ran.stderr.starts_with("removed "), "{}", ran.stderr);
    assert!(size(&world) < before);
    let ran = world.run(&["create", "x", "--languages", &url, "--offline"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("not in the cache"), "{}", ran.stdout);
}
