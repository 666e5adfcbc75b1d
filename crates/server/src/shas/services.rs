//! The services of the shas page: which there are, and the commit that each says it is of.

use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use serde::Deserialize;
use start_points::shown::shown;
use start_points_io::parallel;
use start_points_workspace::path;
use start_points_workspace::read::read;
use thiserror::Error;
use ureq::Agent;

/// The most bytes of the list of services.
const MAX_LIST: u64 = 256 << 10;
/// The most services.
const MOST: usize = 200;
/// The most bytes of what a service answers.
const MAX_ANSWER: u64 = 16 << 10;
/// For a service to answer.
const TIME: Duration = Duration::from_secs(4);
/// How many are asked at once.
const JOBS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);

/// A service, as the list has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// What it is called.
    pub name: String,
    /// Where it says of which commit it is: `http://runner:4597/sha`, which answers `{"sha": …}`.
    #[serde(default)]
    pub url: Option<String>,
    /// The commit, where nobody needs to be asked.
    #[serde(default)]
    pub sha: Option<String>,
    /// Its repository on the web, for links to commits.
    #[serde(default)]
    pub repository: Option<String>,
}

/// A list of services that cannot be used.
#[derive(Debug, Error)]
#[error("`{}`: {why}", path::shown(path))]
pub struct ServicesError {
    path: std::path::PathBuf,
    why: String,
}

impl ServicesError {
    /// How to mend it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "write `[{\"name\": \"runner\", \"url\": \"http://runner:4597/sha\"}]`, or `\"sha\"` for `\"url\"`"
    }
}

/// Reads a list of services from a JSON file.
///
/// # Errors
/// A file that cannot be read, or is no such list.
pub fn read_services(path: &Path) -> Result<Vec<Service>, ServicesError> {
    let wrong = |why: String| ServicesError { path: path.to_owned(), why: shown(&why).into_owned() };
    let bytes = read(path, MAX_LIST).map_err(|error| wrong(error.to_string()))?;
    if bytes.len() as u64 > MAX_LIST {
        return Err(wrong(format!("has more than {MAX_LIST} bytes")));
    }
    let services: Vec<Service> = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if services.len() > MOST {
        return Err(wrong(format!("has more than {MOST} services")));
    }
    for service in &services {
        let name = shown(&service.name);
        let is_http = |url: &String| url.starts_with("http://") || url.starts_with("https://");
        if service.url.is_some() == service.sha.is_some() {
            return Err(wrong(format!("service `{name}` has neither or both of `url` and `sha`")));
        }
        if let Some(url) = [&service.url, &service.repository].into_iter().flatten().find(|url| !is_http(url))
        {
            return Err(wrong(format!("service `{name}`: `{}` is no http URL", shown(url))));
        }
    }
    Ok(services)
}

/// What each service says, in the order of the list: its commit, or why it is not known. Blocks meanwhile.
pub(super) fn ask(services: &[Service]) -> Vec<Result<String, String>> {
    parallel::map(JOBS, services, |_, service| match (&service.sha, &service.url) {
        (Some(sha), _) => commit(sha),
        (None, Some(url)) => commit(&asked(url)?),
        (None, None) => Err("nobody knows where to ask".to_owned()),
    })
}

/// A commit, as seven or more hex digits.
fn commit(text: &str) -> Result<String, String> {
    let is_commit = (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match is_commit {
        true => Ok(text.to_ascii_lowercase()),
        false => Err(format!("`{}` is no commit", shown(text))),
    }
}

#[derive(Deserialize)]
struct Sha {
    sha: Option<String>,
}

fn asked(url: &str) -> Result<String, String> {
    let agent = agent(url.starts_with("https://"))?;
    let mut answer = agent.get(url).call().map_err(|error| shown(&error.to_string()).into_owned())?;
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(format!("it answers {status}"));
    }
    let mut bytes = Vec::new();
    let reader = answer.body_mut().with_config().limit(MAX_ANSWER + 1).reader();
    reader
        .take(MAX_ANSWER + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| shown(&error.to_string()).into_owned())?;
    let read: Option<Sha> = serde_json::from_slice(&bytes).ok();
    read.and_then(|read| read.sha).ok_or_else(|| "its answer has no `sha`".to_owned())
}

/// Clients that follow no redirect and use no proxy: services are near.
fn agent(tls: bool) -> Result<&'static Agent, String> {
    static PLAIN: OnceLock<Agent> = OnceLock::new();
    static SECURE: OnceLock<Result<Agent, String>> = OnceLock::new();
    let builder = || {
        Agent::config_builder()
            .timeout_global(Some(TIME))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None)
            .max_response_header_size(16 << 10)
    };
    if !tls {
        return Ok(PLAIN.get_or_init(|| builder().build().into()));
    }
    let secure = SECURE.get_or_init(|| {
        let config = start_points_oci::registry::tls_config(&[]).map_err(|error| error.to_string())?;
        Ok(builder().tls_config(config).build().into())
    });
    secure.as_ref().map_err(Clone::clone)
}
