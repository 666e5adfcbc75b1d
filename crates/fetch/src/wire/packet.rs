//! Packet lines: four hex digits of length, and what they measure.

use std::io::{self, Read};

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Packet {
    Data(Vec<u8>),
    /// The end of a message.
    Flush,
    /// Between the parts of a message.
    Delimiter,
    /// The end of an answer.
    End,
}

/// Ends a message.
pub(super) const FLUSH: &[u8] = b"0000";

/// Stands between the parts of a message.
pub(super) const DELIMITER: &[u8] = b"0001";

/// Adds a line to a message. Lines of ours are far shorter than the most that a length can say.
pub(super) fn add(message: &mut Vec<u8>, line: &str) {
    message.extend_from_slice(format!("{:04x}{line}\n", line.len() + 5).as_bytes());
}

/// Reads the next packet.
pub(super) fn read(from: &mut impl Read) -> io::Result<Packet> {
    let mut digits = [0; 4];
    from.read_exact(&mut digits)?;
    // `from_str_radix` takes a sign too.
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = str::from_utf8(&digits).ok().filter(|_| is_hex);
    let length = digits.and_then(|digits| usize::from_str_radix(digits, 16).ok());
    match length {
        Some(0) => Ok(Packet::Flush),
        Some(1) => Ok(Packet::Delimiter),
        Some(2) => Ok(Packet::End),
        Some(length @ 4..) => {
            let mut bytes = vec![0; length - 4];
            from.read_exact(&mut bytes)?;
            Ok(Packet::Data(bytes))
        }
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "no packet line")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut message = Vec::new();
        add(&mut message, "command=ls-refs");
        message.extend_from_slice(DELIMITER);
        add(&mut message, "peel");
        message.extend_from_slice(FLUSH);
        message.extend_from_slice(b"0002");
        let mut from = message.as_slice();
        assert_eq!(read(&mut from).unwrap(), Packet::Data(b"command=ls-refs\n".to_vec()));
        assert_eq!(read(&mut from).unwrap(), Packet::Delimiter);
        assert_eq!(read(&mut from).unwrap(), Packet::Data(b"peel\n".to_vec()));
        assert_eq!(read(&mut from).unwrap(), Packet::Flush);
        assert_eq!(read(&mut from).unwrap(), Packet::End);
        assert!(read(&mut from).is_err());
    }

    #[test]
    fn anything_else_is_an_error() {
        for bytes in ["0003", "zzzz", "0009abc", "<htm", "+00a123456"] {
            assert!(read(&mut bytes.as_bytes()).is_err(), "{bytes}");
        }
    }
}
