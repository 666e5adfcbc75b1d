//! One report over many repositories, in the order of the URLs.

use crate::support::{World, borrowed, commit, ltf};
use start_points::{Dialect, Kind};
use start_points_testing::git::GitRepository;

#[test]
fn every_fault_of_ten_bad_repositories_among_eighty_is_in_one_report() {
    let world = World::new(Kind::Languages);
    let mut names = Vec::new();
    for number in (0..80).rev() {
        let mut files = ltf(&format!("C {number:02}, assert"));
        if number % 8 == 3 {
            files[0].1 = files[0].1.replace("\".c\"", "\"c\"").replace("visible", "visable");
        }
        // The order of the URLs is not that of their texts.
        let name = format!("r{number:02}");
        world.with(&name, &borrowed(&files));
        names.push(name);
    }
    names.push("r03?tag=none".to_owned());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let checked = world.check(&names);
    let faults = world.faults(&checked);
    assert!(checked.catalogue.is_none());
    let bad = [75, 67, 59, 51, 43, 35, 27, 19, 11, 3];
    let expected: Vec<String> = bad
        .iter()
        .flat_map(|number| {
            let path = format!("r{number:02}#start_point/manifest.json");
            [
                format!("{path}:1:1: missing-key: missing key `visible_filenames`"),
                format!("{path}:3:3: unknown-key: unknown key `visable_filenames`"),
                format!("{path}:4:25: dotless-extension: filename extension `c` does not start with a dot"),
            ]
        })
        .chain(["r03?tag=none: unfetched-repository: no tag `none` in the repository".to_owned()])
        .collect();
    assert_eq!(faults, expected);
    assert_eq!((checked.report.summary().manifests, checked.report.summary().errors), (80, 31));
}

#[test]
fn names_differ_over_all_and_versions_stand_side_by_side() {
    let world = World::new(Kind::Languages);
    let repository = world.repository("c");
    commit(&repository, &borrowed(&ltf("C 1, assert")));
    repository.tag("1.0").unwrap();
    commit(&repository, &borrowed(&ltf("C 2, assert")));
    repository.tag("2.0").unwrap();
    world.with("other", &borrowed(&ltf("C 1, assert")));
    let checked = world.check(&["c?tag=1.0", "c?tag=2.0"]);
    assert_eq!(checked.catalogue.unwrap().start_points().count(), 2);
    let checked = world.check(&["c?tag=1.0", "c?tag=2.0", "other"]);
    let fault = "other#start_point/manifest.json:2:19: duplicate-display-name: display name `C 1, assert` is used 2 times";
    assert_eq!(world.faults(&checked), [fault]);
    let related = &checked.report.diagnostics()[0].related[0].place.path;
    assert!(related.ends_with("/c?tag=1.0#start_point/manifest.json"), "{related}");
    assert!(checked.sources.get(related).is_some());
}

#[test]
fn a_repository_without_a_manifest_and_a_source_given_twice_are_faults() {
    let world = World::new(Kind::Languages);
    world.with(
        "base",
        &[
            ("docker/Dockerfile", "FROM alpine:3.20\n"),
            ("docker/image_name.json", "{\"image_name\": \"a/b\"}\n"),
        ],
    );
    world.with("c", &borrowed(&ltf("C, assert")));
    let faults = world.faults(&world.check(&["base", "c", "c?tag=head"]));
    let expected =
        ["base: no-manifest: no manifest.json in the repository", "c: repeated-source: `c` is already given"];
    assert_eq!(faults, expected);
}

