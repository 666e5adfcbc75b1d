//! Header fields of registries: `WWW-Authenticate` and `Link`.

use std::collections::BTreeMap;

/// A parser of the parts of header fields: [RFC 9110, section 5.6](https://www.rfc-editor.org/rfc/rfc9110#section-5.6).
pub(super) struct FieldParser<'a> {
    rest: &'a str,
}

impl<'a> FieldParser<'a> {
    pub(super) fn new(value: &'a str) -> Self {
        Self { rest: value }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn starts_with(&self, wanted: char) -> bool {
        self.rest.starts_with(wanted)
    }

    pub(super) fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Skips the empty elements of a list too.
    pub(super) fn skip_commas(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', ',']);
    }

    /// Consumes this character if it is next.
    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// The characters up to the first that does not fit; possibly none.
    pub(super) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let (found, rest) = self.rest.split_at(self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len()));
        self.rest = rest;
        found
    }

    pub(super) fn token(&mut self) -> Option<&'a str> {
        Some(self.take_while(is_token)).filter(|token| !token.is_empty())
    }

    /// `= value` with optional space around the `=`, quoted or not; `None`, consuming nothing, if that is not next. An
    /// unterminated quoted string has no value.
    pub(super) fn value(&mut self, fits: impl Fn(char) -> bool) -> Option<Option<String>> {
        let mut ahead = FieldParser { rest: self.rest };
        ahead.skip_space();
        if !ahead.eat('=') {
            return None;
        }
        ahead.skip_space();
        self.rest = ahead.rest;
        Some(if self.eat('"') { self.quoted() } else { Some(self.take_while(fits).to_owned()) })
    }

    /// The rest of a quoted string, with `\` escapes:
    /// [RFC 9110, section 5.6.4](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4).
    fn quoted(&mut self) -> Option<String> {
        let mut value = String::new();
        let mut characters = self.rest.chars();
        while let Some(c) = characters.next() {
            match c {
                '"' => {
                    self.rest = characters.as_str();
                    return Some(value);
                }
                '\\' => value.extend(characters.next()),
                c => value.push(c),
            }
        }
        self.rest = "";
        None
    }

    /// Consumes a `token68`, such as `YII/a+b==`, if the list's element ends after it:
    /// [RFC 9110, section 11.2](https://www.rfc-editor.org/rfc/rfc9110#section-11.2).
    pub(super) fn token68(&mut self) -> bool {
        let mut ahead = FieldParser { rest: self.rest };
        let body = ahead.take_while(|c| c.is_ascii_alphanumeric() || "-._~+/".contains(c));
        ahead.take_while(|c| c == '=');
        ahead.skip_space();
        let is_one = !body.is_empty() && (ahead.is_at_end() || ahead.starts_with(','));
        if is_one {
            self.rest = ahead.rest;
        }
        is_one
    }
}

pub(super) fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// How a registry wants to be authenticated to, from `WWW-Authenticate`:
/// [RFC 9110, section 11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1), and for `Bearer`
/// <https://distribution.github.io/distribution/spec/auth/token/>.
///
/// A comma separates challenges, and also the parameters of one: only what follows a name tells which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// A name and a password with each request.
    Basic,
    /// A token from a token service.
    Bearer {
        /// The URL of the token service.
        realm: String,
        /// The service that the token is for.
        service: Option<String>,
    },
}

/// A challenge of any scheme.
#[derive(Debug, Default)]
struct RawChallenge {
    scheme: String,
    parameters: BTreeMap<String, String>,
    /// A parameter is repeated or unterminated, so the challenge is ambiguous.
    is_broken: bool,
}

impl Challenge {
    /// The best challenge of the header fields: a token before a password. `None` if no scheme is supported.
    pub(super) fn best<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> Option<Self> {
        let mut best = None;
        for challenge in fields.into_iter().flat_map(|field| parse_challenges(field.as_ref())) {
            match challenge.supported() {
                Some(bearer @ Self::Bearer { .. }) => return Some(bearer),
                Some(Self::Basic) => best = Some(Self::Basic),
                None => {}
            }
        }
        best
    }
}

