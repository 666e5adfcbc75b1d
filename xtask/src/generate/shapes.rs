//! `schemas/src/shapes.rs`, each schema as data, for the engine to walk; and `schema_rule.rs`, the rules that schemas name.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail, ensure};
use indexmap::IndexMap;
use serde_json::{Map, Value};

/// What a schema may say beside the keywords that can fail.
const NOTES: [&str; 8] =
    ["$schema", "$id", "$comment", "title", "description", "examples", "default", "x-rule"];

/// The two modules, the shapes and the rules.
pub struct Modules {
    /// One constant a schema; parts that are equal, such as one key of many schemas, are one constant too.
    pub shapes: String,
    /// The rules that keywords name, as an enum: the engine matches on it, so that it knows them all.
    pub rules: String,
}

/// The modules of these schemas.
pub fn modules(texts: &IndexMap<String, String>) -> Result<Modules> {
    let mut parts = Parts::default();
    let mut wholes = String::new();
    for (name, text) in texts {
        let schema = serde_json::from_str(text)?;
        let shape = parts.shape(&schema).with_context(|| format!("in {name}.schema.json"))?;
        let constant = name.to_uppercase().replace(['.', '-'], "_");
        writeln!(wholes, "pub(crate) const {constant}: Shape = {shape};")?;
    }
    let mut module = String::from(
        "//! The schemas as data. Generated from their texts by `cargo xtask generate`.\n\n\
         use crate::shape::Keyword::{\n    DependentRequired, Items, MaxItems, Maximum, Members, MinItems, MinLength, MinProperties, Minimum, Not, PrefixItems,\n    Required, Type,\n};\n\
         use crate::shape::Type::{Array, Integer, Object, String};\nuse crate::shape::{Others, Shape};\n",
    );
    let variants: Vec<String> = parts.rules.iter().map(|rule| variant(rule)).collect();
    writeln!(module, "use crate::schema_rule::SchemaRule::{{{}}};\n", variants.join(", "))?;
    module.push_str(&wholes);
    module.push('\n');
    for (shape, constant) in &parts.constants {
        writeln!(module, "const {constant}: Shape = {shape};")?;
    }
    Ok(Modules { shapes: module, rules: rules_module(&parts.rules)? })
}

fn rules_module(rules: &BTreeSet<String>) -> Result<String> {
    let (mut variants, mut all, mut ids) = (String::new(), Vec::new(), String::new());
    for rule in rules {
        let variant = variant(rule);
        writeln!(variants, "    /// `{rule}`\n    {variant},")?;
        writeln!(ids, "            Self::{variant} => {rule:?},")?;
        all.push(format!("Self::{variant}"));
    }
    let (name, count, all) = ("SchemaRule", all.len(), all.join(", "));
    Ok(format!(
        r"//! The rules that schemas name in `x-rule`. Generated from their texts by `cargo xtask generate`.

/// A rule that a schema names in `x-rule`, in the order of the ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum {name} {{
{variants}}}

impl {name} {{
    /// Every rule that a schema names.
    pub const ALL: [Self; {count}] = [{all}];

    /// The id of the rule.
    #[must_use]
    pub const fn id(self) -> &'static str {{
        match self {{
{ids}        }}
    }}
}}
"
    ))
}

/// The variant of a rule: `missing-key` is `MissingKey`.
fn variant(rule: &str) -> String {
    let words = rule.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}

#[derive(Default)]
struct Parts {
    /// A part's expression → the constant that is it.
    constants: IndexMap<String, String>,
    /// The rules that its keywords name.
    rules: BTreeSet<String>,
}

