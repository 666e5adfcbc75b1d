//! Catalogue folders read back: ours, and the deployed layout.

use std::fs;

use crate::support::{World, borrowed, commit, ltf};
use start_points::Kind;
use start_points_catalogue::read::{CatalogueFiles, FolderFiles, MemoryFiles, ReadError, read};
use start_points_oci::ImageContents;

#[test]
fn what_was_written_is_read_back() {
    let world = World::new(Kind::Languages);
    let repository = world.repository("c");
    let sha = commit(&repository, &borrowed(&ltf("C, assert")));
    repository.tag("1.0").unwrap();
    world.with("d", &borrowed(&ltf("D, assert")));
    let names: Vec<String> = (0..11).map(|number| format!("e{number:02}")).collect();
    for name in &names {
        world.with(name, &borrowed(&ltf(name)));
    }
    let mut urls = vec!["c?tag=1.0", "d"];
    urls.extend(names.iter().map(String::as_str));
    world.create(&urls);
    let folder = read(&FolderFiles::new(&world.output()), None).unwrap();
    assert_eq!((folder.kind, folder.entries.len()), (Kind::Languages, 13));
    assert!(folder.entries.iter().enumerate().all(|(index, entry)| entry.index == index), "2 is before 10");
    let entry = &folder.entries[0];
    assert_eq!(entry.manifest, "0/start_point/manifest.json");
    assert_eq!(entry.named.display_name, "C, assert");
    assert_eq!(entry.url.as_deref(), Some(world.server.url("c?tag=1.0").as_str()));
    assert_eq!(entry.tag.as_deref(), Some("1.0"));
    assert_eq!(entry.revision.as_ref().unwrap().to_string(), sha);
    let image = format!("cyberdojofoundation/gcc:{}", &sha[..7]);
    assert_eq!(entry.image_name.clone().unwrap(), Some(image));
}

#[test]
fn the_deployed_layout_has_its_list_alone() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let sha = "4edf92a3f0e6a1b2c3d4e5f60718293a4b5c6d7e";
    let bowling = "{ \"display_name\": \"Bowling\", \"visible_filenames\": [\"readme.txt\"] }";
    write("shas.txt", &format!("0 \t {sha} \t https://github.com/cyber-dojo/exercises-start-points\n"));
    write("0/start-points/Bowling/manifest.json", bowling);
    write("0/start-points/Bowling/.hidden/manifest.json", "{");
    write("other/manifest.json", "{");
    let read_back = read(&FolderFiles::new(folder.path()), None).unwrap();
    assert_eq!(read_back.kind, Kind::Exercises);
    let [entry] = &read_back.entries[..] else { panic!("{read_back:?}") };
    assert_eq!(entry.url.as_deref(), Some("https://github.com/cyber-dojo/exercises-start-points"));
    assert_eq!(entry.revision.as_ref().unwrap().commit.as_str(), sha);
    assert_eq!((entry.tag.clone(), entry.image_name.clone()), (None, Ok(None)));
}

#[test]
fn what_is_broken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    assert!(matches!(read(&FolderFiles::new(folder.path()), None), Err(ReadError::NotACatalogue(_))));
    fs::write(at("shas.txt"), "").unwrap();
    assert!(read(&FolderFiles::new(folder.path()), None).unwrap().entries.is_empty());
    fs::write(at("kind.txt"), "lessons\n").unwrap();
    assert!(matches!(read(&FolderFiles::new(folder.path()), None), Err(ReadError::UnknownKind(_))));
    fs::write(at("kind.txt"), "custom\n").unwrap();
    assert_eq!(read(&FolderFiles::new(folder.path()), None).unwrap().kind, Kind::Custom);
    fs::create_dir_all(at("7/x")).unwrap();
    fs::write(at("shas.txt"), format!("7\t{:040}\thttps://example.com/x\n", 0)).unwrap();
    fs::write(at("7/x/manifest.json"), "{").unwrap();
    let error = read(&FolderFiles::new(folder.path()), None).unwrap_err().to_string();
    assert!(error.ends_with("7/x/manifest.json` is not JSON"), "{error}");
}

#[test]
fn files_in_memory_are_read_as_those_on_disk_are() {
    let world = World::new(Kind::Languages);
    world.with("c", &borrowed(&ltf("C, assert")));
    world.with("d", &borrowed(&ltf("D, assert")));
    world.create(&["c", "d"]);
    let mut files = start_points_testing::snapshot(&world.output()).unwrap();
    files.insert(".git/config".to_owned(), Vec::new());
    let mut contents = ImageContents::default();
    contents.files = files;
    let held = MemoryFiles::new("example/languages:1", contents.clone());
    assert_eq!(read(&held, None).unwrap(), read(&FolderFiles::new(&world.output()), None).unwrap());

    contents.files.insert("1/start_point/manifest.json".to_owned(), vec![b' '; 5 << 20]);
    contents.files.remove("digests.txt");
    let held = MemoryFiles::new("example/languages:1", contents.clone());
    let error = read(&held, None).unwrap_err().to_string();
    assert_eq!(error, "`example/languages:1/1/start_point/manifest.json` has more than 4194304 bytes");
    contents.files.remove("shas.txt");
    let held = MemoryFiles::new("example/languages:1", contents);
    assert_eq!(held.display_path("").to_str(), Some("example/languages:1"));
    assert!(matches!(read(&held, None), Err(ReadError::NotACatalogue(_))));
}
