//! The known word that a mistyped one most likely means.

/// The candidate nearest to `word`, if it is near enough.
///
/// Case, `-`, `_` and white space do not count: `Display Name` is next to `display_name`.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A word longer than any candidate could be is not worth a comparison that costs its length.
    if word.len() > 64 {
        return None;
    }
    let folded = fold_name(word);
    let length = folded.chars().count();
    let distance = |candidate: &'a str| {
        let most = candidate.len().div_ceil(3);
        let other = fold_name(candidate);
        // No fewer edits than the lengths differ by, and most candidates differ by more.
        if other.chars().count().abs_diff(length) > most {
            return None;
        }
        let distance = strsim::osa_distance(&folded, &other);
        (distance <= most).then_some((distance, candidate))
    };
    candidates
        .into_iter()
        .filter_map(distance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The file name nearest to `name`. A manifest can name thousands that are missing, so of many and of long
/// candidates only some are compared.
pub(crate) fn nearest_file<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest(name, candidates.filter(|candidate| candidate.len() <= 64).take(64))
}

fn fold_name(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_') && !c.is_whitespace())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_the_intended_word() {
        let known = ["display_name", "tab_size", "image_name"];
        assert_eq!(nearest("displayname", known), Some("display_name"));
        assert_eq!(nearest("Display_name", known), Some("display_name"));
        assert_eq!(nearest("tabsizes", known), Some("tab_size"));
        assert_eq!(nearest("colour", known), None);
    }
}
