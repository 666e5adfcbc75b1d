//! What a registry wants to know before it answers: `WWW-Authenticate`, as
//! [RFC 9110, section 11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1) has it.
//!
//! A comma separates challenges, and the parameters of one: only what follows a name tells which.

use std::collections::BTreeMap;

use super::field::{Field, is_token};

/// How a registry wants to be told who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// A name and a password with each request.
    Basic,
    /// A token from somewhere.
    Bearer {
        /// The URL that gives it.
        realm: String,
        /// Whom the token is for.
        service: Option<String>,
    },
}

/// A challenge of any scheme.
#[derive(Debug, Default)]
struct Read {
    scheme: String,
    parameters: BTreeMap<String, String>,
    /// A parameter that stands twice or has no end: what is meant is not known.
    is_broken: bool,
}

impl Challenge {
    /// The best of what is offered in the header fields: a token before a password. `None` where no scheme is spoken.
    pub(super) fn best<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> Option<Self> {
        let mut best = None;
        for challenge in fields.into_iter().flat_map(|field| read(field.as_ref())) {
            match challenge.answerable() {
                Some(bearer @ Self::Bearer { .. }) => return Some(bearer),
                Some(Self::Basic) => best = Some(Self::Basic),
                None => {}
            }
        }
        best
    }
}

impl Read {
    fn answerable(mut self) -> Option<Challenge> {
        if self.is_broken {
            return None;
        }
        if self.scheme.eq_ignore_ascii_case("basic") {
            return Some(Challenge::Basic);
        }
        if !self.scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let realm = self.parameters.remove("realm").filter(|realm| !realm.is_empty())?;
        Some(Challenge::Bearer { realm, service: self.parameters.remove("service") })
    }
}

fn read(value: &str) -> Vec<Read> {
    let mut found: Vec<Read> = Vec::new();
    let mut field = Field::new(value);
    loop {
        field.skip_commas();
        if field.is_at_end() {
            return found;
        }
        let Some(name) = field.token() else {
            // Not a list of challenges from here on; the one before may be cut off.
            found.pop();
            return found;
        };
        match (field.value(is_token), found.last_mut()) {
            (Some(value), Some(challenge)) => {
                let is_new = value.is_some_and(|value| {
                    challenge.parameters.insert(name.to_ascii_lowercase(), value).is_none()
                });
                challenge.is_broken |= !is_new;
            }
            (Some(_), None) => return found,
            (None, _) => {
                found.push(Read { scheme: name.to_owned(), ..Read::default() });
                field.skip_space();
                field.token68();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>) -> Option<Challenge> {
        Some(Challenge::Bearer { realm: realm.to_owned(), service: service.map(str::to_owned) })
    }

    fn best(field: &str) -> Option<Challenge> {
        Challenge::best([field])
    }

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        let ghcr =
            r#"Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:a/b:pull,push""#;
        assert_eq!(best(ghcr), bearer("https://ghcr.io/token", Some("ghcr.io")));
        for text in
            ["Basic realm=\"x\"", "basic", "BASIC  realm = x , charset=\"UTF-8\"", "Basic,", ",, Basic"]
        {
            assert_eq!(best(text), Some(Challenge::Basic), "{text}");
        }
        assert_eq!(best(r#"bearer  realm = "a\"b" "#), bearer("a\"b", None));
        assert_eq!(best(r#"bEaReR REALM="a,\\b",Service=s"#), bearer("a,\\b", Some("s")));
        for text in
            ["", "Negotiate", "Bearer", "Bearer realm=\"x", "Bearer service=x", "Bearer realm", "=", "\"x\""]
        {
            assert_eq!(best(text), None, "{text}");
        }
    }

    #[test]
    fn the_best_of_several_is_taken_in_any_order() {
        for text in [
            r#"Basic realm="x", Bearer realm="/t",service=s"#,
            r#"Bearer realm="/t",service=s, Basic realm="x""#,
            r#"Negotiate, Basic realm="a, Bearer realm=b" ,Bearer service="s" ,	realm=/t"#,
            r#"Negotiate YII/a+b==, Bearer realm="/t", service="s""#,
            r#"NTLM abc=,Digest qop="auth, auth-int", nonce=x, Bearer realm="/t",service=s,Basic"#,
            r#"Newauth realm="apps", type=1, title="Login to \"apps\"", BEARER realm="/t",service="s""#,
        ] {
            let text = text.replace("realm=/t", "realm=\"/t\"");
            assert_eq!(best(&text), bearer("/t", Some("s")), "{text}");
        }
        let fields = ["Basic realm=x", "Negotiate abc", "Bearer realm=\"/t\""];
        assert_eq!(Challenge::best(fields), bearer("/t", None));
        assert_eq!(best("Bearer error=\"x\", Basic realm=y"), Some(Challenge::Basic));
    }

    #[test]
    fn what_cannot_be_understood_is_not_answered() {
        for text in [
            r#"Bearer realm="/a", realm="/b""#,
            r#"realm="/t", Bearer"#,
            r#"Bearer realm="/t", service="s"#,
            r#"Bearer realm="/t" {"#,
        ] {
            assert_eq!(best(text), None, "{text}");
        }
        assert_eq!(best(r#"Basic realm=x, Bearer realm="/t"#), Some(Challenge::Basic));
    }
}
