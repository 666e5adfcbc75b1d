//! `explain` and `schema`: the pages of rules and the JSON Schemas, one or the list of all.

use clap::Args;
use serde_json::json;
use start_points::nearest::nearest;
use start_points::rule::Rule;
use start_points_schemas::Schema;

use crate::arguments::{TextFormat, rule_parser, rules, schema_parser};
use crate::error::{CliError, CommandOutcome};
use crate::output::{print, print_bytes, print_json, table};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The rule's id [default: list all rules]
    #[arg(value_parser = rule_parser(), hide_possible_values = true)]
    pub rule: Option<String>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextFormat,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// The schema's name [default: list all schemas]
    #[arg(value_parser = schema_parser(), hide_possible_values = true)]
    pub name: Option<String>,
}

pub(crate) fn explain(arguments: &ExplainArguments) -> Result<CommandOutcome, CliError> {
    let Some(id) = &arguments.rule else {
        match arguments.format {
            TextFormat::Text => print(&list())?,
            TextFormat::Json => {
                let rules: Vec<_> = rules().map(as_json).collect();
                print_json(format!("{:#}\n", serde_json::Value::from(rules)))?;
            }
        }
        return Ok(CommandOutcome::Clean);
    };
    let Some(rule) = rules().find(|rule| rule.id == id) else {
        let hint = match nearest(id, rules().map(|rule| rule.id)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`start-points explain` lists the rules".to_owned(),
        };
        return Err(CliError::with_hint(format!("unknown rule `{id}`"), hint));
    };
    match arguments.format {
        TextFormat::Text => print(&rule.page())?,
        TextFormat::Json => print_json(format!("{:#}\n", as_json(rule)))?,
    }
    Ok(CommandOutcome::Clean)
}

fn list() -> String {
    let row = |rule: &Rule| vec![rule.id.to_owned(), rule.severity.to_string(), rule.summary.to_owned()];
    table(&rules().map(row).collect::<Vec<_>>())
}

fn as_json(rule: &Rule) -> serde_json::Value {
    json!({
        "id": rule.id,
        "severity": rule.severity.as_str(),
        "summary": rule.summary,
        "since": rule.since,
        "doc": rule.page(),
    })
}

pub(crate) fn schema(arguments: &SchemaArguments) -> Result<CommandOutcome, CliError> {
    let names = Schema::ALL.map(Schema::name);
    let Some(name) = &arguments.name else {
        print(&(names.join("\n") + "\n"))?;
        return Ok(CommandOutcome::Clean);
    };
    let Some(schema) = Schema::ALL.into_iter().find(|schema| schema.name() == name) else {
        let hint = match nearest(name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known schemas: {}", names.join(", ")),
        };
        return Err(CliError::with_hint(format!("unknown schema `{name}`"), hint));
    };
    print_bytes(schema.text().as_bytes())?;
    Ok(CommandOutcome::Clean)
}
