//! Policies and lists of advisories in TOML or JSON files, and the signatures of the lists.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use minisign_verify::{PublicKey, Signature};
use start_points::Span;
use start_points::gate::{Advisories, GateInputError, Policy};
use start_points::json::{Document, Member, Node, Value};
use start_points_io::read_regular_file;
use start_points_workspace::path::shown;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::error::{FileError, FileFault};

/// The most bytes of a policy or a list of risks.
const MAX_BYTES: u64 = 1 << 20;
/// The most bytes of a signature.
const MAX_SIGNATURE: u64 = 4 << 10;

/// Reads a policy from a file: JSON if its name ends in `.json`, otherwise TOML.
///
/// # Errors
/// The file cannot be read, or it is not a policy.
pub fn read_policy(path: &Path) -> Result<Policy, FileError> {
    in_file(path, read_file(path, MAX_BYTES).and_then(|text| read_tree(path, &text, Policy::from_tree)))
}

/// Reads a list of advisories from a file in one of the same formats. With a key, the file needs a signature beside it,
/// named after it plus [`SIGNATURE`], which is verified before the list is parsed.
///
/// # Errors
/// The file cannot be read, is not a list of advisories, or is not signed with that key.
pub fn read_advisories(path: &Path, key: Option<&str>) -> Result<Advisories, FileError> {
    let read = || {
        let text = read_file(path, MAX_BYTES)?;
        if let Some(key) = key {
            let signature_file = signature_path(path);
            let signature = read_file(&signature_file, MAX_SIGNATURE).map_err(|fault| match fault {
                FileFault::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                    FileFault::NoSignature(shown(&signature_file))
                }
                fault => FileFault::Signature(fault.to_string()),
            })?;
            verify(text.as_bytes(), &signature, key)?;
        }
        read_tree(path, &text, |node| Advisories::from_tree("risks", node))
    };
    in_file(path, read())
}

/// Reads a policy, or takes the default one, and adds the advisories of further files.
///
/// # Errors
/// Those of [`read_policy`] and [`read_advisories`].
pub fn read_policy_with(policy: Option<&Path>, advisories: &[PathBuf]) -> Result<Policy, FileError> {
    let mut policy = policy.map(read_policy).transpose()?.unwrap_or_default();
    for file in advisories {
        policy.risks.extend(read_advisories(file, policy.risks_key.as_deref())?);
    }
    Ok(policy)
}

fn read_file(path: &Path, limit: u64) -> Result<String, FileFault> {
    let bytes = read_regular_file(path, limit).map_err(FileFault::Io)?;
    if bytes.len() as u64 > limit {
        return Err(FileFault::TooLarge(limit));
    }
    String::from_utf8(bytes).map_err(|_| FileFault::NotUtf8)
}

fn in_file<T>(path: &Path, read: Result<T, FileFault>) -> Result<T, FileError> {
    read.map_err(|fault| FileError { path: path.to_owned(), fault })
}

/// Parses a text into a tree and hands it to `read`. A file named `*.json` holds JSON, every other one TOML.
fn read_tree<T>(
    path: &Path,
    text: &str,
    read: impl FnOnce(&Node<'_>) -> Result<T, GateInputError>,
) -> Result<T, FileFault> {
    let input = |error: GateInputError| FileFault::input(text, error);
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
        // No key takes a number: any one will do for the error.
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

/// The suffix of a signature's file, after the name of the file that it signs.
pub const SIGNATURE: &str = ".minisig";

/// The path of a file's signature.
fn signature_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(SIGNATURE);
    name.into()
}

/// Verifies a minisign signature. The legacy kind, which signs the file and not its hash, is rejected:
/// <https://jedisct1.github.io/minisign/#signature-format>.
fn verify(bytes: &[u8], signature: &str, key: &str) -> Result<(), FileFault> {
    let key = PublicKey::from_base64(key.trim()).map_err(|error| FileFault::Key(error.to_string()))?;
    let bad = |error: minisign_verify::Error| FileFault::Signature(error.to_string());
    let signature = Signature::decode(signature).map_err(bad)?;
    key.verify(bytes, &signature, false).map_err(bad)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test")]

    use proptest::prelude::*;
    use start_points::gate::Policy;

    use super::*;

    proptest! {
        /// Policies are refused for a key by the engine, which has no minisign: both know the same keys.
        #[test]
        fn a_policy_takes_the_keys_that_minisign_takes(
            start in "(RW[A-Za-z0-9+/]|[A-Z]{3}|RWQ)", rest in "[A-Za-z0-9+/]{52,54}(=|==|-)?|[A-Za-z0-9+/]{53}",
        ) {
            let key = format!("{start}{rest}");
            let policy = Policy::parse(format!("{{\"risks_key\":\"{key}\"}}").as_bytes());
            prop_assert_eq!(policy.is_ok(), PublicKey::from_base64(&key).is_ok(), "{}", key);
        }
    }
}
