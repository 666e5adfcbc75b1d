//! One task at one repository: its URLs, its log-in, and its time.

use std::fmt::Write as _;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use ureq::http::{Method, Uri};

use super::address::Address;
use super::answer::Answer;
use super::challenge::Challenge;
use super::credentials::Logins;
use super::http::{Ask, Deadline, Http, Sent, url};
use super::token;
use super::watch::{Watch, Watched};
use crate::cause::Cause;
use crate::limits::Limits;

pub(super) struct Session {
    http: Arc<Http>,
    scheme: &'static str,
    pub(super) address: Address,
    logins: Arc<Logins>,
    deadline: Deadline,
    watch: Watch,
    scopes: Vec<String>,
    authorization: Mutex<Option<String>>,
}

impl Session {
    pub(super) fn new(
        http: Arc<Http>,
        scheme: &'static str,
        address: Address,
        logins: Arc<Logins>,
        deadline: Deadline,
        watch: Watch,
        also: &[String],
    ) -> Self {
        let scopes = also.iter().map(|repository| format!("repository:{repository}:pull")).collect();
        let authorization = Mutex::default();
        let mut session = Self { http, scheme, address, logins, deadline, watch, scopes, authorization };
        session.scopes.insert(0, format!("repository:{}:pull", session.address.repository));
        session
    }

    /// Asks for more than to read, from here on.
    pub(super) fn to_push(&self) -> Session {
        let mut scopes = self.scopes.clone();
        if let Some(own) = scopes.first_mut() {
            own.push_str(",push");
        }
        Session {
            http: Arc::clone(&self.http),
            scheme: self.scheme,
            address: self.address.clone(),
            logins: Arc::clone(&self.logins),
            deadline: self.deadline,
            watch: self.watch.clone(),
            scopes,
            authorization: Mutex::default(),
        }
    }

    pub(super) fn moved(&self, bytes: usize) {
        self.watch.moved(bytes);
    }

    /// A reader of what is moved.
    pub(super) fn watched<R: Read>(&self, reader: R) -> Watched<R> {
        self.watch.over(reader, &self.http.cancel)
    }

    pub(super) fn limits(&self) -> &Limits {
        self.http.limits()
    }

    /// A URL of the repository: `/v2/NAME/` and `rest`.
    pub(super) fn url(&self, rest: &str) -> Result<Uri, Cause> {
        url(&format!("{}://{}/v2/{}/{rest}", self.scheme, self.address.host, self.address.repository))
    }

    pub(super) fn get(&self, rest: &str, headers: &[(&'static str, String)]) -> Result<Answer, Cause> {
        self.send(Method::GET, self.url(rest)?, headers, &mut Sent::Nothing)
    }

    pub(super) fn head(&self, rest: &str, headers: &[(&'static str, String)]) -> Result<Answer, Cause> {
        self.send(Method::HEAD, self.url(rest)?, headers, &mut Sent::Nothing)
    }

    /// Sends a request; where the registry wants to know who asks, logs in and sends it again.
    ///
    /// A reader cannot be sent again: a request before it has logged in.
    pub(super) fn send(
        &self,
        method: Method,
        url: Uri,
        headers: &[(&'static str, String)],
        body: &mut Sent<'_>,
    ) -> Result<Answer, Cause> {
        let is_own = url.authority().is_some_and(|authority| authority.as_str() == self.address.host);
        let known = || self.authorization.lock().unwrap_or_else(PoisonError::into_inner);
        let authorization = known().clone().filter(|_| is_own);
        let had_one = authorization.is_some();
        let mut ask = Ask { method, url, headers: headers.to_vec(), authorization };
        let answer = self.http.send(&ask, again(body), self.deadline)?;
        let is_challenge = answer.status() == 401 && answer.url == ask.url && is_own;
        if !is_challenge || (had_one && matches!(body, Sent::Reader(..))) {
            return Ok(answer);
        }
        let Some(challenge) = Challenge::best(answer.headers("www-authenticate")) else {
            return Err(answer.fault());
        };
        let login = self.logins.login(self.address.login())?;
        let authorization =
            token::authorization(&self.http, &challenge, &login, &self.scopes, &ask.url, self.deadline)?;
        *known() = Some(authorization.clone());
        ask.authorization = Some(authorization);
        self.http.send(&ask, again(body), self.deadline)
    }
}

/// The same body once more.
fn again<'a>(body: &'a mut Sent<'_>) -> Sent<'a> {
    match body {
        Sent::Nothing => Sent::Nothing,
        Sent::Bytes(bytes) => Sent::Bytes(bytes),
        Sent::Reader(reader, size) => Sent::Reader(&mut **reader, *size),
    }
}

/// A value as a query or a form has it.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            // Writing to a string does not fail.
            byte => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}
