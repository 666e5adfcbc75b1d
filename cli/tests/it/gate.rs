//! `gate` on images in a real registry.

use std::fs;
use std::path::Path;
use std::process::Command;

use start_points::{ImageName, Time};
use start_points_oci::registry::{CredentialSource, Registry, RegistryOptions};
use start_points_oci::{Image, ImageConfig, Layer, LayerFile, LayerFiles};
use start_points_testing::registry::Served;
use tempfile::TempDir;

const NOW: &str = "2026-11-21T12:00:00Z";

struct World {
    served: Served,
    folder: TempDir,
}

/// Exit code, standard output, standard error.
type Ran = (i32, String, String);

fn anonymous() -> RegistryOptions {
    RegistryOptions { credentials: CredentialSource::Anonymous, ..RegistryOptions::default() }
}

impl World {
    fn new() -> Self {
        Self { served: Served::plain(), folder: tempfile::tempdir().unwrap() }
    }

    fn push(&self, name: &str, created: &str) -> String {
        let files = LayerFiles::from([("a".to_owned(), LayerFile::plain(*b"a"))]);
        let facts = ImageConfig::new(created.parse::<Time>().unwrap());
        let image = Image::new(&[Layer::pack(&files).unwrap()], &facts).unwrap();
        let name: ImageName = self.served.name(name);
        Registry::new(anonymous()).push(&name, &image, None).unwrap();
        name.to_string()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A catalogue as deployed, whose manifests name these images.
    fn catalogue(&self, images: &[&str]) {
        // A folder that is not listed is an error.
        let _ = fs::remove_dir_all(self.folder.path().join("languages"));
        let mut shas = String::new();
        for (index, image) in images.iter().enumerate() {
            shas += &format!("{index}\t{index:040}\thttps://example.com/{index}\n");
            let manifest = format!(
                "{{\"display_name\":\"{index}\",\"image_name\":\"{image}\",\"filename_extension\":\".c\",\
                 \"visible_filenames\":[\"cyber-dojo.sh\"]}}"
            );
            self.write(&format!("languages/{index}/start_point/manifest.json"), &manifest);
        }
        self.write("languages/shas.txt", &shas);
    }

    fn gate(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_start-points"));
        command.arg("gate").args(arguments).current_dir(self.folder.path());
        if !arguments.contains(&"--now") {
            command.args(["--now", NOW]);
        }
        command
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("DOCKER_CONFIG", Path::new("/nowhere"));
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&self.served.host, "HOST");
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

#[test]
fn what_is_young_may_run_and_what_is_old_may_not() {
    let world = World::new();
    let (young, old) = (world.push("x/young:1.0", "2026-06-01"), world.push("x/old:1.0", "2024-02-29"));
    assert_eq!(world.gate(&[&young]), (0, String::new(), "1 image: 1 allowed\n".to_owned()));
    let text = "deny[too-old]: it was made on 2024-02-29, 996 days ago; the maximum age is 365 days\n\
                --> HOST/x/old:1.0\n = hint: rebuild it from its repository, and name the new tag\n\n";
    assert_eq!(
        world.gate(&[&young, &old]),
        (1, text.to_owned(), "2 images: 1 denied, 1 allowed\n".to_owned())
    );
    assert_eq!(world.gate(&[&old, "--max-age", "150w", "--quiet"]), (0, String::new(), String::new()));
    let (code, text, _) = world.gate(&[&young, "--max-age", "12h", "--level", "too-old=warn"]);
    assert!(code == 0 && text.starts_with("warn[too-old]: "), "{text}");
}

#[test]
fn a_policy_and_lists_of_risks_are_read_and_flags_go_over_them() {
    let world = World::new();
    let image = world.push("x/python:3.7.4-18", "2026-06-01");
    world.push("x/python:3.7.4-19", "2026-06-02");
    let (code, text, _) = world.gate(&[&image]);
    assert!(
        code == 0 && text.starts_with("warn[later-tag]: `3.7.4-19` is later than its tag `3.7.4-18`\n"),
        "{text}"
    );
    world.write("policy.toml", "max_age = \"1d\"\n[rules]\nlater-tag = \"deny\"\n");
    world.write(
        "risks.json",
        r#"{"risks": [{"image": "*/python", "reason": "CVE-2026-1", "date": "2026-10-01"}]}"#,
    );
    let files = ["--policy", "policy.toml", "--risks", "risks.json", &image];
    let (code, text, _) = world.gate(&files);
    let codes: Vec<_> =
        text.lines().filter_map(|line| line.split_once("]: ").map(|(code, _)| code)).collect();
    assert_eq!((code, codes), (1, vec!["deny[too-old", "deny[risky", "deny[later-tag"]));
    let (code, text, _) = world.gate(
        &[&files[..], &["--max-age", "365d", "--level", "later-tag=allow", "--level", "risky=warn"]].concat(),
    );
    assert!(
        code == 0 && text.starts_with("warn[risky]: it is listed as a risk since 2026-10-01: CVE-2026-1\n"),
        "{text}"
    );

    world.write("policy.toml", "max-age = \"1d\"\n");
    let told = "error: policy.toml:1:1: policy: unknown key `max-age`\nhint: did you mean `max_age`?\n";
    assert_eq!(world.gate(&files), (2, String::new(), told.to_owned()));
    // A key that cannot be one is refused whether or not a list is read.
    world.write("policy.toml", "risks_key = \"RWQf6LRCGA9\"\n");
    let (code, _, said) = world.gate(&["--policy", "policy.toml", &image]);
    let told =
        "error: policy.toml:1:13: policy.risks_key: `RWQf6LRCGA9` is not a minisign public key\nhint: ";
    assert!(code == 2 && said.starts_with(told), "{said}");
    world.write("policy.toml", "risks_key = \"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\"\n");
    let (code, _, said) = world.gate(&files);
    assert!(
        code == 2
            && said.starts_with("error: risks.json: not signed: `risks.json.minisig` is missing\nhint: "),
        "{said}"
    );
}

#[test]
fn a_catalogue_says_which_images_there_are() {
    let world = World::new();
    let (one, two) = (world.push("x/one:1.0", "2026-06-01"), world.push("x/two:1.0", "2024-06-01"));
    let other = world.push("x/other:1.0", "2026-06-01");
    world.catalogue(&[&one, &two, &one]);
    let (code, text, said) = world.gate(&["--catalogue", "languages"]);
    assert_eq!((code, said.as_str()), (1, "2 images: 1 denied, 1 allowed\n"), "{text}");
    assert_eq!(world.gate(&["--catalogue", "languages", &one]).0, 0);
    let (code, text, _) = world.gate(&["--catalogue", "languages", &other]);
    assert!(
        code == 1 && text.starts_with("deny[not-in-catalogue]: the catalogue does not name it\n"),
        "{text}"
    );

    // The same as an image in a registry.
    let layout = world.served.name("catalogue:1").to_string();
    let files = [
        "shas.txt",
        "0/start_point/manifest.json",
        "1/start_point/manifest.json",
        "2/start_point/manifest.json",
    ]
    .map(|path| {
        let bytes = fs::read(world.folder.path().join("languages").join(path)).unwrap();
        (format!("app/repos/{path}"), LayerFile::plain(bytes))
    });
    let image =
        Image::new(&[Layer::pack(&LayerFiles::from(files)).unwrap()], &ImageConfig::new(Time::default()))
            .unwrap();
    Registry::new(anonymous()).push(&layout.parse().unwrap(), &image, None).unwrap();
    assert_eq!(world.gate(&["--catalogue", &layout, &one]).0, 0);
    assert_eq!(world.gate(&["--catalogue", &layout]).0, 1);

    world.catalogue(&["Not An Image"]);
    let (code, _, said) = world.gate(&["--catalogue", "languages"]);
    assert!(
        code == 2 && said.contains("languages: 0/start_point/manifest.json: ") && said.contains("hint: "),
        "{said}"
    );
    assert_eq!(world.gate(&["--catalogue", "nowhere"]).0, 2);
}

#[test]
fn json_is_for_programs_and_says_what_could_not_be_decided() {
    let world = World::new();
    let image = world.push("x:1.0", "2024-06-01");
    let missing = world.served.name("x:2.0").to_string();
    let (code, json, said) = world.gate(&["--format", "json", &image, &missing]);
    assert_eq!(code, 2);
    assert_eq!(said, "2 images: 1 denied, 1 unknown\nerror: no decision about 1 of 2 images\n");
    let found: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(found["verdict"], "deny");
    assert_eq!(found["decisions"][0]["reasons"][0]["code"], "too-old");
    assert_eq!(found["decisions"].as_array().unwrap().len(), 1);
    assert_eq!(found["failures"][0]["image"], "HOST/x:2.0");
    assert_eq!(found["failures"][0]["message"], "`HOST/x:2.0`: no such image");

    let (code, json, _) = world.gate(&["--format", "json", "--offline", &image]);
    assert_eq!(code, 1, "{json}");
    // What nobody could decide about is never allowed, whatever else is.
    let young = world.push("y:1.0", "2026-06-01");
    for (images, verdict) in
        [(vec![&missing], "unknown"), (vec![&young, &missing], "unknown"), (vec![&young], "allow")]
    {
        let (_, json, _) = world.gate(
            &[&["--format", "json"], &images.iter().map(|image| image.as_str()).collect::<Vec<_>>()[..]]
                .concat(),
        );
        let found: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(found["verdict"], verdict, "{json}");
    }
    let (code, text, said) = world.gate(&["--offline", &missing]);
    assert_eq!((code, text.as_str()), (2, ""));
    assert!(said.starts_with("error: `HOST/x:2.0`: not in the cache"), "{said}");
}

#[test]
fn wrong_use_is_told() {
    let world = World::new();
    for (arguments, told) in [
        (&["X"][..], "write it in lower case: `x`"),
        (&["x", "--level", "to-old=deny"], "did you mean `too-old`?"),
        (&["x", "--level", "too-old=error"], "expected `allow`, `warn` or `deny`"),
        (&["x", "--max-age", "1y"], "write hours, days or weeks"),
        (&["x", "--now", "soon"], "not an RFC 3339 time"),
        (&[], "<IMAGE>..."),
    ] {
        let (code, text, said) = world.gate(arguments);
        assert!(code == 2 && text.is_empty() && said.contains(told), "{arguments:?}: {said}");
    }
}
