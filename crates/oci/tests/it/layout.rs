//! Layouts on disk: what others read of them, and what happens when they are replaced.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::support::{catalogue, changed};
use start_points::Kind;
use start_points_io::WriteOutcome;
use start_points_oci::{
    Cancel, Digest, Image, ImageConfig, Layer, LayerFile, LayerFiles, OciErrorKind, OciLimits, layout,
};
use start_points_testing::podman::podman_pull;
use start_points_testing::programs::{program, run};

fn written() -> (tempfile::TempDir, std::path::PathBuf) {
    let top = tempfile::tempdir().unwrap();
    let folder = top.path().join("layout");
    layout::write(&folder, "1.0", &catalogue(), None, &Cancel::default()).unwrap();
    (top, folder)
}

fn digest(folder: &Path) -> Digest {
    layout::open(folder, None, OciLimits::default()).unwrap().descriptor().digest.clone()
}

#[test]
fn the_digest_is_the_same_at_any_time_on_any_machine() {
    let expected = "sha256:36ab02217854d86dffc8829e2f4fae0cc436b8d55c809042de75e638903ab518";
    assert_eq!(catalogue().descriptor().digest.as_str(), expected);
    let (_top, folder) = written();
    assert_eq!(digest(&folder).as_str(), expected);
}

#[test]
fn a_written_layout_is_read_back() {
    let (_top, folder) = written();
    let image = layout::open(&folder, Some("1.0"), OciLimits::default()).unwrap();
    let inspection = image.inspect().unwrap();
    assert_eq!(inspection.kind(), Some(Kind::Languages));
    assert_eq!(inspection.created.as_deref(), Some("2023-11-14T22:13:20Z"));
    assert_eq!(inspection.ports, ["4524/tcp"]);
    assert_eq!(inspection.layers.len(), 1);
    let contents = image.files("app/repos").unwrap();
    let expected: Vec<_> =
        crate::support::files().into_iter().map(|(path, file)| (path, file.bytes)).collect();
    let found: Vec<_> =
        contents.files.iter().map(|(path, bytes)| (format!("app/repos/{path}"), bytes.clone())).collect();
    assert_eq!(found, expected);
    assert!(contents.executable.iter().eq(["0/start_point/cyber-dojo.sh"]));
    assert_eq!(image.files("").unwrap().files.len(), 3);
    assert_eq!(image.files("app/rep").unwrap().files.len(), 0);
    let missing = layout::open(&folder, Some("2.0"), OciLimits::default()).unwrap_err();
    assert_eq!(missing.kind(), &OciErrorKind::NoImage);
}

#[test]
fn an_identical_layout_is_left_alone_and_a_damaged_one_is_replaced() {
    let (_top, folder) = written();
    let write = |tag: &str| layout::write(&folder, tag, &catalogue(), None, &Cancel::default()).unwrap();
    let blobs = folder.join("blobs/sha256");
    let root = catalogue().descriptor().digest.hex().to_owned();
    assert_eq!(write("1.0"), WriteOutcome::Unchanged);
    assert_eq!(write("2.0"), WriteOutcome::Replaced);
    let whole = fs::read(blobs.join(&root)).unwrap();
    let other = vec![b' '; whole.len()];
    let spoils: [&dyn Fn(); 5] = [
        &|| fs::write(blobs.join(&root), &other).unwrap(),
        &|| fs::remove_file(blobs.join(&root)).unwrap(),
        &|| fs::write(blobs.join("0".repeat(64)), "").unwrap(),
        &|| fs::write(folder.join("letter.txt"), "").unwrap(),
        &|| fs::write(folder.join("index.json"), "{}").unwrap(),
    ];
    for spoil in spoils {
        assert_eq!(write("2.0"), WriteOutcome::Unchanged);
        spoil();
        assert_eq!(write("2.0"), WriteOutcome::Replaced);
        assert_eq!(fs::read(blobs.join(&root)).unwrap(), whole);
    }
}

#[test]
fn only_a_layout_is_replaced() {
    let (top, folder) = written();
    let done = layout::write(&folder, "1.0", &changed(), None, &Cancel::default()).unwrap();
    assert_eq!(done, WriteOutcome::Replaced);
    assert_eq!(digest(&folder), changed().descriptor().digest);
    assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
    for (name, is_folder) in [("file", false), ("home", true)] {
        let other = top.path().join(name);
        if is_folder {
            fs::create_dir(&other).unwrap();
            fs::write(other.join("precious"), "x").unwrap();
        } else {
            fs::write(&other, "x").unwrap();
        }
        let error = layout::write(&other, "1.0", &catalogue(), None, &Cancel::default()).unwrap_err();
        assert_eq!(error.kind(), &OciErrorKind::NotALayout);
        assert!(error.to_string().contains(name) && error.hint().is_some());
    }
    assert!(top.path().join("home/precious").exists());
}

