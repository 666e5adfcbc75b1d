//! Reading facts, policies and risks from a tree: what is not known is refused, with its place and the nearest name.

use std::collections::BTreeSet;

use strum::IntoStaticStr;
use thiserror::Error;

use super::pattern::ImagePatternError;
use crate::escape::escaped;
use crate::json::{Document, JsonError, JsonWriter, Member, Node, Value};
use crate::nearest::nearest;
use crate::time::TimeError;
use crate::{ImageNameError, Span};

/// What is wrong with facts, a policy or a list of risks, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {kind}")]
pub struct GateInputError {
    /// Where, in words: `policy.rules.too-old`.
    pub place: String,
    /// The bytes at fault in the text that was read.
    pub span: Span,
    /// What is wrong.
    pub kind: GateInputErrorKind,
}

/// The ways in which they can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum GateInputErrorKind {
    /// The text is not JSON.
    #[error("invalid JSON: {0}")]
    InvalidJson(Box<JsonError>),
    /// An unknown key.
    #[error("unknown key `{}`", escaped(found))]
    UnknownKey {
        /// What was written.
        found: String,
        /// The keys that are known there.
        known: &'static [&'static str],
    },
    /// A key that an object has twice.
    #[error("duplicate key `{}`", escaped(.0))]
    DuplicateKey(String),
    /// A required key is missing.
    #[error("missing key `{0}`")]
    MissingKey(&'static str),
    /// A value of another type.
    #[error("expected {expected}, found {found}")]
    WrongType {
        /// What may stand there.
        expected: &'static str,
        /// What JSON calls what stands there.
        found: &'static str,
    },
    /// An unknown level.
    #[error("unknown level `{}`", escaped(.0))]
    UnknownLevel(String),
    /// A text that is not a time.
    #[error("`{}` is not an RFC 3339 time", escaped(.0))]
    BadTime(String),
    /// A text that is not an age.
    #[error("`{}` is not an age", escaped(.0))]
    BadAge(String),
    /// A text that is not an image name.
    #[error("{0}")]
    BadImage(ImageNameError),
    /// A text that is not a tag.
    #[error("`{}` is not a tag: {error}", escaped(found))]
    BadTag {
        /// What was written.
        found: String,
        /// Why.
        error: ImageNameError,
    },
    /// A text that is not a pattern of image names.
    #[error("`{}` is not a pattern of image names: {error}", escaped(found))]
    BadPattern {
        /// What was written.
        found: String,
        /// Why.
        error: ImagePatternError,
    },
    /// A text that is not a public key.
    #[error("`{}` is not a minisign public key", escaped(.0))]
    BadKey(String),
    /// An empty text.
    #[error("empty text")]
    Empty,
}

impl GateInputError {
    /// How to fix it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        use GateInputErrorKind as K;
        Some(match &self.kind {
            K::InvalidJson(error) => return error.hint().map(Into::into),
            K::UnknownKey { found, known } => match nearest(found, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys: {}", quoted(known)),
            },
            K::DuplicateKey(_) => "keep one of them".to_owned(),
            K::UnknownLevel(_) => "write `allow`, `warn` or `deny`".to_owned(),
            K::BadTime(_) => "write it as in `2026-01-31T23:59:59Z`".to_owned(),
            K::BadAge(_) => "write hours, days or weeks as in `12h`, `365d`, `52w`".to_owned(),
            K::BadImage(error) | K::BadTag { error, .. } => return error.hint(),
            K::BadKey(_) => "write the second line of `minisign.pub`: `RW` and 54 more characters".to_owned(),
            K::BadPattern { .. } => "write an image name, with `*` for any characters".to_owned(),
            K::MissingKey(_) | K::WrongType { .. } | K::Empty => return None,
        })
    }

    /// The id of what is wrong.
    #[must_use]
    pub fn code(&self) -> &'static str {
        (&self.kind).into()
    }

    /// It as JSON: `code`, `message`, and a `hint` that may be null.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = JsonWriter::new();
        json.open('{');
        json.key("code").string(self.code());
        json.key("message").string(&self.to_string());
        json.key("hint").optional(self.hint().as_deref());
        json.close('}');
        json.finish()
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// A value with its place in words.
#[derive(Debug, Clone)]
pub(super) struct Input<'n, 't> {
    node: &'n Node<'t>,
    place: String,
}

