//! What belongs to the start-point of a manifest.

use std::collections::BTreeMap;

use start_points::check::{Docker, Manifest, SourceFile};
use start_points::files::normal;
use start_points::layout;

/// The paths of the files that a manifest names, where they lie inside its folder.
pub(crate) fn files(path: &str, manifest: &Manifest<'_>) -> Vec<String> {
    let folder = layout::folder(path);
    let named = manifest.named_files().into_iter().map(normal);
    let inside = named.filter(|name| !name.starts_with('/') && !name.split('/').any(|part| part == ".."));
    inside.map(|name| layout::join(folder, &name)).collect()
}

/// The path of the `docker/image_name.json` that a manifest's image is named by, whether it is there or not.
pub(crate) fn docker_image_name(path: &str) -> Option<String> {
    layout::docker_folder(path).map(|folder| layout::join(&folder, "image_name.json"))
}

/// The image name that a `docker/image_name.json` with these bytes says.
pub(crate) fn declared_image_name(bytes: Vec<u8>) -> Option<String> {
    let image_name = Some(SourceFile { path: "".into(), content: Ok(bytes) });
    Docker { image_name, ..Docker::empty("") }.declared_image_name()
}

/// The files of a repository by path that belong to a catalogue: every manifest, what those name, and what names
/// their images.
pub(crate) fn belonging<T: Clone>(
    files: &BTreeMap<String, T>,
    bytes: impl Fn(&T) -> &[u8],
) -> BTreeMap<String, T> {
    let mut belonging = BTreeMap::new();
    for (path, file) in files.iter().filter(|(path, _)| layout::is_manifest(path)) {
        belonging.insert(path.clone(), file.clone());
        let named = self::files(path, &Manifest::parse(path.as_str(), bytes(file)));
        for path in named.into_iter().chain(docker_image_name(path)) {
            if let Some(file) = files.get(&path) {
                belonging.insert(path, file.clone());
            }
        }
    }
    belonging
}
