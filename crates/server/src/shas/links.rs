//! Links to the web pages of commits and images; only to http(s), and only on hosts whose pages are known.

use start_points::{ImageName, RepoUrl, Scheme};

/// The page of a commit of a source URL's repository.
pub(super) fn commit_of_source(url: &str, sha: &str) -> Option<String> {
    let url = RepoUrl::parse(url).ok()?;
    if !matches!(url.scheme(), Scheme::Https | Scheme::Http) || url.has_credentials() {
        return None;
    }
    Some(commit(url.repo(), sha))
}

/// The page of a commit of a repository on the web.
pub(super) fn commit(repository: &str, sha: &str) -> String {
    let repository = repository.trim_end_matches('/');
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    // Uncommitted changes have no page.
    format!("{repository}/commit/{}", sha.trim_end_matches("-dirty"))
}

/// The page of an image.
pub(super) fn image(name: &ImageName) -> Option<String> {
    let full = name.canonical();
    let path = full.path();
    Some(match full.registry()? {
        "docker.io" => match (path.strip_prefix("library/"), full.tag()) {
            (Some(official), _) => format!("https://hub.docker.com/_/{official}"),
            (None, Some(tag)) => format!("https://hub.docker.com/r/{path}/tags?name={tag}"),
            (None, None) => format!("https://hub.docker.com/r/{path}"),
        },
        "ghcr.io" => format!("https://ghcr.io/{path}"),
        "quay.io" => format!("https://quay.io/repository/{path}?tab=tags"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_and_images_have_pages() {
        let sha = "384f4866a3f3bcc0ab52a9d3a3fdab2b4bd9d5b2";
        let of = |url| commit_of_source(url, sha);
        let page = format!("https://github.com/a/b/commit/{sha}");
        assert_eq!(of("https://github.com/a/b.git?tag=3.7"), Some(page.clone()));
        assert_eq!(of("https://github.com/a/b"), Some(page));
        for url in
            ["git@github.com:a/b.git", "/tmp/x", "https://me:secret@example.com/x", "javascript:alert(1)"]
        {
            assert_eq!(of(url), None, "{url}");
        }
        let of = |name: &str| image(&name.parse().unwrap());
        assert_eq!(of("ruby:3").as_deref(), Some("https://hub.docker.com/_/ruby"));
        assert_eq!(of("a/b:3").as_deref(), Some("https://hub.docker.com/r/a/b/tags?name=3"));
        assert_eq!(of("ghcr.io/a/b:3").as_deref(), Some("https://ghcr.io/a/b"));
        assert_eq!(of("localhost:5000/a/b:3"), None);
    }
}
