//! One catalogue from each kind of source, and catalogues that are refused.

use std::fs;
use std::path::Path;

use crate::support::{self, Service, recorded};
use start_points::{Kind, render};
use start_points_oci::registry::{CredentialSource, Registry, RegistryOptions};
use start_points_oci::{Cancel, Created, Image, ImageConfig, Layer, LayerFile, layout};
use start_points_server::{CatalogueSource, LoadError, Server, ServerSettings, StartError};
use start_points_testing::registry::Served;
use start_points_testing::{deployed_catalogue, snapshot};

/// The image of a catalogue folder.
fn image(folder: &Path, kind: Kind) -> Image {
    let files = snapshot(folder).unwrap().into_iter();
    let files = files.map(|(path, bytes)| (format!("app/repos/{path}"), LayerFile::plain(bytes))).collect();
    let facts = ImageConfig::catalogue(kind, Created::from_unix(1_700_000_000));
    Image::new(&[Layer::pack(&files).unwrap()], &facts).unwrap()
}

#[test]
fn a_folder_a_layout_and_a_registry_give_the_same_responses() {
    let top = tempfile::tempdir().unwrap();
    let registry = Served::plain();
    for kind in Kind::ALL {
        let folder = recorded(kind.as_str());
        let image = image(&folder, kind);
        let path = top.path().join(kind.as_str());
        layout::write(&path, "1.0", &image, None, &Cancel::default()).unwrap();
        let name = registry.name(&format!("acme/{kind}:1.0"));
        let options =
            RegistryOptions { credentials: CredentialSource::Anonymous, ..RegistryOptions::default() };
        Registry::new(options.clone()).push(&name, &image, None).unwrap();
        let sources = [
            CatalogueSource::Folder(folder),
            CatalogueSource::Layout { path, tag: None },
            CatalogueSource::Image(name),
        ];
        let [folder, layout, registry] = sources.map(|source| {
            let mut settings = ServerSettings::new(source);
            settings.registry = options.clone();
            Service::start(settings)
        });
        for path in ["/names", "/image_names", "/manifests", "/v1/start-points"] {
            let expected = folder.get(path);
            assert_eq!(layout.get(path).text(), expected.text(), "{kind} {path}");
            assert_eq!(registry.get(path).text(), expected.text(), "{kind} {path}");
            assert_eq!(registry.get(path).header("etag"), expected.header("etag"), "{kind} {path}");
        }
    }
}

#[test]
fn catalogues_of_every_kind_are_served() {
    for (kind, count) in [(Kind::Languages, 41), (Kind::Exercises, 31), (Kind::Custom, 11)] {
        let folder = tempfile::tempdir().unwrap();
        deployed_catalogue(folder.path(), kind, count).unwrap();
        let service = Service::start(ServerSettings::new(CatalogueSource::Folder(folder.path().to_owned())));
        let names = service.get("/names").json();
        assert_eq!(names["names"].as_array().unwrap().len(), count, "{kind}");
        let images = service.get("/image_names").json();
        assert_eq!(images["image_names"].as_array().unwrap().is_empty(), kind == Kind::Exercises);
        for manifest in service.get("/manifests").json()["manifests"].as_object().unwrap().values() {
            assert!(manifest["visible_files"].as_object().is_some_and(|files| !files.is_empty()));
            assert!(manifest.get("visible_filenames").is_none());
        }
    }
}

async fn refused(source: CatalogueSource) -> StartError {
    Server::start(ServerSettings::new(source)).await.unwrap_err()
}

#[tokio::test]
async fn a_catalogue_with_errors_is_refused_with_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in snapshot(&recorded("languages")).unwrap() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let manifest = folder.path().join("1/start_point/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("max_seconds\": 10", "max_second\": 10")).unwrap();
    fs::remove_file(folder.path().join("2/start_point/Hiker.java")).unwrap();
    let manifest = folder.path().join("10/start_point/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("Java 17, JUnit 4", "C (gcc) 14.2, assert")).unwrap();
    let StartError::Catalogue(LoadError::Faults(faults)) =
        refused(CatalogueSource::Folder(folder.path().to_owned())).await
    else {
        panic!("no faults")
    };
    let rules: Vec<_> = faults.report.diagnostics().iter().map(|found| found.rule.id).collect();
    assert_eq!(rules, ["unknown-key", "duplicate-display-name", "missing-file"]);
    let shown = render::concise(&faults.report, &faults.sources);
    assert!(shown.contains("1/start_point/manifest.json:"), "{shown}");
    // A manifest that is not JSON is reported with the rest.
    fs::write(folder.path().join("0/start_point/manifest.json"), "{").unwrap();
    let StartError::Catalogue(LoadError::Faults(faults)) =
        refused(CatalogueSource::Folder(folder.path().to_owned())).await
    else {
        panic!("no faults")
    };
    let rules: Vec<_> = faults.report.diagnostics().iter().map(|found| found.rule.id).collect();
    assert!(rules.contains(&"invalid-json") && rules.contains(&"missing-file"), "{rules:?}");
}

#[tokio::test]
async fn sources_without_a_catalogue_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let bare = folder.path().join("bare");
    fs::create_dir(&bare).unwrap();
    fs::write(bare.join("shas.txt"), "").unwrap();
    let registry = Served::plain();
    for (source, said) in [
        (CatalogueSource::Folder(folder.path().join("none")), "is not a catalogue: it has no `shas.txt`"),
        (CatalogueSource::Folder(empty.clone()), "is not a catalogue: it has no `shas.txt`"),
        (CatalogueSource::Folder(bare), "no start-points in `"),
        (CatalogueSource::Layout { path: empty, tag: None }, "is not an OCI image layout"),
        (CatalogueSource::Image(registry.name("acme/none:1.0")), "acme/none:1.0"),
    ] {
        let error = refused(source).await.to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_out_of_a_catalogue_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    deployed_catalogue(folder.path(), Kind::Custom, 1).unwrap();
    let script = snapshot(folder.path()).unwrap().into_keys().find(|path| path.ends_with("cyber-dojo.sh"));
    let script = folder.path().join(script.unwrap());
    fs::remove_file(&script).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", &script).unwrap();
    let error = refused(CatalogueSource::Folder(folder.path().to_owned())).await;
    assert!(matches!(error, StartError::Catalogue(LoadError::Faults(_))), "{error}");
}

#[tokio::test]
async fn an_address_in_use_and_bad_origins_are_refused() {
    let service = Service::start(support::settings("custom"));
    let mut settings = support::settings("custom");
    settings.port = Some(service.address.port());
    let error = Server::start(settings).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen on {}: ", service.address)), "{error}");
    for origin in ["*", "good.example", "https://", "https://a/b", "https://*.example", "ftp://a"] {
        let mut settings = support::settings("custom");
        settings.origins = vec![origin.to_owned()];
        let error = Server::start(settings).await.unwrap_err().to_string();
        assert_eq!(error, format!("`{origin}` is not an origin"));
    }
}
