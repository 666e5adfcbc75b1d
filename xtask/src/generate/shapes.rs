//! `schemas/src/shapes.rs`: each schema as data, for the engine to walk.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail, ensure};
use indexmap::IndexMap;
use serde_json::{Map, Value};

/// What a schema may say beside the keywords that can fail.
const NOTES: [&str; 8] =
    ["$schema", "$id", "$comment", "title", "description", "examples", "default", "x-rule"];

/// One constant a schema; parts that are equal, such as one key of many schemas, are one constant too.
pub fn module(texts: &IndexMap<String, String>) -> Result<String> {
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
         use crate::shape::Type::{Array, Integer, Object, String};\nuse crate::shape::{Others, Shape};\n\n",
    );
    module.push_str(&wholes);
    module.push('\n');
    for (shape, constant) in &parts.constants {
        writeln!(module, "const {constant}: Shape = {shape};")?;
    }
    Ok(module)
}

#[derive(Default)]
struct Parts {
    /// A part's expression → the constant that is it.
    constants: IndexMap<String, String>,
}

impl Parts {
    /// The expression of a schema.
    fn shape(&mut self, schema: &Value) -> Result<String> {
        let object = schema.as_object().context("a schema is an object")?;
        let mut keywords = Vec::new();
        for (word, value) in object {
            let rule = || rule(object, word);
            let names = |types: &[Value]| -> Result<String> {
                Ok(types.iter().map(type_name).collect::<Result<Vec<_>>>()?.join(", "))
            };
            let keyword = match (word.as_str(), value) {
                ("type", Value::Array(types)) => format!("Type(&[{}], {})", names(types)?, rule()?),
                ("type", name) => format!("Type(&[{}], {})", type_name(name)?, rule()?),
                ("required", keys) => format!("Required(&{keys}, {})", rule()?),
                ("dependentRequired", Value::Object(pairs)) => {
                    let pairs =
                        pairs.iter().map(|(key, needed)| match needed.as_array().map(Vec::as_slice) {
                            Some([needed]) => Ok(format!("({key:?}, {needed})")),
                            _ => bail!("`dependentRequired` of `{key}` does not name one key"),
                        });
                    let pairs = pairs.collect::<Result<Vec<_>>>()?.join(", ");
                    format!("DependentRequired(&[{pairs}], {})", rule()?)
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
                    format!("{}{rest}({limit}, {})", first.to_uppercase(), rule()?)
                }
                ("not", Value::Object(anything)) if anything.is_empty() => format!("Not({})", rule()?),
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
            Some(Value::Bool(false)) => format!("Others::None({})", rule(schema, "additionalProperties")?),
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
}

/// The rule that a keyword names.
fn rule(schema: &Map<String, Value>, keyword: &str) -> Result<String> {
    let rule = schema.get("x-rule").and_then(|rules| rules.get(keyword)).and_then(Value::as_str);
    Ok(format!("{:?}", rule.with_context(|| format!("`{keyword}` names no rule in `x-rule`"))?))
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
