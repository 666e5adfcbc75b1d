//! Escapes that spell one byte: octal, hexadecimal, control and meta.

use super::error::{RegexError, RegexErrorKind};
use super::source::refuse;

/// The byte spelt by the escape at `start`, and where the escape ends.
pub(super) fn read(pattern: &str, start: usize) -> Result<(u8, usize), RegexError> {
    let bytes = pattern.as_bytes();
    let (mut meta, mut control) = (false, false);
    let mut at = start + 1;
    let code = loop {
        let letter = bytes.get(at).copied();
        at += 1;
        match letter {
            None => return Err(refuse(RegexErrorKind::EscapeAtEnd, start, bytes.len())),
            Some(b'0'..=b'7') => {
                let (code, end) = digits(bytes, at - 1, 3, 8);
                at = end;
                break u8::try_from(code).map_err(|_| refuse(RegexErrorKind::OctalEscape, start, end))?;
            }
            Some(b'x') => {
                let (code, end) = digits(bytes, at, 2, 16);
                if end == at {
                    return Err(refuse(RegexErrorKind::HexEscape, start, end));
                }
                at = end;
                break u8::try_from(code).map_err(|_| refuse(RegexErrorKind::HexEscape, start, end))?;
            }
            Some(b'M') if !meta && bytes.get(at) == Some(&b'-') => {
                meta = true;
                at += 1;
            }
            Some(b'C') if !control && bytes.get(at) == Some(&b'-') => {
                control = true;
                at += 1;
            }
            Some(b'c') if !control => control = true,
            Some(letter) => {
                let end = pattern.ceil_char_boundary(at);
                break plain(letter).ok_or_else(|| refuse(RegexErrorKind::ControlEscape, start, end))?;
            }
        }
        // Behind a prefix stands a plain ASCII character or a further escape.
        match bytes.get(at) {
            Some(b'\\') => at += 1,
            Some(&byte) if byte.is_ascii() => {
                at += 1;
                break byte;
            }
            _ => return Err(refuse(RegexErrorKind::ControlEscape, start, at.min(bytes.len()))),
        }
    };
    let code = if control { code & 0x1F } else { code };
    Ok((if meta { code | 0x80 } else { code }, at))
}

/// At most `most` digits at `at`, and where they end.
fn digits(bytes: &[u8], at: usize, most: usize, radix: u32) -> (u32, usize) {
    let digit = |byte: &u8| char::from(*byte).to_digit(radix);
    let values = bytes[at..].iter().take(most).map_while(digit);
    let (count, value) = values.fold((0, 0), |(count, value), digit| (count + 1, value * radix + digit));
    (value, at + count)
}

fn plain(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' => b'\\',
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'f' => 0x0C,
        b'v' => 0x0B,
        b'a' => 0x07,
        b'e' => 0x1B,
        _ => return None,
    })
}
