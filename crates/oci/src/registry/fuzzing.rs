//! Responses of a registry may be anything: accepted ones are bounded and read the same again.

use ureq::Body;
use ureq::http::{Method, Response, Uri};

use super::header_fields::{Challenge, next_link};
use super::http::{RegistryRequest, RegistryResponse, RequestDeadline, resolve};
use super::{pull, session};
use crate::config::{self, ConfigDocument, ImageConfig};
use crate::digest::Digest;
use crate::error::OciErrorKind;
use crate::fuzzing::{described, parts, refusal};
use crate::limits::OciLimits;
use crate::manifest::{Descriptor, Index, Manifest, MediaType};

const SECRET: &str = "user:correct-horse";
/// `SECRET`, as it is sent.
const SENT: &str = "Basic dXNlcjpjb3JyZWN0LWhvcnNl";
const MAX_TAGS: usize = 50;

/// Reads a body. The first byte says as what: `m` a manifest or an index, `c` a configuration, `e` the error for a
/// fault, `t` a token, anything else pages of tags.
pub fn answers(input: &[u8]) {
    let Some((kind, body)) = input.split_first() else { return };
    match kind {
        b'm' => document(body),
        b'c' => configuration(body),
        b'e' => fault(body),
        b't' => token_answer(body),
        _ => tag_pages(body),
    }
}

fn document(body: &[u8]) {
    let (manifest, index) = (Manifest::parse(body), Index::parse(body));
    assert!(manifest.is_err() || index.is_err(), "both an image and a list of images");
    let own = pull::media_type(None, body);
    if let Ok(own) = &own {
        assert!(MediaType::is_manifest(own) || MediaType::is_index(own));
        assert!(
            !MediaType::is_manifest(own) || index.is_err(),
            "read as a list, and says that it is an image"
        );
        assert!(
            !MediaType::is_index(own) || manifest.is_err(),
            "read as an image, and says that it is a list"
        );
    }
    match &manifest {
        Ok(manifest) => {
            let written = manifest.write().unwrap_or_default();
            assert_eq!(Manifest::parse(&written).as_ref(), Ok(manifest));
            manifest.layers.iter().chain([&manifest.config]).for_each(part);
        }
        Err(cause) => refusal(cause),
    }
    match &index {
        Ok(index) => {
            let written = index.write().unwrap_or_default();
            assert_eq!(Index::parse(&written).as_ref(), Ok(index));
            index.manifests.iter().for_each(part);
            assert!(index.usual_image().is_none_or(|one| MediaType::is_manifest(&one.media_type)));
        }
        Err(cause) => refusal(cause),
    }
    own.iter().for_each(|own| assert_eq!(pull::media_type(Some(own.clone()), body).as_ref(), Ok(own)));
    own.err().iter().for_each(refusal);
}

fn part(part: &Descriptor) {
    assert_eq!(part.digest.as_str().parse(), Ok(part.digest.clone()));
    assert!(part.digest.hex().len() == 64);
}

fn configuration(body: &[u8]) {
    let read = match ConfigDocument::parse(body) {
        Ok(read) => read,
        Err(cause) => return refusal(&cause),
    };
    let listed: Vec<_> = read
        .rootfs
        .diff_ids
        .iter()
        .map(|digest| Descriptor::new(MediaType::LAYER, digest.clone(), 1))
        .collect();
    let image = described(body.to_vec(), listed, Vec::new(), OciLimits::default());
    match image.inspect() {
        Ok(inspection) => assert_eq!(inspection.layers.len(), read.rootfs.diff_ids.len()),
        Err(error) => refusal(error.kind()),
    }
    // What is built on it keeps its layers and its labels.
    let facts = ImageConfig::default().label("ours", "1");
    match config::write(&facts, Some(body), &[Digest::of(b"")]) {
        Ok(written) => {
            let again = ConfigDocument::parse(&written).unwrap_or_default();
            assert_eq!(
                again.rootfs.diff_ids.split_last().map(|(_, base)| base),
                Some(&*read.rootfs.diff_ids)
            );
            assert_eq!((again.os, again.architecture), (read.os, read.architecture));
            let mut labels = read.config.unwrap_or_default().labels.unwrap_or_default();
            labels.insert("ours".to_owned(), "1".to_owned());
            assert_eq!(again.config.unwrap_or_default().labels, Some(labels));
        }
        Err(cause) => refusal(&cause),
    }
}

