//! Spotting that two source URLs mean the same thing.

use super::tag::Tag;

/// A repository in a normalised spelling, and the tag asked for.
///
/// Two sources with one identity are very likely duplicates; two with different identities may still be the
/// same repository, as only its server could tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoIdentity {
    /// `host[:port]/path` for a remote repository, `/path` or `./path` for one on this machine.
    ///
    /// How it is reached is left out: `https://h/org/x` and `git@h:org/x.git` are one.
    pub repository: String,
    /// The tag, so that several versions of one repository differ.
    pub tag: Tag,
}

/// The key of a remote repository; `port` only where it is not the usual one.
pub(super) fn remote_key(host: &str, port: Option<u16>, path: &str) -> String {
    let host = host.to_ascii_lowercase();
    let path = without_git(path.trim_matches('/'));
    match port {
        Some(port) => format!("{host}:{port}/{path}"),
        None => format!("{host}/{path}"),
    }
}

/// The key of a repository on this machine: no empty or `.` parts, `..` kept as a link may lead elsewhere.
pub(super) fn local_key(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if let Some(last) = parts.pop() {
        match last.strip_suffix(".git") {
            Some("") => {}
            Some(short) => parts.push(short),
            None => parts.push(last),
        }
    }
    let start = if path.starts_with('/') { "/" } else { "./" };
    format!("{start}{}", parts.join("/"))
}

fn without_git(path: &str) -> &str {
    path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_spellings_of_one_path_have_one_key() {
        for path in ["/a/b", "/a/b/", "//a/./b", "/a/b.git", "/a/b/.git", "/a/b.git/"] {
            assert_eq!(local_key(path), "/a/b", "{path}");
        }
        for path in [".", "./", ".git", "./.git/"] {
            assert_eq!(local_key(path), "./", "{path}");
        }
        assert_eq!(local_key("../a/../b"), "./../a/../b");
        assert_eq!(local_key("/"), "/");
    }
}
