//! One task in one repository: its requests, and the authorization that they need.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use start_points::shown::shown;
use ureq::http::{Method, Uri};

use super::address::{Address, may_send_credential};
use super::credentials::{Credential, CredentialCache};
use super::header_fields::Challenge;
use super::http::{
    HttpClient, RegistryRequest, RegistryResponse, RequestBody, RequestDeadline, resolve, url,
};
use super::options::{TransferWatch, WatchedReader};
use crate::error::OciErrorKind;
use crate::limits::OciLimits;

/// Everything but <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One task in one repository, with its URLs, credential and deadline.
pub(super) struct RepositorySession {
    pub(super) http: Arc<HttpClient>,
    pub(super) scheme: &'static str,
    pub(super) address: Address,
    pub(super) credentials: Arc<CredentialCache>,
    pub(super) deadline: RequestDeadline,
    pub(super) limits: OciLimits,
    pub(super) watch: TransferWatch,
    pub(super) scopes: Vec<String>,
    pub(super) authorization: Mutex<Option<String>>,
}

impl RepositorySession {
    /// The scopes to pull from this repository and others:
    /// <https://distribution.github.io/distribution/spec/auth/scope/>.
    pub(super) fn pull_scopes(address: &Address, others: &[String]) -> Vec<String> {
        let repositories = std::iter::once(&address.repository).chain(others);
        repositories.map(|repository| format!("repository:{repository}:pull")).collect()
    }

    /// The same session with permission to push.
    pub(super) fn to_push(&self) -> RepositorySession {
        let mut scopes = self.scopes.clone();
        if let Some(own) = scopes.first_mut() {
            own.push_str(",push");
        }
        RepositorySession {
            http: Arc::clone(&self.http),
            scheme: self.scheme,
            address: self.address.clone(),
            credentials: Arc::clone(&self.credentials),
            deadline: self.deadline,
            limits: self.limits.clone(),
            watch: self.watch.clone(),
            scopes,
            authorization: Mutex::default(),
        }
    }

    pub(super) fn moved(&self, bytes: usize) {
        self.watch.moved(bytes);
    }

    /// A reader that reports its bytes.
    pub(super) fn watched<R: Read>(&self, reader: R) -> WatchedReader<R> {
        self.watch.reader(reader, &self.http.cancel)
    }

    pub(super) fn limits(&self) -> &OciLimits {
        &self.limits
    }

    /// A URL of the repository: `/v2/NAME/` and `rest`.
    pub(super) fn url(&self, rest: &str) -> Result<Uri, OciErrorKind> {
        url(&format!("{}://{}/v2/{}/{rest}", self.scheme, self.address.host, self.address.repository))
    }

