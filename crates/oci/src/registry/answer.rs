//! What a registry answers, read within bounds.

use std::borrow::Cow;
use std::io::{self, Read};

use serde::Deserialize;
use start_points::shown::shown;
use ureq::Body;
use ureq::http::{Response, Uri};

use super::http::{self, Ask, Deadline};
use crate::cause::Cause;

/// As much as is read of what a registry says to a fault.
const MAX_COMPLAINT: u64 = 16 * 1024;

pub(super) struct Answer {
    response: Response<Body>,
    /// Where it came from, redirects followed.
    pub(super) url: Uri,
    deadline: Deadline,
    /// What was sent with the request, for no message to repeat it.
    authorization: Option<String>,
}

#[derive(Deserialize)]
struct Complaints {
    errors: Vec<Complaint>,
}

#[derive(Deserialize)]
struct Complaint {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl Answer {
    pub(super) fn new(response: Response<Body>, ask: &Ask, deadline: Deadline) -> Self {
        Self { response, url: ask.url.clone(), deadline, authorization: ask.authorization.clone() }
    }

    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header, where it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The header fields of this name, whatever bytes they hold.
    pub(super) fn headers(&self, name: &str) -> impl Iterator<Item = Cow<'_, str>> {
        self.response.headers().get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()))
    }

    pub(super) fn redirect(&self) -> Option<&str> {
        matches!(self.status(), 301 | 302 | 303 | 307 | 308).then(|| self.header("location"))?
    }

    /// The body as it comes, however long.
    pub(super) fn reader(self) -> Result<Box<dyn Read>, Cause> {
        let deadline = self.deadline;
        let reader = self.response.into_body().into_with_config().limit(u64::MAX).reader();
        Ok(Box::new(Told { inner: reader, deadline }))
    }

    /// The whole body, no longer than `limit` bytes.
    pub(super) fn bytes(self, what: &'static str, limit: u64) -> Result<Vec<u8>, Cause> {
        let mut bytes = Vec::new();
        self.reader()?.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(Cause::TooLarge { what, limit });
        }
        Ok(bytes)
    }

    /// The answer where its status is one of these, or what the registry says instead.
    pub(super) fn expect(self, statuses: &[u16]) -> Result<Self, Cause> {
        if statuses.contains(&self.status()) { Ok(self) } else { Err(self.fault()) }
    }

    pub(super) fn fault(self) -> Cause {
        let status = self.status();
        let said = self.complaint();
        match status {
            401 | 403 => Cause::Denied(said),
            status => Cause::Registry { status, said },
        }
    }

    /// What the registry says to a fault, in its own words or in none.
    fn complaint(self) -> String {
        let mut bytes = Vec::new();
        let nothing = || "nothing more".to_owned();
        let authorization = self.authorization.clone();
        let Ok(reader) = self.reader() else { return nothing() };
        if reader.take(MAX_COMPLAINT).read_to_end(&mut bytes).is_err() {
            return nothing();
        }
        let complaints = serde_json::from_slice::<Complaints>(&bytes).ok();
        match complaints.and_then(|found| found.errors.into_iter().next()) {
            Some(first) if authorization.is_some_and(|sent| repeats(&first, &sent)) => nothing(),
            Some(first) if !first.message.is_empty() => shown(&first.message).into_owned(),
            Some(first) if !first.code.is_empty() => shown(&first.code).into_owned(),
            _ => nothing(),
        }
    }
}

/// Whether a complaint repeats a secret that was sent with the request.
fn repeats(complaint: &Complaint, authorization: &str) -> bool {
    use base64::Engine as _;
    let sent = authorization.rsplit(' ').next().unwrap_or_default();
    let pair = base64::engine::general_purpose::STANDARD.decode(sent).unwrap_or_default();
    let pair = String::from_utf8_lossy(&pair);
    let password = pair.split_once(':').map(|(_, password)| password).unwrap_or_default();
    [&complaint.code, &complaint.message]
        .into_iter()
        .any(|said| [sent, password].into_iter().any(|secret| !secret.is_empty() && said.contains(secret)))
}

/// Says of a fault what it is, where ureq hides it in an I/O error.
struct Told<R> {
    inner: R,
    deadline: Deadline,
}

impl<R: Read> Read for Told<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| http::cause(ureq::Error::Io(error), self.deadline).into_io())
    }
}