#[test]
fn image_names_take_the_sha7_or_stay_as_they_are_pinned() {
    let mut world = World::new(Kind::Languages);
    let sha = world.with("c", &borrowed(&ltf("C, assert")));
    let image = |world: &World, url: &str| {
        let checked = world.check(&[url]);
        let catalogue = checked.catalogue.clone().ok_or_else(|| world.faults(&checked));
        catalogue.map(|catalogue| catalogue.start_points().next().unwrap().image_name.clone().unwrap())
    };
    assert_eq!(image(&world, "c").unwrap(), format!("cyberdojofoundation/gcc:{}", &sha[..7]));

    let pinned = |name: &str| {
        let mut files = ltf("C, assert");
        files[0].1 = files[0].1.replacen("{\n", &format!("{{\n  \"image_name\": \"{name}\",\n"), 1);
        files.truncate(3);
        files
    };
    world.options.dialect = Dialect::Pinned.into();
    let untagged = world.with("untagged", &borrowed(&pinned("a/b")));
    assert_eq!(image(&world, "untagged").unwrap(), format!("a/b:{}", &untagged[..7]));
    let repository = world.repository("tagged");
    commit(&repository, &borrowed(&pinned("a/b:3.7.4")));
    repository.tag("3.7.4").unwrap();
    repository.tag("3.7.5").unwrap();
    assert_eq!(image(&world, "tagged?tag=3.7.4").unwrap(), "a/b:3.7.4");
    let faults = image(&world, "tagged?tag=3.7.5").unwrap_err();
    assert!(faults[0].contains("tag-mismatch"), "{faults:?}");
    world.options.levels.set("tag-mismatch", "off".parse().unwrap()).unwrap();
    let faults = image(&world, "tagged?tag=3.7.5").unwrap_err();
    assert_eq!(
        faults,
        [
            "tagged?tag=3.7.5#start_point/manifest.json: unresolved-image-name: image tag `3.7.4` is not the git tag `3.7.5`"
        ]
    );
}

#[test]
fn files_that_a_catalogue_writes_itself_are_refused() {
    let world = World::new(Kind::Exercises);
    let manifest = "{ \"display_name\": \"Bowling\", \"visible_filenames\": [\"sha.txt\"] }\n";
    world.with(
        "e",
        &[("start-points/Bowling/manifest.json", manifest), ("start-points/Bowling/sha.txt", "x\n")],
    );
    let faults = world.faults(&world.check(&["e"]));
    assert_eq!(
        faults,
        [
            "e#start-points/Bowling/sha.txt: reserved-filename: a catalogue writes `start-points/Bowling/sha.txt` itself"
        ]
    );
}

#[test]
fn a_moved_tag_is_reported() {
    let world = World::new(Kind::Languages);
    let repository = world.repository("c");
    let first = commit(&repository, &borrowed(&ltf("C, assert")));
    repository.tag("1.0").unwrap();
    assert!(world.faults(&world.check(&["c?tag=1.0"])).is_empty());
    let second = commit(&repository, &borrowed(&ltf("C 2, assert")));
    repository.tag("1.0").unwrap();
    let checked = world.check(&["c?tag=1.0"]);
    let moved =
        format!("c?tag=1.0: moved-tag: git tag `1.0` was {} and is now {}", &first[..7], &second[..7]);
    assert_eq!(world.faults(&checked), [moved]);
    assert!(checked.catalogue.is_some());
}

#[test]
fn uncommitted_changes_are_reported_and_marked_where_included() {
    let mut world = World::new(Kind::Languages);
    let path = world.folder.path().join("local");
    let repository = GitRepository::with_work_tree(&path, "trunk").unwrap();
    let sha = commit(&repository, &borrowed(&ltf("C, assert")));
    repository.check_out().unwrap();
    std::fs::write(path.join("start_point/hiker.c"), "int y;\n").unwrap();
    let url = path.to_str().unwrap().parse().unwrap();
    let check = |world: &World| world.check_urls(std::slice::from_ref(&url));
    let checked = check(&world);
    let fault = &checked.report.diagnostics()[0];
    assert_eq!(fault.message, "1 path differs from the commit, such as `start_point/hiker.c`: not used");
    let catalogue = checked.catalogue.unwrap();
    assert!(!catalogue.is_dirty());
    assert_eq!(&*catalogue.files()["0/start_point/hiker.c"].bytes, b"int x;\n");

    world.fetching.work_tree = true;
    let checked = check(&world);
    assert_eq!(checked.report.summary().warnings, 0);
    assert!(checked.report.diagnostics()[0].message.ends_with("used, and marked `-dirty`"));
    let catalogue = checked.catalogue.unwrap();
    assert!(catalogue.is_dirty());
    let files = catalogue.files();
    assert_eq!(&*files["0/start_point/hiker.c"].bytes, b"int y;\n");
    assert_eq!(&*files["0/start_point/sha.txt"].bytes, format!("{sha}-dirty\n").as_bytes());
    let image = catalogue.start_points().next().unwrap().image_name.clone().unwrap();
    assert_eq!(image, format!("cyberdojofoundation/gcc:{}-dirty", &sha[..7]));
}
