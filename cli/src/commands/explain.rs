//! `explain`: the page of a rule, or the list of all.

use serde_json::json;
use start_points::nearest::nearest;
use start_points::rule::Rule;

use crate::arguments::{ExplainArguments, TextFormat, rules};
use crate::error::{Failure, Outcome};
use crate::output::{print, print_json, table};

pub(crate) fn run(arguments: &ExplainArguments) -> Result<Outcome, Failure> {
    let Some(id) = &arguments.rule else {
        match arguments.format {
            TextFormat::Text => print(&list())?,
            TextFormat::Json => {
                let rules: Vec<_> = rules().map(as_json).collect();
                print_json(format!("{:#}\n", serde_json::Value::from(rules)))?;
            }
        }
        return Ok(Outcome::Clean);
    };
    let Some(rule) = rules().find(|rule| rule.id == id) else {
        let hint = match nearest(id, rules().map(|rule| rule.id)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`start-points explain` lists the rules".to_owned(),
        };
        return Err(Failure::with_hint(format!("`{id}` is no rule"), hint));
    };
    match arguments.format {
        TextFormat::Text => print(&rule.page())?,
        TextFormat::Json => print_json(format!("{:#}\n", as_json(rule)))?,
    }
    Ok(Outcome::Clean)
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
