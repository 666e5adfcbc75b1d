//! Percent-encoding: finding it and undoing it.

/// The `%XX` sequences of `text`: byte offset and the byte each stands for.
pub(super) fn encoded(text: &str) -> impl Iterator<Item = (usize, u8)> {
    text.as_bytes().windows(3).enumerate().filter_map(|(at, window)| match window {
        [b'%', high, low] => Some((at, hex(*high)? * 16 + hex(*low)?)),
        _ => None,
    })
}

/// `text` with each `%XX` undone, or nothing where that is not UTF-8.
pub(super) fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for (at, byte) in encoded(text) {
        out.extend_from_slice(bytes.get(from..at)?);
        out.push(byte);
        from = at + 3;
    }
    out.extend_from_slice(bytes.get(from..)?);
    String::from_utf8(out).ok()
}

/// Appends `text` with the characters for which `wanted` holds as `%XX`.
pub(super) fn encode(text: &str, wanted: fn(char) -> bool, out: &mut String) {
    for c in text.chars() {
        if !wanted(c) {
            out.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(digit.into(), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undoes_each_sequence_once() {
        assert_eq!(decode("a%20b%2Fc").as_deref(), Some("a b/c"));
        assert_eq!(decode("%2541").as_deref(), Some("%41"));
        assert_eq!(decode("100%"), Some("100%".to_owned()));
        assert_eq!(decode("%c3%a9").as_deref(), Some("é"));
        assert_eq!(decode("%ff"), None);
        assert_eq!(decode("%é%"), Some("%é%".to_owned()));
    }
}
