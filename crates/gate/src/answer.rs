//! What is decided about many images, as JSON.

use start_points::ImageName;
use start_points::gate::{Decision, Verdict};
use start_points::json::Writer;
use start_points_oci::ImageError;

/// An image, and the decision, or why there is none.
pub type Decided = (ImageName, Result<Decision, ImageError>);

/// What is known of one image: a registry that does not answer makes it [`Verdict::Unknown`].
#[must_use]
pub fn verdict((_, found): &Decided) -> Verdict {
    found.as_ref().map_or(Verdict::Unknown, |decision| decision.verdict)
}

/// `{"version":1,"verdict":…,"decisions":[…],"failures":[…]}`: the strictest verdict, failures among them, and each
/// decision on a line of its own, the same bytes as from every front.
#[must_use]
pub fn answer_json(decided: &[Decided]) -> String {
    let verdict = decided.iter().map(verdict).max().unwrap_or_default();
    let decisions: Vec<_> =
        decided.iter().filter_map(|(_, found)| found.as_ref().ok()).map(Decision::to_json).collect();
    let failures: Vec<_> = decided.iter().filter_map(failure).collect();
    let list = |entries: &[String]| match entries {
        [] => "[]".to_owned(),
        entries => format!("[\n{}\n]", entries.join(",\n")),
    };
    format!(
        "{{\"version\":1,\"verdict\":\"{}\",\"decisions\":{},\"failures\":{}}}",
        verdict.as_str(),
        list(&decisions),
        list(&failures)
    )
}

fn failure((image, found): &Decided) -> Option<String> {
    let error = found.as_ref().err()?;
    let mut json = Writer::new();
    json.open('{');
    json.key("image").string(&image.to_string());
    json.key("message").string(&error.to_string());
    json.key("hint").optional(error.hint());
    json.close('}');
    Some(json.finish())
}
