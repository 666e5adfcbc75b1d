//! Images in a real registry.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{COMMITTED, anonymous, catalogue, changed, files, registry};
use start_points::{ImageName, Kind};
use start_points_oci::registry::{CredentialSource, Registry, RegistryOptions};
use start_points_oci::{Image, ImageConfig, Layer, LayerFiles, OciErrorKind, OciLimits, layout};
use start_points_testing::podman::podman_pull;
use start_points_testing::programs::{program, run};
use start_points_testing::registry::{PASSWORD, Served, USER};

fn uploads(requests: &[String]) -> usize {
    requests.iter().filter(|request| request.contains("/blobs/uploads/")).count()
}

#[test]
fn an_image_is_pushed_once_and_read_back() {
    let served = Served::plain();
    let (registry, name) = (anonymous(), served.name("cyberdojo/start-points:abc1234"));
    assert_eq!(registry.digest(&name).unwrap(), None);
    let pushed = registry.push(&name, &catalogue(), None).unwrap();
    assert_eq!((pushed.existed, pushed.sent, pushed.mounted), (false, 2, 0));
    assert_eq!(pushed.digest, catalogue().descriptor().digest);
    assert_eq!(registry.digest(&name).unwrap(), Some(pushed.digest.clone()));

    let image = registry.open(&name).unwrap();
    assert_eq!(image.inspect().unwrap().kind(), Some(Kind::Languages));
    let contents = image.files("app/repos").unwrap();
    assert_eq!(contents.files.len(), files().len());
    assert_eq!(contents.files["0/start_point/cyber-dojo.sh"], b"make\n");
    let by_digest = ImageName::parse(&format!("{}@{}", name.name_without_tag(), pushed.digest)).unwrap();
    assert_eq!(registry.open(&by_digest).unwrap().descriptor().digest, pushed.digest);
}

#[test]
fn pushing_an_existing_image_sends_no_blob() {
    let served = Served::plain();
    let name = served.name("cyberdojo/start-points:1");
    anonymous().push(&name, &catalogue(), None).unwrap();
    let before = served.requests().len();
    let again = anonymous().push(&name, &catalogue(), None).unwrap();
    assert!(again.existed && again.sent == 0);
    let requests = served.requests();
    assert_eq!(
        requests[before..].iter().filter(|request| !request.ends_with(" /v2/")).collect::<Vec<_>>(),
        ["HEAD /v2/cyberdojo/start-points/manifests/1"]
    );
    let other = anonymous().push(&served.name("cyberdojo/start-points:2"), &catalogue(), None).unwrap();
    assert_eq!((other.existed, other.sent), (false, 0));
    assert_eq!(uploads(&served.requests()), uploads(&requests));
}

#[test]
fn a_tag_is_never_moved() {
    let served = Served::plain();
    let name = served.name("x:1");
    let registry = anonymous();
    registry.push(&name, &catalogue(), None).unwrap();
    let before = uploads(&served.requests());
    let error = registry.push(&name, &changed(), None).unwrap_err();
    let (existing, ours) = (catalogue().descriptor().digest.clone(), changed().descriptor().digest.clone());
    assert_eq!(error.kind(), &OciErrorKind::TagTaken { existing: existing.clone(), ours });
    assert!(error.to_string().contains(&name.to_string()) && error.hint().unwrap().contains("never moved"));
    assert_eq!(uploads(&served.requests()), before);
    assert_eq!(registry.digest(&name).unwrap(), Some(existing));
    let untagged = registry.push(&served.name("x"), &catalogue(), None).unwrap_err();
    assert_eq!(untagged.kind(), &OciErrorKind::NoTag);
}

#[test]
fn skopeo_umoci_and_podman_read_it() {
    let served = Served::plain();
    let name = served.name("cyberdojo/start-points:1");
    anonymous().push(&name, &catalogue(), None).unwrap();
    let digest = catalogue().descriptor().digest.clone();
    let inspect = ["inspect", "--tls-verify=false"];
    let inspected = run(program("skopeo").args(inspect).arg(format!("docker://{name}"))).unwrap();
    assert!(inspected.contains(digest.as_str()), "{inspected}");
    assert_eq!(podman_pull(served.folder.path(), &name.to_string()).unwrap(), digest.as_str());

    let copy = ["--insecure-policy", "copy", "--src-tls-verify=false"];
    let target = served.folder.path().join("copied");
    let oci = format!("oci:{}:1", target.display());
    run(program("skopeo").args(copy).arg(format!("docker://{name}")).arg(&oci)).unwrap();
    assert_eq!(layout::open(&target, Some("1"), OciLimits::default()).unwrap().descriptor().digest, digest);
    let bundle = served.folder.path().join("bundle");
    let image = format!("{}:1", target.display());
    run(program("umoci").args(["unpack", "--rootless", "--image", &image]).arg(&bundle)).unwrap();
    assert!(bundle.join("rootfs/app/repos/shas.txt").is_file());
}

