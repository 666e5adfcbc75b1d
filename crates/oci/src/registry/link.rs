//! `Link` header fields, as [RFC 8288, section 3](https://www.rfc-editor.org/rfc/rfc8288#section-3) has them:
//! `</v2/x/tags/list?last=y>; rel="next"`.

use super::field::{Field, is_token};

/// The target of the first link to what comes next, as it is written.
pub(super) fn next<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> Option<String> {
    fields.into_iter().find_map(|field| next_of(Field::new(field.as_ref())))
}

fn next_of(mut field: Field<'_>) -> Option<String> {
    loop {
        field.skip_commas();
        if !field.eat('<') {
            return None;
        }
        let target = field.all(|c| c != '>').trim();
        if !field.eat('>') {
            return None;
        }
        if is_next(&mut field)? {
            return Some(target.to_owned());
        }
    }
}

/// Passes over a link's parameters; `None` where they have no end.
fn is_next(field: &mut Field<'_>) -> Option<bool> {
    let (mut relations, mut is_of_another) = (None, false);
    loop {
        field.skip_space();
        if !field.eat(';') {
            field.all(|c| c != ',');
            let is_next = |relation: &str| relation.eq_ignore_ascii_case("next");
            let relations: String = relations.unwrap_or_default();
            return Some(!is_of_another && relations.split_ascii_whitespace().any(is_next));
        }
        field.skip_space();
        let name = field.all(is_token);
        let Some(value) = field.value(|c| !matches!(c, ';' | ',' | ' ' | '\t')) else { continue };
        let value = value?;
        if name.eq_ignore_ascii_case("rel") {
            // Of several, the first counts.
            relations.get_or_insert(value);
        } else if name.eq_ignore_ascii_case("anchor") {
            // What another document leads to.
            is_of_another = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::next;

    fn of(field: &str) -> Option<String> {
        next([field])
    }

    #[test]
    fn the_next_page_is_found_however_it_is_written() {
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
            assert_eq!(of(field).as_deref(), Some("/n"), "{field}");
        }
        assert_eq!(next(["</p>; rel=prev", "</n;,>; rel=next"]).as_deref(), Some("/n;,"));
        assert_eq!(of("<?last=b>; rel=next").as_deref(), Some("?last=b"));
    }

    #[test]
    fn nothing_else_is_taken_for_it() {
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
            assert_eq!(of(field), None, "{field}");
        }
    }
}
