//! Checks a tree against a JSON Schema, and reports each fault with its location in the text.
//!
//! The schemas come as data from `start-points-schemas`. A general validator would work on a copy of the tree
//! without locations; this one allocates nothing for a valid value, and is small enough for a browser. `tests/it/schema_agreement.rs` holds it to the `jsonschema` crate.

use std::cmp::Ordering;

use start_points_schemas::{Keyword, Others, SchemaRule, Shape, Type};

use crate::json::{Document, Member, Node, Pointer, Value, integer_part};
use crate::order::sorted;

/// One way in which a value breaks its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFault {
    /// The rule that the failing keyword names in `x-rule`.
    pub rule: SchemaRule,
    /// What is at fault: the value, or for an unknown or missing key that key.
    pub pointer: Pointer,
    /// What is wrong.
    pub kind: SchemaFaultKind,
}

/// The faults of a document, up to a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFaults {
    /// As many as were asked for.
    pub first: Vec<SchemaFault>,
    /// How many there are besides.
    pub more: usize,
}

/// What is wrong, with the schema's side of it; the instance's side is at the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaFaultKind {
    /// The value has another JSON type than these.
    Type {
        /// The types that the schema takes.
        expected: &'static [Type],
    },
    /// The object lacks this key.
    Missing,
    /// The object has this key, which the schema does not know.
    Unknown,
    /// The schema allows no value here.
    Forbidden,
    /// A string, array or object has fewer characters, entries or members.
    TooFew {
        /// The least number.
        limit: u64,
    },
    /// An array has more entries.
    TooMany {
        /// The greatest number.
        limit: u64,
    },
    /// A number is below this one.
    TooSmall {
        /// The least value.
        limit: i64,
    },
    /// A number is above this one.
    TooLarge {
        /// The greatest value.
        limit: i64,
    },
}

/// The generator rejects an object with more.
const MAX_PROPERTIES: usize = 32;

/// Every way in which a document breaks a schema, in the order in which its places were met.
///
/// Of duplicate keys the last is looked at.
#[must_use]
pub fn faults(document: &Document<'_>, shape: Shape) -> Vec<SchemaFault> {
    faults_within(document, shape, usize::MAX).first
}

/// The first `limit` of these faults; the others are counted as they are met, and never built.
#[must_use]
pub fn faults_within(document: &Document<'_>, shape: Shape, limit: usize) -> SchemaFaults {
    let first = if document.duplicate_keys().is_empty() {
        First::Met(Vec::new())
    } else {
        First::Sorted(Distinct::default())
    };
    let mut walk = Walk { limit, count: 0, first };
    walk.node(document.root(), shape, &Path::Root);
    let (first, count) = match walk.first {
        First::Met(first) => (first, walk.count),
        First::Sorted(distinct) => distinct.finish(limit),
    };
    SchemaFaults { more: count.saturating_sub(first.len()), first }
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
    Met(Vec<SchemaFault>),
    /// Sorted, each once: a value under a key that is there twice may be met twice.
    Sorted(Distinct),
}

