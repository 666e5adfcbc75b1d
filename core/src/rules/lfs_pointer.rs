//! A visible file of which git has a Git LFS pointer in place of the content.

use super::context::{RuleContext, Sink};
use crate::diagnostic::Diagnostic;
use crate::escape::escaped;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "lfs-pointer",
    summary: "a visible file is a Git LFS pointer, not its content",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("lfs_pointer.md"),
};

pub(crate) fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for file in context.visible_files() {
        if !file.as_text().is_some_and(is_pointer) {
            continue;
        }
        sink.push(|| {
            let message =
                format!("`{}` is a Git LFS pointer: learners see it instead of the file", escaped(file.text));
            Diagnostic::new(&RULE, context.text.place(file.node.span), message)
                .pointer(file.pointer())
                .hint("keep the file in git itself: run `git lfs untrack` and `git add --renormalize .`")
                .data("file", file.text)
        });
    }
}

/// <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>: `version` first, then keys in order, `oid` and `size`
/// among them; the second version is that of blobs from before the first release.
fn is_pointer(text: &str) -> bool {
    const VERSIONS: [&str; 2] =
        ["version https://git-lfs.github.com/spec/v1\n", "version https://hawser.github.com/spec/v1\n"];
    let Some(rest) = VERSIONS.iter().find_map(|version| text.strip_prefix(version)) else { return false };
    let Some(rest) = rest.strip_suffix('\n') else { return false };
    let (mut oid, mut size, mut previous) = (false, false, "");
    for line in rest.split('\n') {
        let Some((key, value)) = line.split_once(' ') else { return false };
        if !is_key(key) || value.contains('\r') || key <= previous {
            return false;
        }
        oid |= key == "oid" && is_oid(value);
        size |= key == "size" && !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        previous = key;
    }
    oid && size
}

fn is_key(key: &str) -> bool {
    key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
}

fn is_oid(value: &str) -> bool {
    value.strip_prefix("sha256:").is_some_and(|hash| {
        hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::is_pointer;

    const VERSION: &str = "version https://git-lfs.github.com/spec/v1\n";
    const OID: &str = "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n";

    #[test]
    fn a_pointer_is_what_the_specification_says() {
        let hawser = VERSION.replace("git-lfs", "hawser");
        for good in [
            format!("{VERSION}{OID}size 12345\n"),
            format!("{hawser}{OID}size 12345\n"),
            format!("{VERSION}ext-0-foo sha256:0\n{OID}size 0\n"),
            format!("{VERSION}{OID}size 1\nx-y.z a b\n"),
        ] {
            assert!(is_pointer(&good), "{good}");
        }
        for bad in [
            VERSION.to_owned(),
            format!("{VERSION}{OID}"),
            format!("{VERSION}size 12345\n"),
            format!("{VERSION}{OID}size 12345"),
            format!("{VERSION}{OID}size 12345\n\n"),
            format!("{VERSION}size 12345\n{OID}"),
            format!("{VERSION}{OID}{OID}size 12345\n"),
            format!("{VERSION}{OID}size twelve\n"),
            format!("{VERSION}{OID}size\n"),
            format!("{VERSION}{}size 12345\n", OID.replace("sha256", "md5")),
            format!("{VERSION}{}size 12345\n", OID.replace("4d", "4D")),
            format!("# {VERSION}{OID}size 12345\n"),
            format!("{}{OID}size 12345\n", VERSION.replace("v1", "v2")),
            format!("{VERSION}{OID}size 12345\r\n"),
        ] {
            assert!(!is_pointer(&bad), "{bad}");
        }
    }
}
