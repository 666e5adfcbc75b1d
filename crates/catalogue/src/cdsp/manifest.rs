//! A manifest with its image's name in it; everything else stays as it is written.

use start_points::check::Manifest;
use start_points::json::quoted;

/// The manifest's text with this `image_name`, first where it has none; `None` where it is no object.
pub(super) fn with_image_name(bytes: &[u8], image_name: &str) -> Option<String> {
    let manifest = Manifest::parse("", bytes);
    let document = manifest.document()?;
    let (text, root) = (document.text(), document.root());
    let spliced = |start: usize, end: usize, new: &str| {
        Some(format!("{}{new}{}", text.get(..start)?, text.get(end..)?))
    };
    if let Some(named) = root.get("image_name").map(|node| node.span) {
        return spliced(named.start, named.end, &quoted(image_name));
    }
    root.as_object()?;
    let inside = root.span.start + 1;
    let rest = text.get(inside..)?;
    // The next key keeps its distance, and so does this one.
    let space = rest.get(..rest.len() - rest.trim_start().len())?;
    let comma = if root.members().is_empty() { "" } else { "," };
    spliced(inside, inside, &format!("{space}\"image_name\": {}{comma}", quoted(image_name)))
}

#[cfg(test)]
mod tests {
    use super::with_image_name;

    #[test]
    fn everything_else_stays_as_it_is_written() {
        for (before, after) in [
            ("{\n  \"a\": 1\n}\n", "{\n  \"image_name\": \"x:1\",\n  \"a\": 1\n}\n"),
            ("{\"a\":[ 1 ]}", "{\"image_name\": \"x:1\",\"a\":[ 1 ]}"),
            ("{ \"a\": 1, \"image_name\": \"x\" }", "{ \"a\": 1, \"image_name\": \"x:1\" }"),
            ("{}", "{\"image_name\": \"x:1\"}"),
        ] {
            assert_eq!(with_image_name(before.as_bytes(), "x:1").unwrap(), after);
        }
        assert_eq!(with_image_name(b"[]", "x"), None);
        assert_eq!(with_image_name(b"{", "x"), None);
    }
}
