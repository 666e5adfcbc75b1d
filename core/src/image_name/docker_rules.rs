//! Docker's short and full spellings: `ruby` is `docker.io/library/ruby:latest`.

use super::{ImageName, host};

/// The registry that an image name without one means.
const DOCKER_HUB: &str = "docker.io";
/// An older name of it, which docker rewrites as well.
const DOCKER_HUB_INDEX: &str = "index.docker.io";
/// Where a one-part path on it really is.
const OFFICIAL: &str = "library/";

impl ImageName {
    /// The full spelling: registry in lower case, `library/`, and `:latest` where there is neither tag nor
    /// digest.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let (registry, path) = self.canonical_repository();
        let tag = match (&self.tag, &self.digest) {
            (None, None) => Some("latest".to_owned()),
            (tag, _) => tag.clone(),
        };
        Self { registry: Some(registry), path, tag, digest: self.digest.clone() }
    }

    /// The shortest spelling of the same name, as `docker image ls` shows it; tag and digest stay as they
    /// are.
    #[must_use]
    pub fn familiar(&self) -> Self {
        let (registry, path) = self.canonical_repository();
        let (tag, digest) = (self.tag.clone(), self.digest.clone());
        if registry != DOCKER_HUB {
            return Self { registry: Some(registry), path, tag, digest };
        }
        let short = match path.strip_prefix(OFFICIAL) {
            Some(rest) if !rest.contains('/') => rest.to_owned(),
            _ => path,
        };
        // Without its registry, the `a.b` of `docker.io/a.b/c` would be taken for one.
        let is_misread = short.split_once('/').is_some_and(|(first_part, _)| host::is_registry(first_part));
        let registry = is_misread.then_some(registry);
        Self { registry, path: short, tag, digest }
    }

    /// Whether both are versions of one image: the same registry and path in their full spelling.
    #[must_use]
    pub fn same_repository(&self, other: &Self) -> bool {
        self.canonical_repository() == other.canonical_repository()
    }

    /// The length of the full spelling, tag apart; the same for every spelling of one name.
    pub(super) fn canonical_bytes(&self) -> usize {
        let (registry, path) = self.canonical_repository();
        let digest = self.digest.as_ref().map_or(0, |digest| digest.len() + 1);
        registry.len() + 1 + path.len() + digest
    }

    fn canonical_repository(&self) -> (String, String) {
        let registry = match &self.registry {
            None => DOCKER_HUB.to_owned(),
            Some(registry) => match registry.to_ascii_lowercase() {
                lower if lower == DOCKER_HUB_INDEX => DOCKER_HUB.to_owned(),
                lower => lower,
            },
        };
        let is_official = registry == DOCKER_HUB && !self.path.contains('/');
        let path = if is_official { format!("{OFFICIAL}{}", self.path) } else { self.path.clone() };
        (registry, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(text: &str) -> ImageName {
        text.parse().unwrap()
    }

    #[test]
    fn spells_a_name_in_full_and_in_short() {
        let digest = format!("sha256:{}", "0".repeat(64));
        for (text, canonical, familiar) in [
            ("ruby", "docker.io/library/ruby:latest", "ruby"),
            ("ruby:alpine", "docker.io/library/ruby:alpine", "ruby:alpine"),
            ("library/ruby", "docker.io/library/ruby:latest", "ruby"),
            ("docker.io/ruby", "docker.io/library/ruby:latest", "ruby"),
            ("index.docker.io/library/ruby:3", "docker.io/library/ruby:3", "ruby:3"),
            ("a/b", "docker.io/a/b:latest", "a/b"),
            ("library/a/b", "docker.io/library/a/b:latest", "library/a/b"),
            ("docker.io/a.b/c", "docker.io/a.b/c:latest", "docker.io/a.b/c"),
            ("docker.io/localhost/c:1", "docker.io/localhost/c:1", "docker.io/localhost/c:1"),
            ("ghcr.io/x/y:1", "ghcr.io/x/y:1", "ghcr.io/x/y:1"),
            ("EX.com/a", "ex.com/a:latest", "ex.com/a"),
            ("localhost/a", "localhost/a:latest", "localhost/a"),
            (
                &format!("ruby@{digest}"),
                &format!("docker.io/library/ruby@{digest}"),
                &format!("ruby@{digest}"),
            ),
        ] {
            assert_eq!(image(text).canonical().to_string(), canonical);
            assert_eq!(image(text).familiar().to_string(), familiar);
        }
    }

    #[test]
    fn versions_of_one_image_share_a_repository() {
        for text in ["docker.io/library/ruby", "library/ruby:3", "index.docker.io/ruby", "DOCKER.io/ruby"] {
            assert!(image("ruby").same_repository(&image(text)), "{text}");
        }
        for text in ["ghcr.io/ruby", "x/ruby", "localhost/ruby", "docker.io/x/ruby"] {
            assert!(!image("ruby").same_repository(&image(text)), "{text}");
        }
    }
}
