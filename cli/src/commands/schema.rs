//! `schema`: the JSON Schemas that editors and other tools read.

use start_points::nearest::nearest;
use start_points_schemas::Schema;

use crate::arguments::SchemaArguments;
use crate::error::{Failure, Outcome};
use crate::output;

pub(crate) fn run(arguments: &SchemaArguments) -> Result<Outcome, Failure> {
    let names = Schema::ALL.map(Schema::name);
    let Some(name) = &arguments.name else {
        output::print(&(names.join("\n") + "\n"))?;
        return Ok(Outcome::Clean);
    };
    let Some(schema) = Schema::ALL.into_iter().find(|schema| schema.name() == name) else {
        let hint = match nearest(name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("schemas: {}", names.join(", ")),
        };
        return Err(Failure::with_hint(format!("`{name}` is no schema"), hint));
    };
    output::print_bytes(schema.text().as_bytes())?;
    Ok(Outcome::Clean)
}
