//! Manifest schemas from `schemas/sources/`, and the table from a keyword's place to its rule.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result, bail};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Files;
use crate::repository;

const ID: &str = "https://cyber-dojo.org/start-points/v1";

/// One manifest schema: which keys it has. The keys themselves stand once, in `keys.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    title: String,
    description: String,
    required: Vec<String>,
    optional: Vec<String>,
    /// Keys that this form states otherwise than `keys.json` does.
    #[serde(default)]
    overrides: IndexMap<String, Box<RawValue>>,
    #[serde(default)]
    forbidden: IndexMap<String, Box<RawValue>>,
}

pub fn files() -> Result<Files> {
    let keys: IndexMap<String, Box<RawValue>> = read("keys.json")?;
    let forms: IndexMap<String, Form> = read("forms.json")?;
    let mut files = Files::new();
    let mut rules = BTreeMap::new();
    for (name, form) in &forms {
        let text = compose(name, form, &keys)?;
        collect_rules(&serde_json::from_str(&text)?, "", &mut rules)?;
        files.insert(format!("schemas/{name}.schema.json"), text);
    }
    let hand_written = fs::read_to_string(repository::path("schemas/docker-image-name.schema.json"))?;
    collect_rules(&serde_json::from_str(&hand_written)?, "", &mut rules)?;
    files.insert("schemas/src/keyword_rules.rs".into(), table(&rules)?);
    Ok(files)
}

fn read<T: for<'de> Deserialize<'de>>(name: &str) -> Result<T> {
    let path = repository::path("schemas/sources").join(name);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("in {}", path.display()))
}

fn compose(name: &str, form: &Form, keys: &IndexMap<String, Box<RawValue>>) -> Result<String> {
    let mut properties = Vec::new();
    for key in form.required.iter().chain(&form.optional) {
        let raw = form
            .overrides
            .get(key)
            .or_else(|| keys.get(key))
            .with_context(|| format!("forms.json: `{name}` names the unknown key `{key}`"))?;
        properties.push(property(key, raw));
    }
    properties.extend(form.forbidden.iter().map(|(key, raw)| property(key, raw)));
    let pairs = form.optional.iter().any(|key| key == "test_framework");
    let (dependent, dependent_rule) = if pairs {
        (
            "\n  \"dependentRequired\": { \"language\": [\"test_framework\"], \"test_framework\": [\"language\"] },",
            ", \"dependentRequired\": \"unpaired-language\"",
        )
    } else {
        ("", "")
    };
    Ok(format!(
        r#"{{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "{ID}/{name}.schema.json",
  "$comment": "Generated from sources/ by `cargo xtask generate`.",
  "title": {title},
  "description": {description},
  "type": "object",
  "required": {required},
  "additionalProperties": false,{dependent}
  "properties": {{
{properties}
  }},
  "x-rule": {{ "type": "wrong-type", "required": "missing-key", "additionalProperties": "unknown-key"{dependent_rule} }}
}}
"#,
        title = serde_json::to_string(&form.title)?,
        description = serde_json::to_string(&form.description)?,
        required = serde_json::to_string(&form.required)?.replace(',', ", "),
        properties = properties.join(",\n"),
    ))
}

fn property(key: &str, raw: &RawValue) -> String {
    // A raw value of a two-space file is indented as its own place there: keys.json by 2, `forbidden` by 6.
    let text = raw.get();
    let own = text.lines().last().map_or(0, |line| line.len() - line.trim_start().len());
    let mut lines = text.lines();
    let mut out = format!("    \"{key}\": {}", lines.next().unwrap_or_default());
    for line in lines {
        let _ = write!(out, "\n    {}", line.get(own..).unwrap_or(line));
    }
    out
}

/// Walks a schema; each keyword that can fail must say its rule in `x-rule` beside it.
fn collect_rules(schema: &Value, place: &str, rules: &mut BTreeMap<String, String>) -> Result<()> {
    const CAN_FAIL: [&str; 12] = [
        "type",
        "required",
        "additionalProperties",
        "dependentRequired",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "minProperties",
        "not",
    ];
    let Some(object) = schema.as_object() else { return Ok(()) };
    for keyword in CAN_FAIL {
        let Some(value) = object.get(keyword) else { continue };
        if keyword == "additionalProperties" && value.is_object() {
            continue;
        }
        let at = format!("{place}/{keyword}");
        let Some(rule) = object.get("x-rule").and_then(|map| map.get(keyword)).and_then(Value::as_str) else {
            bail!("the keyword at `{at}` names no rule in `x-rule`");
        };
        if let Some(other) = rules.insert(at.clone(), rule.to_owned())
            && other != rule
        {
            bail!("`{at}` is `{rule}` in one schema and `{other}` in another");
        }
    }
    for holder in ["properties", "prefixItems"] {
        match object.get(holder) {
            Some(Value::Object(children)) => {
                for (key, child) in children {
                    collect_rules(child, &format!("{place}/{holder}/{key}"), rules)?;
                }
            }
            Some(Value::Array(children)) => {
                for (index, child) in children.iter().enumerate() {
                    collect_rules(child, &format!("{place}/{holder}/{index}"), rules)?;
                }
            }
            _ => {}
        }
    }
    for holder in ["items", "additionalProperties"] {
        if let Some(child) = object.get(holder) {
            collect_rules(child, &format!("{place}/{holder}"), rules)?;
        }
    }
    Ok(())
}

fn table(rules: &BTreeMap<String, String>) -> Result<String> {
    let mut out = String::from(
        "//! Which rule a failing schema keyword is. Generated from the `x-rule` annotations by `cargo xtask generate`.\n\n\
         /// Place of a keyword in its schema → rule id, sorted by place.\n\
         pub(crate) const KEYWORD_RULES: &[(&str, &str)] = &[\n",
    );
    for (place, rule) in rules {
        writeln!(out, "    ({place:?}, {rule:?}),")?;
    }
    out.push_str("];\n");
    Ok(out)
}
