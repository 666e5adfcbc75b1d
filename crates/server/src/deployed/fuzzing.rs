//! JSON as Ruby reads it, beside serde_json.

use serde_json::Value;

use super::arguments::Arguments;
use super::ruby_json::{self, Named, Text};

/// More levels than Ruby reads; fewer than serde_json does.
const MAX_NESTING: usize = 100;

/// What serde_json accepts is accepted and has the same `name`, whatever white space and comments are around it; and
/// what is said of anything else is JSON.
pub fn ruby_json(body: &[u8]) {
    let theirs = serde_json::from_slice::<Value>(body);
    match ruby_json::parse(body) {
        Ok(ours) => {
            if let Ok(theirs) = &theirs {
                assert_eq!(ours, read(theirs), "{}", String::from_utf8_lossy(body));
            }
            for (before, after) in [(&b" \n"[..], &b"\t"[..]), (b"/* ] */", b"// }"), (b"//\n", b"/**/")] {
                let more = [before, body, b"\n", after].concat();
                assert_eq!(ruby_json::parse(&more).as_ref(), Ok(&ours), "{}", String::from_utf8_lossy(&more));
            }
            // One level further down it is an array, or too deep.
            let inside = [b"[", body, b"\n]"].concat();
            let is_deep = body.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() >= MAX_NESTING;
            assert!(ruby_json::parse(&inside).is_ok_and(|inside| inside == Text::Other) || is_deep);
        }
        Err(exception) => {
            let said = exception.json("manifest", body);
            let Ok(said) = serde_json::from_str::<Value>(&said) else { unreachable!("{said}") };
            let class = said.pointer("/exception/class").and_then(Value::as_str);
            let is_deep = class == Some("JSON::NestingError");
            assert!(is_deep || class == Some("JSON::ParserError"), "{said}");
            assert!(!is_deep || body.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() > MAX_NESTING);
            assert!(theirs.is_err() || is_deep, "serde_json accepts: {said}");
            assert_eq!(exception.status().as_u16(), 500);
        }
    }
    if let Ok(arguments) = Arguments::parse(body) {
        assert!(body.is_empty() || arguments.name().is_err() || body.contains(&b'{'));
    }
}

fn read(value: &Value) -> Text {
    let Value::Object(members) = value else { return Text::Other };
    Text::Object(members.get("name").map(|name| match name {
        Value::String(name) => Named::Text(name.clone()),
        _ => Named::Other,
    }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_hold() {
        start_points_testing::fuzz_inputs("ruby_json").iter().for_each(|body| super::ruby_json(body));
    }
}
