//! Where manifests lie in a repository, and what that says of their kind.

use crate::json::Document;
use crate::kind::Kind;

/// The file name of every manifest.
pub const MANIFEST: &str = "manifest.json";

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
        (Some("start_point"), _, _) => Some(Kind::Languages),
        (_, Some("start-points"), _) => Some(Kind::Exercises),
        (_, _, Some("start-points")) => Some(Kind::Custom),
        _ => None,
    }
}

/// The kind that a manifest's keys and its repository suggest, where its place names none.
///
/// Neither image nor extension: an exercise. A docker folder, or no image name: languages. Otherwise custom.
#[must_use]
pub fn kind_of_content(document: &Document<'_>, has_docker: bool) -> Kind {
    let has = |key| document.root().get(key).is_some();
    match (has("image_name"), has("filename_extension")) {
        (false, false) => Kind::Exercises,
        (true, _) if !has_docker => Kind::Custom,
        _ => Kind::Languages,
    }
}

/// The docker folder of the repository of a manifest at `…/start_point/manifest.json`.
#[must_use]
pub fn docker_folder(path: &str) -> Option<String> {
    let start_point = folder(path);
    let name = start_point.rsplit('/').next()?;
    (name == "start_point").then(|| join(folder(start_point), "docker"))
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
    fn the_docker_folder_stands_beside_start_point() {
        assert_eq!(docker_folder("x/start_point/manifest.json").as_deref(), Some("x/docker"));
        assert_eq!(docker_folder("start_point/manifest.json").as_deref(), Some("docker"));
        assert_eq!(docker_folder("x/manifest.json"), None);
    }
}
