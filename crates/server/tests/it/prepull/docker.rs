//! The same with DockerEngine's own engine, some of whose messages differ from Podman's.

use std::path::Path;
use std::time::Duration;

use super::support::{asked_of, catalogue, push_to, until, until_ready};
use start_points_container::{PullError, Socket};
use start_points_oci::Digest;
use start_points_oci::registry::CredentialSource;
use start_points_server::prepull::{ImageState, PrePullOptions, PrePuller};
use start_points_testing::docker::DockerEngine;
use start_points_testing::registry::{PASSWORD, Served, USER};

/// Names with the address of a local registry.
fn here(registry: &Served, names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("{}/{name}", registry.host)).collect()
}

async fn start(docker: &DockerEngine, images: &[String], credentials: CredentialSource) -> PrePuller {
    let mut options =
        PrePullOptions { socket: Socket::Unix(docker.socket()), credentials, ..PrePullOptions::default() };
    options.retry.first = Duration::from_millis(100);
    options.retry.longest = Duration::from_millis(400);
    options.retry.permanent = Duration::from_millis(400);
    PrePuller::start(images.to_vec(), catalogue(images), options).await
}

/// The first error of an image.
async fn cause(docker: &DockerEngine, image: &str) -> PullError {
    let images = [image.to_owned()];
    let pulls = start(docker, &images, CredentialSource::Anonymous).await;
    let failed = |state: Option<&ImageState>| matches!(state, Some(ImageState::Failed(_)));
    let progress = until(&pulls, |progress| failed(progress.state(image))).await;
    let state = progress.borrow().state(image).unwrap().clone();
    let ImageState::Failed(failure) = state else { panic!("{state:?}") };
    failure.error
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_pulls_each_image_once() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut docker) = DockerEngine::start(folder.path()) else { return };
    let registry = Served::plain();
    let names = push_to(&registry, 0..8, CredentialSource::Anonymous);
    let images = here(&registry, &names);
    let pulls = start(&docker, &images[..6], CredentialSource::Anonymous).await;
    until_ready(&pulls).await;
    // Its store outlives it, so images stay present.
    docker.restart();
    pulls.replace(images.clone(), catalogue(&images));
    until_ready(&pulls).await;
    let asked = asked_of(&registry);
    assert_eq!(asked.len(), names.len());
    assert!(asked.values().all(|count| *count == 1), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_docker_are_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let Some(docker) = DockerEngine::start(folder.path()) else { return };
    let mut registry = Served::plain();
    let names = push_to(&registry, 0..1, CredentialSource::Anonymous);
    let image = here(&registry, &names).remove(0);
    let untagged = image.rsplit_once(':').unwrap().0.to_owned();
    for missing in [format!("{untagged}:none"), format!("{}/none:1", registry.host), untagged.clone()] {
        let cause = cause(&docker, &missing).await;
        assert!(matches!(cause, PullError::Missing(_)), "{missing}: {cause}");
    }
    let wrong = cause(&docker, &format!("{untagged}@{}", Digest::of(b"")).clone()).await;
    assert!(matches!(wrong, PullError::Missing(_)), "{wrong}");
    registry.stop();
    let cause = cause(&docker, &image).await;
    assert!(matches!(cause, PullError::Network(_)), "{cause}");
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_gets_the_credential() {
    let folder = tempfile::tempdir().unwrap();
    let Some(docker) = DockerEngine::start(folder.path()) else { return };
    let registry = Served::with_log_in();
    let password = CredentialSource::Password { user: USER.to_owned(), password: PASSWORD.to_owned() };
    let images = here(&registry, &push_to(&registry, 0..1, password));
    let refused = cause(&docker, &images[0]).await;
    assert!(matches!(refused, PullError::Denied(_)), "{refused}");
    let config = write_config(folder.path(), &registry.host);
    until_ready(&start(&docker, &images, config).await).await;
}

fn write_config(folder: &Path, host: &str) -> CredentialSource {
    use base64::Engine as _;
    let login = base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{PASSWORD}"));
    let path = folder.join("config.json");
    std::fs::write(&path, format!(r#"{{"auths": {{"{host}": {{"auth": "{login}"}}}}}}"#)).unwrap();
    CredentialSource::File(path)
}
