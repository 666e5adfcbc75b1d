//! The services on the shas page: their list, and the commit that each reports.

use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use serde::Deserialize;
use start_points::shown::shown;
use start_points_io::parallel;
use start_points_io::read_regular_file as read;
use start_points_workspace::path;
use thiserror::Error;
use ureq::Agent;

/// The most bytes of a list of services.
const MAX_LIST: u64 = 256 << 10;
/// The most services.
const MAX_SERVICES: usize = 200;
/// The most bytes of a service's answer.
const MAX_ANSWER: u64 = 16 << 10;
/// How long a service may take to answer.
const TIME: Duration = Duration::from_secs(4);
/// How many services are asked at once.
const JOBS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);

/// A service in the list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShasService {
    /// Its name.
    pub name: String,
    /// The URL that reports its commit: `http://runner:4597/sha`, which answers `{"sha": …}`.
    #[serde(default)]
    pub url: Option<String>,
    /// Its commit, if it need not be asked.
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
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "write `[{\"name\": \"runner\", \"url\": \"http://runner:4597/sha\"}]`, or `\"sha\"` for `\"url\"`"
    }
}

/// Reads a list of services from a JSON file.
///
/// # Errors
/// If the file cannot be read, or is not such a list.
pub fn read_services(path: &Path) -> Result<Vec<ShasService>, ServicesError> {
    parse_services(path).map_err(|why| ServicesError { path: path.to_owned(), why: shown(&why).into_owned() })
}

fn parse_services(path: &Path) -> Result<Vec<ShasService>, String> {
    let bytes = read(path, MAX_LIST).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_LIST {
        return Err(format!("has more than {MAX_LIST} bytes"));
    }
    let services: Vec<ShasService> = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    if services.len() > MAX_SERVICES {
        return Err(format!("has more than {MAX_SERVICES} services"));
    }
    for service in &services {
        let name = shown(&service.name);
        if service.url.is_some() == service.sha.is_some() {
            return Err(format!("service `{name}` needs either `url` or `sha`"));
        }
        let mut urls = [&service.url, &service.repository].into_iter().flatten();
        if let Some(url) = urls.find(|url| !is_http(url)) {
            return Err(format!("service `{name}`: `{}` is not an http(s) URL", shown(url)));
        }
    }
    Ok(services)
}

fn is_http(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// The commit of each service, in the order of the list, or why it is unknown; blocks.
pub(super) fn commits(services: &[ShasService]) -> Vec<Result<String, String>> {
    parallel::map(JOBS, services, |_, service| match (&service.sha, &service.url) {
        (Some(sha), _) => parse_commit(sha),
        (None, Some(url)) => parse_commit(&fetch_sha(url)?),
        (None, None) => Err("neither `url` nor `sha` is configured".to_owned()),
    })
}

/// Seven or more hex digits.
fn parse_commit(text: &str) -> Result<String, String> {
    let is_commit = (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_commit { Ok(text.to_ascii_lowercase()) } else { Err(format!("`{}` is not a commit", shown(text))) }
}

#[derive(Deserialize)]
struct ShaResponse {
    sha: Option<String>,
}

fn fetch_sha(url: &str) -> Result<String, String> {
    let agent = agent(url.starts_with("https://"))?;
    let mut answer = agent.get(url).call().map_err(|error| shown(&error.to_string()).into_owned())?;
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(format!("it answers with status {status}"));
    }
    let mut bytes = Vec::new();
    let reader = answer.body_mut().with_config().limit(MAX_ANSWER + 1).reader();
    reader
        .take(MAX_ANSWER + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| shown(&error.to_string()).into_owned())?;
    let read: Option<ShaResponse> = serde_json::from_slice(&bytes).ok();
    read.and_then(|read| read.sha).ok_or_else(|| "its answer lacks `sha`".to_owned())
}

/// HTTP clients that follow no redirects and use no proxy: the services are in the same network.
fn agent(tls: bool) -> Result<&'static Agent, String> {
    static PLAIN: OnceLock<Agent> = OnceLock::new();
    static SECURE: OnceLock<Result<Agent, String>> = OnceLock::new();
    let config = || {
        Agent::config_builder()
            .timeout_global(Some(TIME))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None)
            .max_response_header_size(16 << 10)
    };
    if !tls {
        return Ok(PLAIN.get_or_init(|| config().build().into()));
    }
    let secure = SECURE.get_or_init(|| {
        let tls = start_points_oci::registry::tls_config(&[]).map_err(|error| error.to_string())?;
        Ok(config().tls_config(tls).build().into())
    });
    secure.as_ref().map_err(Clone::clone)
}