/// A text that has to be JSON, read by `read`; `what` is how messages call it.
pub(super) fn parse<T>(
    what: &str,
    json: &[u8],
    read: impl FnOnce(Input<'_, '_>) -> Result<T, GateInputError>,
) -> Result<T, GateInputError> {
    let document = Document::parse(json).map_err(|error| GateInputError {
        place: what.to_owned(),
        span: error.span,
        kind: GateInputErrorKind::InvalidJson(Box::new(error)),
    })?;
    read(Input::new(what, document.root()))
}

impl<'n, 't> Input<'n, 't> {
    pub(super) fn new(what: &str, node: &'n Node<'t>) -> Self {
        Self { node, place: what.to_owned() }
    }

    pub(super) fn error(&self, kind: GateInputErrorKind) -> GateInputError {
        GateInputError { place: self.place.clone(), span: self.node.span, kind }
    }

    fn wrong_type(&self, expected: &'static str) -> GateInputError {
        self.error(GateInputErrorKind::WrongType { expected, found: self.node.type_name() })
    }

    /// The members of an object, of any keys, each once.
    pub(super) fn members(&self) -> Result<Vec<(&'n str, Self)>, GateInputError> {
        let Some(members) = self.node.as_object() else { return Err(self.wrong_type("an object")) };
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for member in members {
            let Member { key, key_span, node } = member;
            if !seen.insert(key.as_ref()) {
                let kind = GateInputErrorKind::DuplicateKey(key.to_string());
                return Err(GateInputError { place: self.place.clone(), span: *key_span, kind });
            }
            let place = format!("{}.{}", self.place, escaped(key));
            found.push((key.as_ref(), Self { node, place }));
        }
        Ok(found)
    }

    /// The members of an object, all of whose keys are known.
    pub(super) fn object(&self, known: &'static [&'static str]) -> Result<Object<'n, 't>, GateInputError> {
        let members = self.members()?;
        for (key, _) in &members {
            if !known.contains(key) {
                let span = self.node.member(key).map_or(self.node.span, |member| member.key_span);
                let kind = GateInputErrorKind::UnknownKey { found: (*key).to_owned(), known };
                return Err(GateInputError { place: self.place.clone(), span, kind });
            }
        }
        Ok(Object { whole: self.clone(), members })
    }

    pub(super) fn entries(&self) -> Result<Vec<Self>, GateInputError> {
        let entries = self.node.as_array().ok_or_else(|| self.wrong_type("an array"))?;
        let entry = |(index, node)| Self { node, place: format!("{}[{index}]", self.place) };
        Ok(entries.iter().enumerate().map(entry).collect())
    }

    pub(super) fn text(&self) -> Result<&'n str, GateInputError> {
        match &self.node.value {
            Value::String(text) => Ok(text),
            _ => Err(self.wrong_type("a string")),
        }
    }

    /// A text that says something.
    pub(super) fn words(&self) -> Result<&'n str, GateInputError> {
        match self.text()? {
            text if text.trim().is_empty() => Err(self.error(GateInputErrorKind::Empty)),
            text => Ok(text),
        }
    }

    pub(super) fn boolean(&self) -> Result<bool, GateInputError> {
        self.node.as_bool().ok_or_else(|| self.wrong_type("true or false"))
    }

    pub(super) fn time(&self) -> Result<crate::Time, GateInputError> {
        let text = self.text()?;
        text.parse().map_err(|_: TimeError| self.error(GateInputErrorKind::BadTime(text.to_owned())))
    }

    pub(super) fn is_null(&self) -> bool {
        self.node.is_null()
    }
}

/// An object, all of whose keys are known.
#[derive(Debug)]
pub(super) struct Object<'n, 't> {
    whole: Input<'n, 't>,
    members: Vec<(&'n str, Input<'n, 't>)>,
}

impl<'n, 't> Object<'n, 't> {
    /// A member; `null` is nothing.
    pub(super) fn get(&self, key: &str) -> Option<&Input<'n, 't>> {
        self.members.iter().find(|(name, value)| *name == key && !value.is_null()).map(|(_, value)| value)
    }

    pub(super) fn needed(&self, key: &'static str) -> Result<&Input<'n, 't>, GateInputError> {
        self.get(key).ok_or_else(|| self.whole.error(GateInputErrorKind::MissingKey(key)))
    }
}
