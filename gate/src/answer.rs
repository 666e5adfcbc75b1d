//! What is decided about many images, as JSON.

use start_points::ImageName;
use start_points::gate::Decision;
use start_points::json::Writer;
use start_points_image::ImageError;

/// An image, and the decision, or why there is none.
pub type Decided = (ImageName, Result<Decision, ImageError>);

/// `{"version":1,"verdict":…,"decisions":[…],"failures":[…]}`: the strictest verdict, and each decision on a line of its
/// own, the same bytes as from every front.
#[must_use]
pub fn answer_json(decided: &[Decided]) -> String {
    let decisions: Vec<_> = decided.iter().filter_map(|(_, found)| found.as_ref().ok()).collect();
    let verdict = decisions.iter().map(|decision| decision.verdict).max().unwrap_or_default();
    let decisions: Vec<_> = decisions.iter().map(|decision| decision.to_json()).collect();
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
