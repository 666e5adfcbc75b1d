//! Symbolic links of a commit: followed inside the start-point that they lie in, and nowhere else.

/// Where a link leads, as a path from the top; `None` where that is outside of `folder`.
pub(super) fn target(link: &str, says: &str, folder: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn a_link_is_followed_inside_its_start_point() {
        let lead = |says| target("x/start_point/a/link", says, "x/start_point");
        assert_eq!(lead("../b").as_deref(), Some("x/start_point/b"));
        assert_eq!(lead("./c/../d").as_deref(), Some("x/start_point/a/d"));
        for says in ["../../b", "../../start_pointy/b", "/etc/passwd", "../../../../etc/passwd", "", ".."] {
            assert_eq!(lead(says), None, "{says}");
        }
        assert_eq!(target("link", "b", "").as_deref(), Some("b"));
        assert_eq!(target("link", "../b", ""), None);
    }
}