fn fault(body: &[u8]) {
    let Some(url) = base() else { return };
    let request = RegistryRequest {
        method: Method::GET,
        url,
        headers: Vec::new(),
        authorization: Some(SENT.to_owned()),
    };
    let deadline = RequestDeadline::after(OciLimits::default().time);
    for status in [401, 404, 500] {
        let Ok(response) = Response::builder().status(status).body(Body::builder().data(body)) else {
            return;
        };
        let cause = RegistryResponse::new(response, &request, deadline).into_error();
        refusal(&cause);
        let message = cause.to_string();
        assert!(message.len() < 1000, "{message}");
        let secrets = [SECRET, SECRET.split(':').next_back().unwrap_or_default(), SENT];
        assert!(!secrets.iter().any(|secret| message.contains(secret)), "{message}");
    }
}

fn token_answer(body: &[u8]) {
    match session::parse_token(body) {
        Ok(token) => {
            assert!(!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()));
            let again = serde_json::json!({ "access_token": token }).to_string();
            assert_eq!(session::parse_token(again.as_bytes()), Ok(token));
        }
        // It may be most of a token.
        Err(cause) => {
            assert!(matches!(cause, OciErrorKind::NotARegistry(why) if why == "the response has no token"))
        }
    }
}

fn tag_pages(body: &[u8]) {
    let mut found = pull::TagList::new(MAX_TAGS);
    for page in parts(body) {
        if let Err(cause) = found.add(page) {
            return refusal(&cause);
        }
    }
    let found = found.into_vec();
    assert!(found.len() <= MAX_TAGS);
    let page = serde_json::json!({ "tags": found }).to_string();
    let mut again = pull::TagList::new(MAX_TAGS);
    assert_eq!(again.add(page.as_bytes()), Ok(()));
    assert_eq!(again.into_vec(), found, "a tag is listed twice");
    for tag in &found {
        assert!(tag.bytes().all(|byte| byte.is_ascii_graphic()), "{tag:?}");
        assert!(!tag.starts_with(['-', '.']) && !tag.contains(['/', ':', '@']) && tag.len() <= 128, "{tag}");
    }
}

/// Reads header fields, one a line, as `Link` and as `WWW-Authenticate`.
pub fn fields(input: &str) {
    let fields: Vec<&str> = input.split('\n').collect();
    if let Some(next) = next_link(&fields) {
        assert!(fields.iter().any(|field| field.contains(&next)), "{next} was not said");
        assert!(!next.contains('>') && next.trim() == next);
        let written = format!("<{next}>; rel=\"next\"");
        assert_eq!(next_link([format!("<>; rel=prev, {written}")]), Some(next.clone()));
        // Fields after the first that says it, and a list that goes on, change nothing.
        let more = fields.iter().copied().chain(["</other>; rel=next"]);
        assert_eq!(next_link(more), Some(next.clone()));
        leads(&next);
    }
    let best = Challenge::best(&fields);
    let Some(Challenge::Bearer { realm, service }) = &best else { return };
    assert!(!realm.is_empty());
    let service = service.as_ref().map(|service| format!(", service={}", quoted(service)));
    let written = format!("Basic realm=x, Bearer realm={}{}", quoted(realm), service.unwrap_or_default());
    assert_eq!(Challenge::best([written]), best);
    leads(realm);
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn base() -> Option<Uri> {
    "https://registry.example/v2/a/tags/list?n=1000".parse().ok()
}

/// A redirect leads to a URL of the same scheme, without user information, that reads the same again.
fn leads(location: &str) {
    let Some(base) = base() else { return };
    match resolve(&base, location) {
        Ok(url) => {
            assert_eq!(url.scheme(), base.scheme());
            let authority = url.authority().map(ToString::to_string).unwrap_or_default();
            assert!(!authority.is_empty() && !authority.contains('@'), "{url}");
            let url = url.to_string();
            assert!(url.is_ascii() && !url.contains(|c: char| c.is_ascii_control() || c == ' ' || c == '#'));
            assert_eq!(resolve(&base, &url).map(|again| again.to_string()), Ok(url));
        }
        Err(cause) => refusal(&cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_hold() {
        start_points_testing::fuzz_inputs("answers").iter().for_each(|input| answers(input));
        for input in start_points_testing::fuzz_inputs("fields") {
            fields(&String::from_utf8_lossy(&input));
        }
    }
}
