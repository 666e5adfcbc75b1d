//! IPv6 addresses, as RFC 4291 writes them. The standard library's reader would be a fiftieth of the browser's module.

use crate::{find, part};

/// Whether this is an address: eight groups of hexadecimal digits, fewer around one `::`, the last two perhaps
/// written as an IPv4 address.
pub(super) fn is_ipv6(text: &str) -> bool {
    match find(text, "::") {
        None => groups(text, true) == Some(8),
        Some(at) => {
            let (head, tail) = (part(text, ..at), part(text, at + 2..));
            let count = |text: &str, last| if text.is_empty() { Some(0) } else { groups(text, last) };
            count(head, false).zip(count(tail, true)).is_some_and(|(head, tail)| head + tail <= 7)
        }
    }
}

/// How many groups there are; `None` where one is none.
fn groups(text: &str, last: bool) -> Option<usize> {
    let is_group =
        |group: &str| (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut count = 0;
    let mut rest = text.split(':').peekable();
    while let Some(group) = rest.next() {
        count += match rest.peek() {
            None if last && is_ipv4(group) => 2,
            _ if is_group(group) => 1,
            _ => return None,
        };
    }
    Some(count)
}

fn is_ipv4(text: &str) -> bool {
    let is_byte = |number: &str| {
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        digits && (number == "0" || !number.starts_with('0')) && number.parse::<u8>().is_ok()
    };
    text.split('.').count() == 4 && text.split('.').all(is_byte)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use proptest::prelude::*;

    use super::is_ipv6;

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(text in "(([0-9a-f]{0,5}|[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]\\.0?[0-9]):{0,2}){0,9}") {
            prop_assert_eq!(is_ipv6(&text), text.parse::<Ipv6Addr>().is_ok(), "{}", text);
        }
    }

    #[test]
    fn addresses_are_taken_and_near_misses_refused() {
        for text in [
            "::",
            "::1",
            "1::",
            "fe80::1:2",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "::ffff:1.2.3.4",
            "1:2:3:4:5:6:1.2.3.4",
        ] {
            assert!(is_ipv6(text) && text.parse::<Ipv6Addr>().is_ok(), "{text}");
        }
        for text in [
            "",
            ":",
            ":::",
            "1",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            "1:2:3:4::5:6:7:8",
            "12345::",
            "g::",
            "1.2.3.4",
            "1.2.3.4::",
            "::1.2.3",
            "::01.2.3.4",
            "::256.2.3.4",
            "::1.2.3.4:1",
        ] {
            assert!(!is_ipv6(text) && text.parse::<Ipv6Addr>().is_err(), "{text}");
        }
    }
}