#[test]
fn the_layers_of_a_base_are_mounted_in_its_registry_and_copied_to_another() {
    let served = Served::plain();
    let registry = anonymous();
    registry.push(&served.name("base/image:1"), &catalogue(), None).unwrap();
    let base = registry.open(&served.name("base/image:1")).unwrap();
    let over =
        LayerFiles::from([("app/repos/more".to_owned(), start_points_oci::LayerFile::plain(*b"more"))]);
    let facts = ImageConfig::catalogue(Kind::Custom, COMMITTED);
    let image = Image::on_base(&base, &[Layer::pack(&over).unwrap()], &facts).unwrap();

    let pushed = registry.push(&served.name("over/image:1"), &image, Some(&base)).unwrap();
    assert_eq!((pushed.mounted, pushed.sent), (1, 2));
    let downloads = served
        .requests()
        .iter()
        .filter(|request| request.starts_with("GET") && request.contains("/blobs/"))
        .count();
    assert_eq!(downloads, 1, "the base's configuration, and no layer: {:?}", served.requests());
    let elsewhere = Served::plain();
    let pushed = registry.push(&elsewhere.name("over/image:1"), &image, Some(&base)).unwrap();
    assert_eq!((pushed.mounted, pushed.sent), (0, 3));
    for name in [served.name("over/image:1"), elsewhere.name("over/image:1")] {
        let contents = registry.open(&name).unwrap().files("app/repos").unwrap();
        assert_eq!(contents.files.len(), files().len() + 1);
    }
    let pulled = podman_pull(elsewhere.folder.path(), &elsewhere.name("over/image:1").to_string());
    assert_eq!(pulled.unwrap(), pushed.digest.as_str());
}

#[test]
fn an_image_has_the_platforms_of_its_base() {
    let served = Served::plain();
    let registry = anonymous();
    for architecture in ["amd64", "arm64"] {
        let config = format!(
            r#"{{"architecture":"{architecture}","os":"linux","rootfs":{{"type":"layers","diff_ids":[]}}}}"#
        );
        push_by_hand(&served, "base", architecture, &config);
    }
    let base = registry.open(&served.name("base:both")).unwrap();
    let image = Image::on_base(
        &base,
        &[crate::support::layer()],
        &ImageConfig::catalogue(Kind::Languages, COMMITTED),
    )
    .unwrap();
    let pushed = registry.push(&served.name("over:1"), &image, Some(&base)).unwrap();
    assert_eq!(pushed.sent, 3);
    let inspection = registry.open(&served.name("over:1")).unwrap().inspect().unwrap();
    let platforms: Vec<_> = inspection.platforms.iter().map(|found| found.architecture.as_str()).collect();
    assert_eq!(platforms, ["amd64", "arm64"]);
    for architecture in ["amd64", "arm64"] {
        let arguments = ["inspect", "--tls-verify=false", "--override-arch", architecture];
        let name = format!("docker://{}", served.name("over:1"));
        let inspected = run(program("skopeo").args(arguments).arg(name)).unwrap();
        assert!(inspected.contains(&format!("\"Architecture\": \"{architecture}\"")), "{inspected}");
    }
}

