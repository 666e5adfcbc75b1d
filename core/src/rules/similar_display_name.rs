//! Display names that a learner cannot tell apart.

use crate::diagnostic::{Diagnostic, Location};
use crate::escape::escaped;
use crate::json::Pointer;
use crate::rule::{Rule, Severity, page};

pub(crate) static RULE: Rule = Rule {
    id: "similar-display-name",
    summary: "two display names differ only in case or white space",
    severity: Severity::Warning,
    since: "0.1.0",
    doc: page!("similar_display_name.md"),
};

/// What is left of a name when case and white space do not count.
#[must_use]
pub fn fold(name: &str) -> String {
    name.split_whitespace().flat_map(str::chars).map(lower).collect()
}

/// The small letter of a capital: Latin with the accents of Western Europe, Greek and Cyrillic. A table of all
/// letters would be a twentieth of the browser's module.
fn lower(c: char) -> char {
    let distance = match c {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ϋ' | 'А'..='Я' => 32,
        'Ѐ'..='Џ' => 80,
        _ => 0,
    };
    char::from_u32(u32::from(c) + distance).unwrap_or(c)
}

/// `places` are those of `name`; the name `first` came before it, at `first_place`.
pub(crate) fn diagnose(name: &str, places: &[&Location], first: &str, first_place: &Location) -> Diagnostic {
    let message = format!(
        "display name `{}` differs from `{}` only in case or white space",
        escaped(name),
        escaped(first)
    );
    let place = places.first().map_or_else(|| Location::file(""), |place| (*place).clone());
    Diagnostic::new(&RULE, place, message)
        .pointer(Pointer::root().key("display_name"))
        .related(first_place.clone(), "the other one")
        .hint("give it a clearly different name, or remove one of the two start-points")
        .data("display_name", name)
        .data("other", first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_is_folded_as_unicode_does() {
        for c in ('\0'..='\u{17F}').chain('\u{391}'..='\u{3A9}').chain('\u{400}'..='\u{45F}') {
            let folded = lower(c);
            assert!(folded == c || c.to_lowercase().eq([folded]), "{c}");
        }
        assert_eq!(fold(" Fizz\tBUZZ ÉÑ ΩΣ ЖЏ"), "fizzbuzzéñωσжџ");
    }
}
