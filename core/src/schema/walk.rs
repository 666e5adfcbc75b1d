//! One pass over a value; a place is written down only where something is wrong.

use std::cmp::Ordering;

use start_points_schemas::{Keyword, Others, Shape, Type};

use super::distinct::Distinct;
use super::{Fault, FaultKind, Faults};
use crate::json::{Decimal, Document, Member, Node, Pointer, Value};

/// The generator refuses an object with more.
const MAX_PROPERTIES: usize = 32;

/// Every way in which a document breaks a schema, in the order in which its places were met.
///
/// Of duplicate keys the last is looked at.
#[must_use]
pub fn faults(document: &Document<'_>, shape: Shape) -> Vec<Fault> {
    faults_within(document, shape, usize::MAX).first
}

/// The first `limit` of these faults; the others are counted as they are met, and never built.
#[must_use]
pub fn faults_within(document: &Document<'_>, shape: Shape, limit: usize) -> Faults {
    let first = match document.duplicate_keys().is_empty() {
        true => First::Met(Vec::new()),
        false => First::Sorted(Distinct::default()),
    };
    let mut walk = Walk { limit, count: 0, first };
    walk.node(document.root(), shape, &Path::Root);
    let (first, count) = match walk.first {
        First::Met(first) => (first, walk.count),
        First::Sorted(distinct) => distinct.finish(limit),
    };
    Faults { more: count.saturating_sub(first.len()), first }
}

/// Whether the root has a key that the schema does not know, or whose value breaks it.
#[must_use]
pub fn is_at_fault(document: &Document<'_>, shape: Shape, key: &str) -> bool {
    let Some(node) = document.root().get(key) else { return false };
    let mut walk = Walk { limit: 0, count: 0, first: First::Met(Vec::new()) };
    shape.0.iter().any(|keyword| {
        let Keyword::Members(known, others) = *keyword else { return false };
        match (known.iter().find(|(of, _)| *of == key), others) {
            (Some((_, shape)), _) => walk.node(node, *shape, &Path::Root),
            (None, Others::Shape(shape)) => walk.node(node, *shape, &Path::Root),
            (None, Others::None(_)) => return true,
            (None, Others::Any) => {}
        }
        walk.count > 0
    })
}

/// The way down to a value.
enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    fn pointer(&self) -> Pointer {
        match self {
            Self::Root => Pointer::root(),
            Self::Key(above, key) => above.pointer().key(key),
            Self::Index(above, index) => above.pointer().index(*index),
        }
    }
}

struct Walk {
    limit: usize,
    count: usize,
    first: First,
}

/// The faults that are built.
enum First {
    /// As they are met.
    Met(Vec<Fault>),
    /// Sorted, each once: a value under a key that is there twice may be met twice.
    Sorted(Distinct),
}

