//! Hiding what may be a secret in a text that could not be read.

use super::location::HIDDEN;
use crate::find;

/// `text` with all that may be a user or a password replaced; it hides too much rather than too little.
pub(super) fn redact(text: &str) -> String {
    let Some((before, host)) = text.rsplit_once('@') else { return text.to_owned() };
    let start = match find(before, "://") {
        Some(at) => at + "://".len(),
        None => match before.find(':') {
            Some(colon) => colon + 1,
            None => return text.to_owned(),
        },
    };
    let (kept, _) = before.split_at_checked(start).unwrap_or((before, ""));
    format!("{kept}{HIDDEN}@{host}")
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn hides_all_before_the_last_at_sign() {
        for (text, shown) in [
            ("https://u:p#w@h/x", "https://****@h/x"),
            ("https://u:p@w@h/ x", "https://****@h/ x"),
            ("384f486@https://u:p@h/x?tga=1", "384f486@https://****@h/x?tga=1"),
            ("u:pw@h:x", "u:****@h:x"),
            ("git@h:x y", "git@h:x y"),
            ("https://h/x y", "https://h/x y"),
        ] {
            assert_eq!(redact(text), shown);
        }
    }
}
