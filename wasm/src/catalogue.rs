//! Start-points that are offered together: their faults and their names.

use start_points::check::{CheckOutput, Listed, check_names};
use start_points::diagnostic::Place;
use start_points::json::Writer;
use start_points::levels::Levels;
use start_points::resolve::{Named, catalogue_names};

use crate::answer;
use crate::failure::{Failure, document};
use crate::request::Request;

/// Parts: display name and path of each start-point.
pub(crate) fn check(request: &mut Request<'_>, positions: bool) -> Result<String, Failure> {
    let mut listed = Vec::new();
    while !request.is_read() {
        let display_name = request.text()?.to_owned();
        listed.push(Listed { display_name, place: Place::file(request.text()?) });
    }
    let CheckOutput { report, sources, .. } = check_names(&listed, listed.len(), &Levels::new(), &|_| None);
    Ok(answer::report(&report, &sources, &|_| None, positions))
}

/// Parts: of each start-point its manifest, or as much of it as names are made from.
pub(crate) fn names(request: &mut Request<'_>) -> Result<String, Failure> {
    let mut named = Vec::new();
    while !request.is_read() {
        named.push(Named::of(document(request.bytes()?)?.root()));
    }
    let names =
        catalogue_names(&named).map_err(|error| Failure::new("duplicate-display-name", error.to_string()))?;
    let mut json = Writer::new();
    json.open('{');
    json.key("names").open('[');
    names.in_order().iter().for_each(|name| json.string(name));
    json.close(']');
    json.key("sorted").open('[');
    names.sorted().for_each(|name| json.string(name));
    json.close(']');
    json.close('}');
    Ok(json.finish())
}