impl RawChallenge {
    fn supported(mut self) -> Option<Challenge> {
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

fn parse_challenges(value: &str) -> Vec<RawChallenge> {
    let mut found: Vec<RawChallenge> = Vec::new();
    let mut field = FieldParser::new(value);
    loop {
        field.skip_commas();
        if field.is_at_end() {
            return found;
        }
        let Some(name) = field.token() else {
            // Not a list of challenges from here on; the previous one may be cut off.
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
                found.push(RawChallenge { scheme: name.to_owned(), ..RawChallenge::default() });
                field.skip_space();
                field.token68();
            }
        }
    }
}

/// The target of the first `Link` to the next page, as written: `</v2/x/tags/list?last=y>; rel="next"`.
///
/// [RFC 8288, section 3](https://www.rfc-editor.org/rfc/rfc8288#section-3)
pub(super) fn next_link<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> Option<String> {
    fields.into_iter().find_map(|field| next_link_in(FieldParser::new(field.as_ref())))
}

fn next_link_in(mut field: FieldParser<'_>) -> Option<String> {
    loop {
        field.skip_commas();
        if !field.eat('<') {
            return None;
        }
        let target = field.take_while(|c| c != '>').trim();
        if !field.eat('>') {
            return None;
        }
        if is_next(&mut field)? {
            return Some(target.to_owned());
        }
    }
}

/// Consumes a link's parameters; `None` if they are unterminated.
fn is_next(field: &mut FieldParser<'_>) -> Option<bool> {
    let (mut relations, mut is_of_another) = (None, false);
    loop {
        field.skip_space();
        if !field.eat(';') {
            field.take_while(|c| c != ',');
            let is_next = |relation: &str| relation.eq_ignore_ascii_case("next");
            let relations: String = relations.unwrap_or_default();
            return Some(!is_of_another && relations.split_ascii_whitespace().any(is_next));
        }
        field.skip_space();
        let name = field.take_while(is_token);
        let Some(value) = field.value(|c| !matches!(c, ';' | ',' | ' ' | '\t')) else { continue };
        let value = value?;
        if name.eq_ignore_ascii_case("rel") {
            // The first counts: https://www.rfc-editor.org/rfc/rfc8288#section-3.3
            relations.get_or_insert(value);
        } else if name.eq_ignore_ascii_case("anchor") {
            // The link of another document: https://www.rfc-editor.org/rfc/rfc8288#section-3.2
            is_of_another = true;
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
    fn challenges_of_registries_are_read() {
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
    fn the_best_of_several_challenges_is_used() {
        for text in [
            r#"Basic realm="x", Bearer realm="/t",service=s"#,
            r#"Bearer realm="/t",service=s, Basic realm="x""#,
            r#"Negotiate, Basic realm="a, Bearer realm=b" ,Bearer service="s" ,	realm=/t"#,
            r#"Negotiate YII/a+b==, Bearer realm="/t", service="s""#,
            r#"NTLM abc=,Digest qop="auth, auth-int", nonce=x, Bearer realm="/t",service=s,Basic"#,
            r#"Newauth realm="apps", type=1, title="Credential to \"apps\"", BEARER realm="/t",service="s""#,
        ] {
            let text = text.replace("realm=/t", "realm=\"/t\"");
            assert_eq!(best(&text), bearer("/t", Some("s")), "{text}");
        }
        let fields = ["Basic realm=x", "Negotiate abc", "Bearer realm=\"/t\""];
        assert_eq!(Challenge::best(fields), bearer("/t", None));
        assert_eq!(best("Bearer error=\"x\", Basic realm=y"), Some(Challenge::Basic));
    }

    #[test]
    fn ambiguous_challenges_are_not_answered() {
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

    fn next_in(field: &str) -> Option<String> {
        next_link([field])
    }

    #[test]
    fn the_next_page_is_found_in_any_spelling() {
        for field in [
            r#"</n>; rel="next""#,
            "</n>;rel=next",
            "< /n >  ;  REL = NEXT  ",
            r#"</p>; rel="prev", </n>; rel="next""#,
            r#"</p>; rel=prev; title="a, <b>; rel=next" , </n>; rel="last Next""#,
            r#"</p>; title="\"; rel=next"; rel=first,,</n>;title*=UTF-8''x;rel="	next	""#,
            r#"</n>; crossorigin; rel="next"; rel="prev""#,
            r#"</p>; rel=prev; rel=next, </n>; rel=next, </o>; rel=next"#,
            r#"</p>; rel=next; anchor="/other", </n>; rel=next"#,
        ] {
            assert_eq!(next_in(field).as_deref(), Some("/n"), "{field}");
        }
        assert_eq!(next_link(["</p>; rel=prev", "</n;,>; rel=next"]).as_deref(), Some("/n;,"));
        assert_eq!(next_in("<?last=b>; rel=next").as_deref(), Some("?last=b"));
    }

    #[test]
    fn other_links_are_ignored() {
        for field in [
            "",
            "</n>",
            "</n>; rel=nextish",
            r#"</n>; rel="prev""#,
            r#"</n>; title="rel=next""#,
            r#"</n>; rel="next"#,
            "</n; rel=next",
            "/n; rel=next",
            "</n>; relation=next",
            "</n>, rel=next",
        ] {
            assert_eq!(next_in(field), None, "{field}");
        }
    }
}