impl Walk {
    /// Goes no deeper than the schema does.
    fn node(&mut self, node: &Node<'_>, shape: Shape, path: &Path<'_>) {
        for keyword in shape.0 {
            match (*keyword, &node.value) {
                (Keyword::Type(expected, rule), value) if !expected.iter().any(|of| is(value, *of)) => {
                    self.fault(path, rule, FaultKind::Type { expected });
                }
                (Keyword::Not(rule), _) => self.fault(path, rule, FaultKind::Forbidden),
                (Keyword::Required(keys, rule), Value::Object(_)) => {
                    for key in keys.iter().filter(|key| node.get(key).is_none()) {
                        self.fault(&Path::Key(path, key), rule, FaultKind::Missing);
                    }
                }
                (Keyword::DependentRequired(pairs, rule), Value::Object(_)) => {
                    let unpaired =
                        |(key, needed): &&(&str, &str)| node.get(key).is_some() && node.get(needed).is_none();
                    for (_, needed) in pairs.iter().filter(unpaired) {
                        self.fault(&Path::Key(path, needed), rule, FaultKind::Missing);
                    }
                }
                (Keyword::MinProperties(limit, rule), Value::Object(members)) => {
                    self.least(members.len(), limit, path, rule);
                }
                (Keyword::MinLength(limit, rule), Value::String(text)) => {
                    let enough = usize::try_from(limit).unwrap_or(usize::MAX);
                    self.least(text.chars().take(enough).count(), limit, path, rule);
                }
                (Keyword::MinItems(limit, rule), Value::Array(entries)) => {
                    self.least(entries.len(), limit, path, rule);
                }
                (Keyword::MaxItems(limit, rule), Value::Array(entries)) if entries.len() as u64 > limit => {
                    self.fault(path, rule, FaultKind::TooMany { limit });
                }
                (Keyword::Minimum(limit, rule), Value::Number(spelling))
                    if compare(spelling, limit).is_lt() =>
                {
                    self.fault(path, rule, FaultKind::TooSmall { limit });
                }
                (Keyword::Maximum(limit, rule), Value::Number(spelling))
                    if compare(spelling, limit).is_gt() =>
                {
                    self.fault(path, rule, FaultKind::TooLarge { limit });
                }
                (Keyword::Members(known, others), Value::Object(members)) => {
                    self.members(members, known, others, path);
                }
                (Keyword::PrefixItems(shapes), Value::Array(entries)) => {
                    for (index, (entry, shape)) in entries.iter().zip(shapes).enumerate() {
                        self.node(entry, *shape, &Path::Index(path, index));
                    }
                }
                (Keyword::Items(shape), Value::Array(entries)) => {
                    for (index, entry) in entries.iter().enumerate() {
                        self.node(entry, *shape, &Path::Index(path, index));
                    }
                }
                // What a keyword says of values of another type is that they are fine.
                _ => {}
            }
        }
    }

    fn members(
        &mut self,
        members: &[Member<'_>],
        known: &'static [(&'static str, Shape)],
        others: Others,
        path: &Path<'_>,
    ) {
        let mut last = [None; MAX_PROPERTIES];
        for member in members {
            let index = known.iter().position(|(key, _)| *key == member.key);
            if let Some(slot) = index.and_then(|index| last.get_mut(index)) {
                *slot = Some(&member.node);
                continue;
            }
            let path = Path::Key(path, &member.key);
            match others {
                Others::Any => {}
                Others::None(rule) => self.fault(&path, rule, FaultKind::Unknown),
                Others::Shape(shape) => self.node(&member.node, *shape, &path),
            }
        }
        for ((key, shape), node) in known.iter().zip(last) {
            if let Some(node) = node {
                self.node(node, *shape, &Path::Key(path, key));
            }
        }
    }

    fn least(&mut self, found: usize, limit: u64, path: &Path<'_>, rule: &'static str) {
        if (found as u64) < limit {
            self.fault(path, rule, FaultKind::TooFew { limit });
        }
    }

    #[cold]
    fn fault(&mut self, path: &Path<'_>, rule: &'static str, kind: FaultKind) {
        self.count += 1;
        match &mut self.first {
            First::Met(met) if met.len() < self.limit => {
                met.push(Fault { rule, pointer: path.pointer(), kind });
            }
            First::Met(_) => {}
            First::Sorted(distinct) => {
                distinct.add(Fault { rule, pointer: path.pointer(), kind }, self.limit);
            }
        }
    }
}

/// Compares a number with a limit; one that is written as almost all are needs no decimal.
fn compare(spelling: &str, limit: i64) -> Ordering {
    match spelling.parse::<i64>() {
        Ok(number) => number.cmp(&limit),
        Err(_) => Decimal::read(spelling).cmp_integer(limit),
    }
}

fn is(value: &Value<'_>, of: Type) -> bool {
    match of {
        Type::Array => matches!(value, Value::Array(_)),
        Type::Integer => {
            matches!(value, Value::Number(spelling) if spelling.bytes().all(|byte| byte.is_ascii_digit()) || Decimal::read(spelling).is_whole())
        }
        Type::Object => matches!(value, Value::Object(_)),
        Type::String => matches!(value, Value::String(_)),
    }
}