/// Puts an image without layers into the registry's index `both`, with skopeo, umoci and our own hands.
fn push_by_hand(served: &Served, repository: &str, architecture: &str, config: &str) {
    let folder = served.folder.path().join(format!("hand-{repository}"));
    fs::create_dir_all(folder.join("blobs/sha256")).unwrap();
    let blob = |media_type: &str, text: &str| {
        let found = start_points_oci::Descriptor::of(media_type, text.as_bytes());
        fs::write(folder.join("blobs/sha256").join(found.digest.hex()), text).unwrap();
        serde_json::to_string(&found).unwrap()
    };
    let config = blob("application/vnd.oci.image.config.v1+json", config);
    let manifest = format!(r#"{{"schemaVersion":2,"config":{config},"layers":[]}}"#);
    let manifest = blob("application/vnd.oci.image.manifest.v1+json", &manifest);
    let listed =
        manifest.replace('}', &format!(r#","platform":{{"architecture":"{architecture}","os":"linux"}}}}"#));
    let list = folder.join("list");
    let both = fs::read_to_string(&list).map(|before| format!("{before},{listed}")).unwrap_or(listed);
    fs::write(&list, &both).unwrap();
    let index = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["#
        .to_owned()
        + &both
        + "]}";
    let root = blob("application/vnd.oci.image.index.v1+json", &index);
    fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    let named = root.replace('}', r#","annotations":{"org.opencontainers.image.ref.name":"both"}}"#);
    fs::write(folder.join("index.json"), format!(r#"{{"schemaVersion":2,"manifests":[{named}]}}"#)).unwrap();
    if both.contains(",{") {
        let copy = ["--insecure-policy", "copy", "--all", "--dest-tls-verify=false"];
        let target = format!("docker://{}", served.name(&format!("{repository}:both")));
        run(program("skopeo").args(copy).arg(format!("oci:{}:both", folder.display())).arg(target)).unwrap();
    }
}

#[test]
fn all_pages_of_tags_are_read() {
    let served = Served::plain();
    let registry = anonymous();
    for tag in ["3.7.4-18", "3.7.4-19", "latest"] {
        registry.push(&served.name(&format!("x:{tag}")), &catalogue(), None).unwrap();
    }
    let mut tags = registry.tags(&served.name("x")).unwrap();
    tags.sort();
    assert_eq!(tags, ["3.7.4-18", "3.7.4-19", "latest"]);
    assert_eq!(registry.tags(&served.name("y")).unwrap_err().kind(), &OciErrorKind::NoImage);
    assert_eq!(registry.open(&served.name("x:none")).unwrap_err().kind(), &OciErrorKind::NoImage);
}

fn docker_config(folder: &Path, text: &str) -> CredentialSource {
    let path = folder.join("docker-config.json");
    fs::write(&path, text).unwrap();
    CredentialSource::File(path)
}

#[test]
fn credentials_come_from_dockers_configuration() {
    let served = Served::with_log_in();
    let name = served.name("private:1");
    let error = anonymous().push(&name, &catalogue(), None).unwrap_err();
    assert!(
        matches!(error.kind(), OciErrorKind::Denied(_)) && error.hint().unwrap().contains("docker login"),
        "{error}"
    );

    let encoded = base64(&format!("{USER}:{PASSWORD}"));
    let config = format!(r#"{{"auths": {{"{}": {{"auth": "{encoded}"}}}}}}"#, served.host);
    let credentials = docker_config(served.folder.path(), &config);
    let known = registry(|options| options.credentials = credentials);
    known.push(&name, &catalogue(), None).unwrap();
    assert_eq!(known.open(&name).unwrap().files("app").unwrap().files.len(), 3);
    assert_eq!(known.tags(&name).unwrap(), ["1"]);

    let wrong = format!("{USER}:{PASSWORD}-wrong");
    let config = format!(r#"{{"auths": {{"{}": {{"auth": "{}"}}}}}}"#, served.host, base64(&wrong));
    let credentials = docker_config(served.folder.path(), &config);
    let error = registry(|options| options.credentials = credentials).open(&name).unwrap_err();
    assert!(matches!(error.kind(), OciErrorKind::Denied(_)), "{error}");
    assert!(!format!("{error} {error:?}").contains(PASSWORD));
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn tls_is_trusted_only_with_its_authority() {
    let served = Served::with_tls();
    let name = served.name("x:1");
    let error = anonymous().push(&name, &catalogue(), None).unwrap_err();
    assert!(matches!(error.kind(), OciErrorKind::Certificate(_)), "{error}");
    assert!(error.hint().unwrap().contains("authority"));
    let trusting = registry(|options| options.roots = vec![served.authority()]);
    trusting.push(&name, &catalogue(), None).unwrap();
    assert_eq!(trusting.open(&name).unwrap().files("app").unwrap().files.len(), 3);
}

const CHILD: &str = "START_POINTS_IMAGE_TEST_NAME";

/// What the next test runs in a process with an environment of its own.
#[test]
fn pushes_with_the_credential_of_its_environment() {
    let Ok(name) = std::env::var(CHILD) else { return };
    let registry = Registry::new(RegistryOptions::default());
    match registry.push(&ImageName::parse(&name).unwrap(), &catalogue(), None) {
        Ok(_) => {}
        Err(error) => panic!("{error}"),
    }
}

#[cfg(unix)]
#[test]
fn credentials_come_from_credential_helpers() {
    use std::os::unix::fs::PermissionsExt as _;
    let served = Served::with_log_in();
    let folder = served.folder.path();
    let known =
        format!(r#"grep -q '{}' && echo '{{"Username": "{USER}", "Secret": "{PASSWORD}"}}'"#, served.host);
    let helpers = [
        ("knows", known),
        ("fails", format!("cat > /dev/null; echo {PASSWORD}; echo {PASSWORD} >&2; exit 1")),
        ("forgot", "cat > /dev/null; echo 'credentials not found in native keychain'; exit 1".to_owned()),
    ];
    // All are written before any runs: a file that is open somewhere for writing cannot be run.
    for (name, script) in &helpers {
        let helper = folder.join(format!("docker-credential-{name}"));
        fs::write(&helper, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let child = |helper: &str| {
        let config = format!(r#"{{"credHelpers": {{"{}": "{helper}"}}}}"#, served.host);
        fs::write(folder.join("config.json"), config).unwrap();
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "registry::pushes_with_the_credential_of_its_environment", "--nocapture"]);
        let name = served.name(&format!("helped:{helper}"));
        let output =
            child.env(CHILD, name.to_string()).env("PATH", path).env("DOCKER_CONFIG", folder).output();
        let output = output.unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (succeeded, said) = child("knows");
    assert!(succeeded, "{said}");
    let (succeeded, said) = child("fails");
    assert!(
        !succeeded && said.contains("the credential helper failed") && !said.contains(PASSWORD),
        "{said}"
    );
    let (succeeded, said) = child("forgot");
    assert!(!succeeded && said.contains("access denied"), "{said}");
}
