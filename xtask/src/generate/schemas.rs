//! Manifest schemas from `schemas/sources/`.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::files::GeneratedFiles;
use super::shapes;
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

pub fn files() -> Result<GeneratedFiles> {
    let keys: IndexMap<String, Box<RawValue>> = read("keys.json")?;
    let forms: IndexMap<String, Form> = read("forms.json")?;
    let mut files = GeneratedFiles::new();
    let mut texts = IndexMap::new();
    for (name, form) in &forms {
        let text = compose(name, form, &keys)?;
        texts.insert(name.clone(), text.clone());
        files.insert(format!("schemas/{name}.schema.json"), text);
    }
    let hand_written = fs::read_to_string(repository::path("schemas/docker-image-name.schema.json"))?;
    texts.insert("docker-image-name".to_owned(), hand_written);
    let modules = shapes::modules(&texts)?;
    files.insert("schemas/src/shapes.rs".into(), modules.shapes);
    files.insert("schemas/src/schema_rule.rs".into(), modules.rules);
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
