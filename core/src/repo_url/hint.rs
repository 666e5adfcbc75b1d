//! Advice that goes with each refusal of a source URL.

use super::error::RepoUrlErrorKind;
use super::tag_name::TagFault;
use crate::nearest::nearest;

const SUPPORTED: &str =
    "supported are `https://`, `http://`, `ssh://`, `user@host:path`, `file:///path` and local paths";

/// What to do about `kind`.
pub(super) fn hint(kind: &RepoUrlErrorKind) -> Option<String> {
    use RepoUrlErrorKind as K;
    let advice = match kind {
        K::Empty => "write a URL or a path, `.` for the current directory",
        K::TooLong { .. } | K::RepeatedParameter => return None,
        K::ControlCharacter(_) => "write one source URL a line, nothing else",
        K::ByteOrderMark => "save the file as UTF-8 without a byte order mark",
        K::ImageName => {
            "a source URL is `https://host/organization/repository`, over ssh `user@host:path`; write `./` before a \
             local path"
        }
        K::Words => {
            "a source URL is `https://host/organization/repository`; write `./` before a local path with a space"
        }
        K::Whitespace => "in a URL write a space as `%20`; a local path may not begin or end with one",
        K::LeadingDash => "write `./-name` for a path that begins with `-`",
        K::UnsupportedScheme(name) => return Some(scheme_hint(name)),
        K::MissingSlashes(scheme) => return Some(format!("write `{scheme}://`")),
        K::DrivePath => "write `file:///C:/path`",
        K::ColonInPath => "write `./` before the path",
        K::NotACommit => "write the tag at the end: `<url>?tag=<tag>`",
        K::TwoCommits | K::BothSpellings => "keep one of them, as `?tag=<tag>`",
        K::MissingHost | K::MissingPath => "write `https://host/organization/repository`",
        K::BadHost => "a host has letters, digits, `-`, `_` and `.`, or is an IPv6 address in `[]`",
        K::HostNotAscii => "write the host in its `xn--` form",
        K::BadPort => {
            "drop the `:` for the usual port; a `:`, `/` or `@` in a password is written `%3A`, `%2F`, `%40`"
        }
        K::BadUser => "a `@` in a user or password is written `%40`",
        K::ScpPassword => "write `user@host:path` and let ssh use a key",
        K::FileHost => "write three slashes: `file:///absolute/path`",
        K::Fragment => "drop the `#` and what follows it; in a path write it as `%23`",
        K::EmptyParameter | K::MissingValue | K::EmptyTag => {
            "write `?tag=<tag>`, or nothing for the tip of the default branch"
        }
        K::UnknownParameter(name) => return Some(parameter_hint(name.as_deref())),
        K::Tag { fault, .. } => return tag_hint(fault),
    };
    Some(advice.to_owned())
}

fn scheme_hint(name: &str) -> String {
    match name {
        "git+ssh://" | "ssh+git://" => "write `ssh://`".to_owned(),
        "git://" => format!("`git://` is neither encrypted nor authenticated; {SUPPORTED}"),
        name if name.ends_with("::") => {
            format!("write `./` before it if it is a local path; {SUPPORTED}")
        }
        _ => SUPPORTED.to_owned(),
    }
}

fn parameter_hint(name: Option<&str>) -> String {
    match name {
        Some(name) if nearest(name, ["tag"]).is_some() => "did you mean `tag`?".to_owned(),
        _ => "the only parameter is `tag`".to_owned(),
    }
}

fn tag_hint(fault: &TagFault) -> Option<String> {
    match fault {
        TagFault::PercentEncoded(Some(plain)) => {
            Some(format!("a tag is not percent-decoded: write `{plain}`"))
        }
        TagFault::PercentEncoded(None) => Some("a tag is not percent-decoded: write it as it is".to_owned()),
        TagFault::MeansHead => Some("write `?tag=head` for the tip of the default branch".to_owned()),
        TagFault::Character('&') => Some("the only parameter is `tag`, and it is given once".to_owned()),
        _ => None,
    }
}
