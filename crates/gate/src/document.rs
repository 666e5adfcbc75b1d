//! A policy or a list of risks as its author wrote it, in TOML or JSON, as the tree that the engine reads.

use std::borrow::Cow;
use std::path::Path;

use start_points::Span;
use start_points::gate::InputError;
use start_points::json::{Document, Member, Node, Value};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::error::FileFault;

/// Reads a text into what `read` makes of its tree; which language it is in, its file's name says.
pub(crate) fn read<T>(
    path: &Path,
    text: &str,
    read: impl FnOnce(&Node<'_>) -> Result<T, InputError>,
) -> Result<T, FileFault> {
    let input = |error: InputError| FileFault::input(text, error);
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        let document = Document::parse(text.as_bytes()).map_err(|error| FileFault::json(text, &error))?;
        return read(document.root()).map_err(input);
    }
    let table = DeTable::parse(text).map_err(|error| FileFault::toml(text, &error))?;
    let span = span(&table);
    read(&Node { span, value: object(table.into_inner()) }).map_err(input)
}

fn object<'t>(table: DeTable<'t>) -> Value<'t> {
    let member = |(key, value): (Spanned<DeString<'t>>, Spanned<DeValue<'t>>)| Member {
        key_span: span(&key),
        key: key.into_inner(),
        node: node(value),
    };
    Value::Object(table.into_iter().map(member).collect())
}

fn node<'t>(value: Spanned<DeValue<'t>>) -> Node<'t> {
    let span = span(&value);
    let value = match value.into_inner() {
        DeValue::String(text) => Value::String(text),
        DeValue::Boolean(value) => Value::Bool(value),
        // No key takes one; it has to be one that can be named in the complaint.
        DeValue::Integer(_) | DeValue::Float(_) => Value::Number("0"),
        DeValue::Datetime(time) => Value::String(Cow::Owned(time.to_string())),
        DeValue::Array(entries) => Value::Array(entries.into_iter().map(node).collect()),
        DeValue::Table(table) => object(table),
    };
    Node { span, value }
}

fn span<T>(spanned: &Spanned<T>) -> Span {
    Span::new(spanned.span().start, spanned.span().end)
}