impl Parts {
    /// The expression of a schema.
    fn shape(&mut self, schema: &Value) -> Result<String> {
        let object = schema.as_object().context("a schema is an object")?;
        let mut keywords = Vec::new();
        for (word, value) in object {
            let names = |types: &[Value]| -> Result<String> {
                Ok(types.iter().map(type_name).collect::<Result<Vec<_>>>()?.join(", "))
            };
            let keyword = match (word.as_str(), value) {
                ("type", Value::Array(types)) => {
                    format!("Type(&[{}], {})", names(types)?, self.rule(object, word)?)
                }
                ("type", name) => format!("Type(&[{}], {})", type_name(name)?, self.rule(object, word)?),
                ("required", keys) => format!("Required(&{keys}, {})", self.rule(object, word)?),
                ("dependentRequired", Value::Object(pairs)) => {
                    let pairs =
                        pairs.iter().map(|(key, needed)| match needed.as_array().map(Vec::as_slice) {
                            Some([needed]) => Ok(format!("({key:?}, {needed})")),
                            _ => bail!("`dependentRequired` of `{key}` does not name one key"),
                        });
                    let pairs = pairs.collect::<Result<Vec<_>>>()?.join(", ");
                    format!("DependentRequired(&[{pairs}], {})", self.rule(object, word)?)
                }
                // Both are one keyword, which comes last: what is wrong with an object itself goes first.
                ("properties" | "additionalProperties", _) => continue,
                ("items", below) => format!("Items(&{})", self.part(below)?),
                ("prefixItems", Value::Array(below)) => {
                    let below = below.iter().map(|below| self.part(below)).collect::<Result<Vec<_>>>()?;
                    format!("PrefixItems(&[{}])", below.join(", "))
                }
                ("minLength" | "minItems" | "maxItems" | "minProperties" | "minimum" | "maximum", limit) => {
                    let limit = limit.as_i64().context("a limit is an integer")?;
                    let (first, rest) = word.split_at(1);
                    format!("{}{rest}({limit}, {})", first.to_uppercase(), self.rule(object, word)?)
                }
                ("not", Value::Object(anything)) if anything.is_empty() => {
                    format!("Not({})", self.rule(object, word)?)
                }
                (note, _) if NOTES.contains(&note) => continue,
                (other, _) => bail!("the engine does not know what `{other}` means here"),
            };
            keywords.push(keyword);
        }
        keywords.extend(self.members(object)?);
        Ok(format!("Shape(&[{}])", keywords.join(", ")))
    }

    fn members(&mut self, schema: &Map<String, Value>) -> Result<Option<String>> {
        let others = match schema.get("additionalProperties") {
            None => "Others::Any".to_owned(),
            Some(Value::Bool(false)) => {
                format!("Others::None({})", self.rule(schema, "additionalProperties")?)
            }
            Some(below) => format!("Others::Shape(&{})", self.part(below)?),
        };
        let nothing = Map::new();
        let properties = match schema.get("properties") {
            Some(properties) => properties.as_object().context("`properties` is an object")?,
            None if schema.contains_key("additionalProperties") => &nothing,
            None => return Ok(None),
        };
        ensure!(properties.len() <= 32, "{} properties are more than 32", properties.len());
        let mut known = Vec::new();
        for (key, below) in properties {
            known.push(format!("({key:?}, {})", self.part(below)?));
        }
        Ok(Some(format!("Members(&[{}], {others})", known.join(", "))))
    }

    /// The name of a constant that is this schema.
    fn part(&mut self, schema: &Value) -> Result<String> {
        let shape = self.shape(schema)?;
        let next = format!("PART_{}", self.constants.len());
        Ok(self.constants.entry(shape).or_insert(next).clone())
    }

    /// The variant of the rule that a keyword names.
    fn rule(&mut self, schema: &Map<String, Value>, keyword: &str) -> Result<String> {
        let rule = schema.get("x-rule").and_then(|rules| rules.get(keyword)).and_then(Value::as_str);
        let rule = rule.with_context(|| format!("`{keyword}` names no rule in `x-rule`"))?;
        self.rules.insert(rule.to_owned());
        Ok(variant(rule))
    }
}

fn type_name(name: &Value) -> Result<&'static str> {
    Ok(match name.as_str() {
        Some("array") => "Array",
        Some("integer") => "Integer",
        Some("object") => "Object",
        Some("string") => "String",
        _ => bail!("the engine does not know the type {name}"),
    })
}