    pub(super) fn get(
        &self,
        rest: &str,
        headers: &[(&'static str, String)],
    ) -> Result<RegistryResponse, OciErrorKind> {
        self.send(Method::GET, self.url(rest)?, headers, &mut RequestBody::Empty)
    }

    pub(super) fn head(
        &self,
        rest: &str,
        headers: &[(&'static str, String)],
    ) -> Result<RegistryResponse, OciErrorKind> {
        self.send(Method::HEAD, self.url(rest)?, headers, &mut RequestBody::Empty)
    }

    /// Sends a request. If the registry requires a credential, authenticates and sends it again.
    ///
    /// A reader cannot be sent twice, so an earlier request must have authenticated.
    pub(super) fn send(
        &self,
        method: Method,
        url: Uri,
        headers: &[(&'static str, String)],
        body: &mut RequestBody<'_>,
    ) -> Result<RegistryResponse, OciErrorKind> {
        let is_own = url.authority().is_some_and(|authority| authority.as_str() == self.address.host);
        let known = || self.authorization.lock().unwrap_or_else(PoisonError::into_inner);
        let known_value = known().clone().filter(|_| is_own);
        let had_one = known_value.is_some();
        let mut request =
            RegistryRequest { method, url, headers: headers.to_vec(), authorization: known_value };
        let response = self.http.send(&request, body.reborrow(), self.deadline)?;
        let is_challenge = response.status() == 401 && response.url == request.url && is_own;
        if !is_challenge || (had_one && matches!(body, RequestBody::Reader(..))) {
            return Ok(response);
        }
        let Some(challenge) = Challenge::best(response.headers("www-authenticate")) else {
            return Err(response.into_error());
        };
        let credential = self.credentials.get(self.address.credential_key())?;
        let value =
            authorization(&self.http, &challenge, &credential, &self.scopes, &request.url, self.deadline)?;
        *known() = Some(value.clone());
        request.authorization = Some(value);
        self.http.send(&request, body.reborrow(), self.deadline)
    }
}

/// A value in a query or a form: everything but RFC 3986's unreserved characters is percent-encoded.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The most bytes of a token response.
const MAX_TOKEN_BYTES: u64 = 4 << 20;

/// The client's name in token requests:
/// <https://distribution.github.io/distribution/spec/auth/oauth/>.
const CLIENT: &str = "start-points";

/// <https://distribution.github.io/distribution/spec/auth/token/#token-response-fields>
#[derive(Deserialize)]
struct TokenResponse {
    token: Option<String>,
    access_token: Option<String>,
}

/// The value of the `Authorization` header that answers a challenge.
///
/// `from` is the registry's URL: the token service must have the same scheme, and gets the credential only if
/// [it may](may_send_credential). Without the credential the registry would only say that it needs one, so that is an
/// error instead.
fn authorization(
    http: &HttpClient,
    challenge: &Challenge,
    credential: &Credential,
    scopes: &[String],
    from: &Uri,
    deadline: RequestDeadline,
) -> Result<String, OciErrorKind> {
    let Challenge::Bearer { realm, service } = challenge else {
        return match credential {
            Credential::Password { user, password } => Ok(basic(user, password)),
            Credential::Anonymous => Err(OciErrorKind::Denied(
                "the registry requires a credential, and none is configured".to_owned(),
            )),
            Credential::Identity(_) => Err(OciErrorKind::Denied(
                "the registry requires a password, and the configured credential is a token".to_owned(),
            )),
        };
    };
    let host = resolve(from, realm)?;
    if *credential != Credential::Anonymous && !may_send_credential(from, &host, &http.token_hosts) {
        return Err(OciErrorKind::TokenElsewhere {
            registry: authority_of(from),
            realm: authority_of(&host),
        });
    }
    let mut query: Vec<(&str, &str)> = Vec::new();
    query.extend(service.as_deref().map(|service| ("service", service)));
    let response = match credential {
        Credential::Identity(token) => {
            let scope = scopes.join(" ");
            query.extend([("client_id", CLIENT), ("grant_type", "refresh_token"), ("refresh_token", token)]);
            query.push(("scope", &scope));
            let form = form(&query);
            let content_type = ("content-type", "application/x-www-form-urlencoded".to_owned());
            let url = resolve(from, realm)?;
            let request = RegistryRequest {
                method: Method::POST,
                url,
                headers: vec![content_type],
                authorization: None,
            };
            http.send(&request, RequestBody::Bytes(form.as_bytes()), deadline)?
        }
        credential => {
            query.extend(scopes.iter().map(|scope| ("scope", scope.as_str())));
            let separator = if realm.contains('?') { '&' } else { '?' };
            let url = resolve(from, &format!("{realm}{separator}{}", form(&query)))?;
            let authorization = match credential {
                Credential::Password { user, password } => Some(basic(user, password)),
                _ => None,
            };
            let request = RegistryRequest { method: Method::GET, url, headers: Vec::new(), authorization };
            http.send(&request, RequestBody::Empty, deadline)?
        }
    };
    let bytes = response.expect(&[200])?.bytes("a token", MAX_TOKEN_BYTES)?;
    Ok(format!("Bearer {}", parse_token(&bytes)?))
}

/// The token in a response. The error does not quote it: it may contain the token.
pub(super) fn parse_token(bytes: &[u8]) -> Result<String, OciErrorKind> {
    let malformed = || OciErrorKind::NotARegistry("the response has no token".to_owned());
    let answered: TokenResponse = serde_json::from_slice(bytes).map_err(|_| malformed())?;
    let token = answered.token.or(answered.access_token).ok_or_else(malformed)?;
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(malformed());
    }
    Ok(token)
}

fn authority_of(url: &Uri) -> String {
    url.authority().map(|authority| shown(authority.as_str()).into_owned()).unwrap_or_default()
}

fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

fn basic(user: &str, password: &str) -> String {
    use base64::Engine as _;
    let pair = format!("{user}:{password}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}