impl Walk {
    /// Goes no deeper than the schema does.
    fn node(&mut self, node: &Node<'_>, shape: Shape, path: &Path<'_>) {
        for keyword in shape.0 {
            match (*keyword, &node.value) {
                (Keyword::Type(expected, rule), value) if !expected.iter().any(|of| has_type(value, *of)) => {
                    self.fault(path, rule, SchemaFaultKind::Type { expected });
                }
                (Keyword::Not(rule), _) => self.fault(path, rule, SchemaFaultKind::Forbidden),
                (Keyword::Required(keys, rule), Value::Object(_)) => {
                    for key in keys.iter().filter(|key| node.get(key).is_none()) {
                        self.fault(&Path::Key(path, key), rule, SchemaFaultKind::Missing);
                    }
                }
                (Keyword::DependentRequired(pairs, rule), Value::Object(_)) => {
                    let unpaired =
                        |(key, needed): &&(&str, &str)| node.get(key).is_some() && node.get(needed).is_none();
                    for (_, needed) in pairs.iter().filter(unpaired) {
                        self.fault(&Path::Key(path, needed), rule, SchemaFaultKind::Missing);
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
                    self.fault(path, rule, SchemaFaultKind::TooMany { limit });
                }
                (Keyword::Minimum(limit, rule), Value::Number(spelling))
                    if compare(spelling, limit).is_lt() =>
                {
                    self.fault(path, rule, SchemaFaultKind::TooSmall { limit });
                }
                (Keyword::Maximum(limit, rule), Value::Number(spelling))
                    if compare(spelling, limit).is_gt() =>
                {
                    self.fault(path, rule, SchemaFaultKind::TooLarge { limit });
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
                Others::None(rule) => self.fault(&path, rule, SchemaFaultKind::Unknown),
                Others::Shape(shape) => self.node(&member.node, *shape, &path),
            }
        }
        for ((key, shape), node) in known.iter().zip(last) {
            if let Some(node) = node {
                self.node(node, *shape, &Path::Key(path, key));
            }
        }
    }

    fn least(&mut self, found: usize, limit: u64, path: &Path<'_>, rule: SchemaRule) {
        if (found as u64) < limit {
            self.fault(path, rule, SchemaFaultKind::TooFew { limit });
        }
    }

    #[cold]
    fn fault(&mut self, path: &Path<'_>, rule: SchemaRule, kind: SchemaFaultKind) {
        self.count += 1;
        match &mut self.first {
            First::Met(met) if met.len() < self.limit => {
                met.push(SchemaFault { rule, pointer: path.pointer(), kind });
            }
            First::Met(_) => {}
            First::Sorted(distinct) => {
                distinct.add(SchemaFault { rule, pointer: path.pointer(), kind }, self.limit);
            }
        }
    }
}

/// Compares a number with a limit.
fn compare(spelling: &str, limit: i64) -> Ordering {
    let (whole, has_fraction) = integer_part(spelling);
    let beyond = if spelling.starts_with('-') { Ordering::Less } else { Ordering::Greater };
    whole.cmp(&limit).then(if has_fraction { beyond } else { Ordering::Equal })
}

fn has_type(value: &Value<'_>, of: Type) -> bool {
    match of {
        Type::Array => matches!(value, Value::Array(_)),
        Type::Integer => matches!(value, Value::Number(spelling) if !integer_part(spelling).1),
        Type::Object => matches!(value, Value::Object(_)),
        Type::String => matches!(value, Value::String(_)),
    }
}

/// Keeps no more than twice the limit, and eight bytes of each that it has seen.
#[derive(Debug, Default)]
struct Distinct {
    kept: Vec<SchemaFault>,
    /// Only the count of what is not shown depends on them, so two that are equal by chance do no harm.
    digests: Vec<u64>,
}

impl Distinct {
    fn add(&mut self, fault: SchemaFault, limit: usize) {
        self.digests.push(digest(&fault));
        self.kept.push(fault);
        if self.kept.len() >= limit.saturating_add(1).saturating_mul(2) {
            self.shorten(limit);
        }
    }

    /// The first of them, and how many there are.
    fn finish(mut self, limit: usize) -> (Vec<SchemaFault>, usize) {
        self.shorten(limit);
        self.digests.sort_unstable();
        self.digests.dedup();
        (self.kept, self.digests.len())
    }

    /// Of equal ones the first that was met is kept.
    fn shorten(&mut self, limit: usize) {
        self.kept = sorted(std::mem::take(&mut self.kept), |one, other| {
            (one.pointer.as_str(), one.rule).cmp(&(other.pointer.as_str(), other.rule))
        });
        self.kept.dedup_by(|again, first| again.pointer == first.pointer && again.rule == first.rule);
        self.kept.truncate(limit);
    }
}

/// FNV-1a, of 64 bits.
fn digest(fault: &SchemaFault) -> u64 {
    let bytes = fault.pointer.as_str().bytes().chain([0]).chain(fault.rule.id().bytes());
    bytes
        .fold(0xcbf2_9ce4_8422_2325, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