#[test]
fn a_layout_with_wrong_digests_is_refused() {
    let (_top, folder) = written();
    let image = || layout::open(&folder, None, OciLimits::default());
    let layer = folder.join("blobs/sha256").join(image().unwrap().inspect().unwrap().layers[0].digest.hex());
    let good = fs::read(&layer).unwrap();
    let mut bad = good.clone();
    *bad.last_mut().unwrap() ^= 1;
    fs::write(&layer, &bad).unwrap();
    assert!(image().unwrap().files("app/repos").is_err());
    fs::write(&layer, [&good[..], b"more"].concat()).unwrap();
    let error = image().unwrap().files("app/repos").unwrap_err();
    assert!(matches!(error.kind(), OciErrorKind::SizeMismatch { .. }), "{error}");
    fs::remove_file(&layer).unwrap();
    assert!(matches!(image().unwrap().files("").unwrap_err().kind(), OciErrorKind::NoBlob(_)));
    let root = folder.join("blobs/sha256").join(image().unwrap().descriptor().digest.hex());
    fs::write(&root, b"{}").unwrap();
    assert!(matches!(image().unwrap_err().kind(), OciErrorKind::SizeMismatch { .. }));
    #[cfg(unix)]
    {
        fs::remove_file(&root).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &root).unwrap();
        assert!(matches!(image().unwrap_err().kind(), OciErrorKind::Io(_)));
    }
}

#[test]
fn skopeo_umoci_and_podman_read_it() {
    let (top, folder) = written();
    let at = folder.display();
    let inspected = run(program("skopeo").args(["inspect", "--override-os=linux", &format!("oci:{at}:1.0")]));
    let inspected = inspected.unwrap();
    assert!(inspected.contains(catalogue().descriptor().digest.as_str()), "{inspected}");
    assert!(inspected.contains("\"org.cyber-dojo.start-point\": \"languages\""), "{inspected}");

    let bundle = top.path().join("bundle");
    let mut umoci = program("umoci");
    run(umoci.args(["unpack", "--rootless", "--image", &format!("{at}:1.0")]).arg(&bundle)).unwrap();
    let unpacked = bundle.join("rootfs/app/repos/0/start_point");
    assert_eq!(fs::read_to_string(unpacked.join("cyber-dojo.sh")).unwrap(), "make\n");

    let pulled = podman_pull(top.path(), "oci:layout:1.0").unwrap();
    assert_eq!(pulled, catalogue().descriptor().digest.as_str());
}

#[test]
fn layers_are_added_on_top_of_a_base() {
    let (top, folder) = written();
    let base = layout::open(&folder, None, OciLimits::default()).unwrap();
    let over = LayerFiles::from([
        ("app/repos/.wh.shas.txt".to_owned(), LayerFile::default()),
        ("app/repos/0/start_point/manifest.json".to_owned(), LayerFile::plain(*b"{}\n")),
    ]);
    let facts = ImageConfig::new(crate::support::COMMITTED).label("over", "yes");
    let image = Image::on_base(&base, &[Layer::pack(&over).unwrap()], &facts).unwrap();
    let other = top.path().join("other");
    assert!(layout::write(&other, "1", &image, None, &Cancel::default()).is_err());
    layout::write(&other, "1", &image, Some(&base), &Cancel::default()).unwrap();

    let both = layout::open(&other, Some("1"), OciLimits::default()).unwrap();
    let inspection = both.inspect().unwrap();
    assert_eq!((inspection.layers.len(), inspection.kind()), (2, Some(Kind::Languages)));
    let files = both.files("app/repos").unwrap().files;
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["0/start_point/cyber-dojo.sh", "0/start_point/manifest.json"]
    );
    assert_eq!(files["0/start_point/manifest.json"], b"{}\n");
    assert_eq!(podman_pull(top.path(), "oci:other:1").unwrap(), image.descriptor().digest.as_str());
}

const CHILD: &str = "START_POINTS_IMAGE_TEST_LAYOUT";

/// What the next test kills: writes one image and another one, for ever.
#[test]
fn writes_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    for image in [catalogue(), changed()].iter().cycle() {
        layout::write(Path::new(&folder), "1.0", image, None, &Cancel::default()).unwrap();
    }
}

#[test]
fn a_kill_at_any_time_leaves_the_old_layout_or_the_new_one() {
    let (top, folder) = written();
    let digests = [catalogue(), changed()].map(|image| image.descriptor().digest.clone());
    for instant in 0..40 {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child
            .args(["--exact", "layout::writes_until_it_is_killed"])
            .env(CHILD, &folder)
            .stdout(Stdio::null());
        let mut child = child.spawn().unwrap();
        thread::sleep(Duration::from_micros(5_000 + instant * 2_513));
        child.kill().unwrap();
        child.wait().unwrap();
        let image = layout::open(&folder, Some("1.0"), OciLimits::default()).unwrap();
        assert!(digests.contains(&image.descriptor().digest));
        image.files("app").unwrap();
    }
    layout::write(&folder, "1.0", &catalogue(), None, &Cancel::default()).unwrap();
    assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
}
