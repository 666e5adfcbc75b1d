//! Where manifests lie in a repository, and what that says of their kind.

use crate::json::Document;
use crate::kind::Kind;

/// The file name of every manifest.
pub const MANIFEST: &str = "manifest.json";

/// The folder of a language + test-framework repository that holds its start-point.
pub const START_POINT: &str = "start_point";

/// The folder that holds exercises, or groups of custom start-points.
pub const START_POINTS: &str = "start-points";

/// The folder of a repository that its image is built from.
pub const DOCKER: &str = "docker";

/// In a docker folder: what the image is called.
pub const IMAGE_NAME: &str = "image_name.json";

/// In a docker folder: what the image is built from. Beside a [`DOCKERFILE_BASE`] it is often stale.
pub const DOCKERFILE: &str = "Dockerfile";

/// In a docker folder: what the image is built from, before tools of cyber-dojo add to it.
pub const DOCKERFILE_BASE: &str = "Dockerfile.base";

/// The files of a docker folder that are checked.
pub const DOCKER_FILES: [&str; 3] = [DOCKERFILE, DOCKERFILE_BASE, IMAGE_NAME];

/// Whether a path is a manifest's: named so, and not in a dot-folder. Relative, with forward slashes.
#[must_use]
pub fn is_manifest(path: &str) -> bool {
    let mut segments = path.rsplit('/');
    segments.next() == Some(MANIFEST)
        && segments.all(|segment| !segment.starts_with('.') || matches!(segment, "." | ".."))
}

/// The folder that a path lies in; `""` for the top.
#[must_use]
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A name in a folder; the folder `""` is the top.
#[must_use]
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The kind that a manifest's place names: `start_point/` is languages', `start-points/NAME/` exercises',
/// `start-points/GROUP/NAME/` custom's.
#[must_use]
pub fn kind_of_place(path: &str) -> Option<Kind> {
    let mut above = folder(path).rsplit('/');
    match (above.next(), above.next(), above.next()) {
        (Some(START_POINT), _, _) => Some(Kind::Languages),
        (_, Some(START_POINTS), _) => Some(Kind::Exercises),
        (_, _, Some(START_POINTS)) => Some(Kind::Custom),
        _ => None,
    }
}

/// The kind that a manifest's keys and its repository suggest, where its place names none.
///
/// Neither image nor extension: an exercise. A docker folder, or no image name: languages. Otherwise custom.
#[must_use]
pub fn kind_of_content(document: &Document<'_>, has_docker: bool) -> Kind {
    let has = |key| document.get(key).is_some();
    match (has("image_name"), has("filename_extension")) {
        (false, false) => Kind::Exercises,
        (true, _) if !has_docker => Kind::Custom,
        _ => Kind::Languages,
    }
}

/// Where the symbolic link at a path leads, as a path from the top; `None` where that is outside of `folder`.
#[must_use]
pub fn link_target(link: &str, says: &str, folder: &str) -> Option<String> {
    if says.is_empty() || says.starts_with('/') || says.contains(['\\', '\0']) {
        return None;
    }
    let mut path: Vec<&str> = link.split('/').collect();
    path.pop();
    for part in says.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                path.pop()?;
            }
            name => path.push(name),
        }
    }
    let path = path.join("/");
    let inside = folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    (inside && !path.is_empty()).then_some(path)
}

/// The docker folder that the file at a path is one of the [`DOCKER_FILES`] of, outside of dot-folders.
#[must_use]
pub fn docker_of_file(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/')?;
    let is_docker = folder.rsplit('/').next() == Some(DOCKER)
        && DOCKER_FILES.contains(&name)
        && is_manifest(&join(folder, MANIFEST));
    is_docker.then_some(folder)
}

/// The folders that may build the image of the manifest at `path`, best first: the one beside its `start_point/`, then
/// the one beside the manifest. `place` is its path from the top of its repository.
#[must_use]
pub fn docker_folders(path: &str, place: &str) -> Vec<String> {
    let start_point = folder(path);
    let mut folders = Vec::new();
    if folder(place).rsplit('/').next() == Some(START_POINT) {
        folders.push(sibling(start_point, DOCKER));
    }
    folders.push(join(start_point, DOCKER));
    folders
}

/// The manifests that a docker folder may build the image of, best first.
#[must_use]
pub fn manifests_of_docker(docker: &str) -> [String; 2] {
    [join(&sibling(docker, START_POINT), MANIFEST), sibling(docker, MANIFEST)]
}

/// A name beside a folder.
fn sibling(of: &str, name: &str) -> String {
    match of.rsplit('/').next() {
        // What these are called is not known here.
        Some("" | "." | "..") => join(of, &format!("../{name}")),
        _ => join(folder(of), name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_names_the_kind() {
        assert_eq!(kind_of_place("x/start_point/manifest.json"), Some(Kind::Languages));
        assert_eq!(kind_of_place("start_point/manifest.json"), Some(Kind::Languages));
        assert_eq!(kind_of_place("start-points/Fizz_Buzz/manifest.json"), Some(Kind::Exercises));
        assert_eq!(kind_of_place("start-points/Tennis/C#/manifest.json"), Some(Kind::Custom));
        assert_eq!(kind_of_place("manifest.json"), None);
        assert_eq!(kind_of_place("a/b/c/manifest.json"), None);
    }

    #[test]
    fn dot_folders_hold_no_manifests() {
        assert!(
            is_manifest("manifest.json")
                && is_manifest("./a/manifest.json")
                && is_manifest("../manifest.json")
        );
        assert!(!is_manifest(".git/manifest.json") && !is_manifest("a/.b/c/manifest.json"));
        assert!(!is_manifest("a/my-manifest.json"));
    }

    #[test]
    fn the_docker_folder_is_beside_start_point_or_beside_the_manifest() {
        let of = |path: &str| docker_folders(path, path);
        assert_eq!(of("x/start_point/manifest.json"), ["x/docker", "x/start_point/docker"]);
        assert_eq!(of("start_point/manifest.json"), ["docker", "start_point/docker"]);
        assert_eq!(of("x/manifest.json"), ["x/docker"]);
        assert_eq!(docker_folders("manifest.json", "start_point/manifest.json"), ["../docker", "docker"]);
        assert_eq!(docker_folders("../manifest.json", "a/start_point/manifest.json")[0], "../../docker");
    }

    #[test]
    fn a_link_is_followed_inside_its_start_point() {
        let lead = |says| link_target("x/start_point/a/link", says, "x/start_point");
        assert_eq!(lead("../b").as_deref(), Some("x/start_point/b"));
        assert_eq!(lead("./c/../d").as_deref(), Some("x/start_point/a/d"));
        for says in ["../../b", "../../start_pointy/b", "/etc/passwd", "../../../../etc/passwd", "", ".."] {
            assert_eq!(lead(says), None, "{says}");
        }
        assert_eq!(link_target("link", "b", "").as_deref(), Some("b"));
        assert_eq!(link_target("link", "../b", ""), None);
    }

    #[test]
    fn a_docker_folder_knows_its_manifests() {
        let of = |docker: &str| manifests_of_docker(docker);
        assert_eq!(of("docker"), ["start_point/manifest.json", "manifest.json"]);
        assert_eq!(of("a/docker"), ["a/start_point/manifest.json", "a/manifest.json"]);
        assert_eq!(of("."), ["./../start_point/manifest.json", "./../manifest.json"]);
    }
}
