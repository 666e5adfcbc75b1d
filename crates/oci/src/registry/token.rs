//! Tokens: what a registry's own service gives for a log-in.

use serde::Deserialize;
use start_points::shown::shown;
use ureq::http::{Method, Uri};

use super::challenge::Challenge;
use super::credentials::Login;
use super::http::{Ask, Deadline, Http, Sent, resolve};
use super::realm::may_log_in;
use super::session::encoded;
use crate::cause::Cause;

const CLIENT: &str = "start-points";

#[derive(Deserialize)]
struct Answered {
    token: Option<String>,
    access_token: Option<String>,
}

/// What to answer a challenge with: the value of an `Authorization` header.
///
/// `from` is the registry's URL: its tokens come in the same scheme, and a log-in goes only where [it may](may_log_in).
/// It is not left out where it may not: then the registry would say that it wants one.
pub(super) fn authorization(
    http: &Http,
    challenge: &Challenge,
    login: &Login,
    scopes: &[String],
    from: &Uri,
    deadline: Deadline,
) -> Result<String, Cause> {
    let Challenge::Bearer { realm, service } = challenge else {
        return match login {
            Login::Password { user, password } => Ok(basic(user, password)),
            Login::Anonymous => Err(Cause::Denied("it wants a log-in, and there is none for it".to_owned())),
            Login::Identity(_) => {
                Err(Cause::Denied("it wants a password, and the log-in is a token".to_owned()))
            }
        };
    };
    let host = resolve(from, realm)?;
    if *login != Login::Anonymous && !may_log_in(from, &host, &http.token_hosts) {
        let of =
            |url: &Uri| url.authority().map(|host| shown(host.as_str()).into_owned()).unwrap_or_default();
        return Err(Cause::TokenElsewhere { registry: of(from), realm: of(&host) });
    }
    let mut query: Vec<(&str, &str)> = Vec::new();
    query.extend(service.as_deref().map(|service| ("service", service)));
    let answer = match login {
        Login::Identity(token) => {
            let scope = scopes.join(" ");
            query.extend([("client_id", CLIENT), ("grant_type", "refresh_token"), ("refresh_token", token)]);
            query.push(("scope", &scope));
            let form = form(&query);
            let content_type = ("content-type", "application/x-www-form-urlencoded".to_owned());
            let url = resolve(from, realm)?;
            let ask = Ask { method: Method::POST, url, headers: vec![content_type], authorization: None };
            http.send(&ask, Sent::Bytes(form.as_bytes()), deadline)?
        }
        login => {
            query.extend(scopes.iter().map(|scope| ("scope", scope.as_str())));
            let separator = if realm.contains('?') { '&' } else { '?' };
            let url = resolve(from, &format!("{realm}{separator}{}", form(&query)))?;
            let authorization = match login {
                Login::Password { user, password } => Some(basic(user, password)),
                _ => None,
            };
            let ask = Ask { method: Method::GET, url, headers: Vec::new(), authorization };
            http.send(&ask, Sent::Nothing, deadline)?
        }
    };
    let bytes = answer.expect(&[200])?.bytes("a token", http.limits().document_bytes)?;
    Ok(format!("Bearer {}", read(&bytes)?))
}

/// The token in an answer. What is wrong with it is not said: it may hold the token.
pub(super) fn read(bytes: &[u8]) -> Result<String, Cause> {
    let malformed = || Cause::NotARegistry("its answer holds no token".to_owned());
    let answered: Answered = serde_json::from_slice(bytes).map_err(|_| malformed())?;
    let token = answered.token.or(answered.access_token).ok_or_else(malformed)?;
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(malformed());
    }
    Ok(token)
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
