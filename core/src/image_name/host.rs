//! The `host[:port]` of a registry.

use super::error::{ImageNameError, ImageNameErrorKind};
use crate::span::Span;

/// Whether the first part of an image name is a registry and not the beginning of the path.
///
/// Docker's rule, less its newest case: there an upper case letter makes a host too, in the deployed checker
/// not.
pub(super) fn is_registry(first_part: &str) -> bool {
    first_part.bytes().any(|byte| matches!(byte, b'.' | b':')) || first_part == "localhost"
}

/// Checks a registry that begins at byte 0 of the image name.
///
/// A part of a host is letters and digits with `-` inside; a port is digits, however many. The reference
/// grammar also has IPv6 addresses in brackets, which the deployed checker refuses, and so they are refused
/// here.
pub(super) fn check(registry: &str) -> Result<(), ImageNameError> {
    let refuse = |kind, start, end| Err(ImageNameError::new(kind, Span::new(start, end)));
    if registry.starts_with('[') {
        return refuse(ImageNameErrorKind::HostBracket, 0, registry.len());
    }
    let (host, port) = match registry.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (registry, None),
    };
    if host.is_empty() {
        return refuse(ImageNameErrorKind::EmptyHost, 0, 0);
    }
    let mut at = 0;
    for part in host.split('.') {
        let end = at + part.len();
        if part.is_empty() {
            return refuse(ImageNameErrorKind::EmptyHostPart, at, end);
        }
        let unwelcome = |c: char| !c.is_ascii_alphanumeric() && c != '-';
        if let Some((offset, c)) = part.char_indices().find(|(_, c)| unwelcome(*c)) {
            let start = at + offset;
            return refuse(ImageNameErrorKind::HostCharacter(c), start, start + c.len_utf8());
        }
        if part.starts_with('-') {
            return refuse(ImageNameErrorKind::HostHyphen, at, at + 1);
        }
        if part.ends_with('-') {
            return refuse(ImageNameErrorKind::HostHyphen, end - 1, end);
        }
        at = end + 1;
    }
    match port {
        Some(port) if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) => {
            refuse(ImageNameErrorKind::BadPort, host.len() + 1, registry.len())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(registry: &str) -> Option<(ImageNameErrorKind, &str)> {
        let error = check(registry).err()?;
        Some((error.kind().clone(), &registry[error.span().start..error.span().end]))
    }

    #[test]
    fn a_first_part_is_a_registry_by_its_dot_or_colon() {
        for part in ["ghcr.io", "h:5000", "localhost", ".", ":", "a.b:1"] {
            assert!(is_registry(part), "{part}");
        }
        for part in ["", "library", "cyberdojofoundation", "LOCALHOST", "Host"] {
            assert!(!is_registry(part), "{part}");
        }
    }

    #[test]
    fn accepts_hosts_and_any_number_as_port() {
        for registry in ["ghcr.io", "EX.com", "localhost", "h:5000", "127.0.0.1:1", "a--b.c", "h:99999"] {
            assert_eq!(fault(registry), None, "{registry}");
        }
    }

    #[test]
    fn says_where_a_host_is_wrong() {
        use ImageNameErrorKind as K;
        for (registry, kind, at) in [
            (":5000", K::EmptyHost, ""),
            (".com", K::EmptyHostPart, ""),
            ("a..b", K::EmptyHostPart, ""),
            ("exa_mple.com", K::HostCharacter('_'), "_"),
            ("-ex.com", K::HostHyphen, "-"),
            ("ex-.com", K::HostHyphen, "-"),
            ("[::1]:5000", K::HostBracket, "[::1]:5000"),
            ("h:", K::BadPort, ""),
            ("h:a", K::BadPort, "a"),
            ("h:1:2", K::BadPort, "1:2"),
        ] {
            assert_eq!(fault(registry), Some((kind, at)), "{registry}");
        }
    }
}
