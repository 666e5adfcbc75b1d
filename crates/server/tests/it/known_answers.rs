//! The service on the start-points in use today.

use crate::support::Service;
use start_points::Kind;
use start_points_server::{CatalogueSource, ServerSettings};
use start_points_testing::{corpus, deployed_catalogue_of, known_answers};

#[test]
#[ignore = "known answers: run by cargo xtask test known-answers"]
fn real_catalogues_are_served() {
    let real = known_answers("corpus").expect("known answers");
    for (kind, count) in [(Kind::Languages, 41), (Kind::Exercises, 31), (Kind::Custom, 11)] {
        let start_points = corpus(&real, kind).unwrap();
        assert_eq!(start_points.len(), count, "{kind}");
        let folder = tempfile::tempdir().unwrap();
        deployed_catalogue_of(folder.path(), kind, count, &start_points).unwrap();
        let service = Service::start(ServerSettings::new(CatalogueSource::Folder(folder.path().to_owned())));
        assert_eq!(service.get("/names").json()["names"].as_array().unwrap().len(), count, "{kind}");
        for manifest in service.get("/manifests").json()["manifests"].as_object().unwrap().values() {
            assert!(manifest["visible_files"].as_object().is_some_and(|files| !files.is_empty()));
        }
    }
}
