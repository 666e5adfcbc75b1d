//! The two things that are asked of a container engine: whether it has an image, and to pull one.

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::header::{HOST, HeaderValue};
use hyper::{Method, Request};
use serde::Deserialize;
use start_points::ImageName;
use start_points::shown::shown;

use crate::answer::{self, Answer, Time};
use crate::cause::Cause;
use crate::limits::Limits;
use crate::said::{Layers, Line};
use crate::socket::Socket;

const AUTH: &str = "x-registry-auth";

/// A container engine. Nothing is kept between two requests: it may be another one after a restart.
#[derive(Debug)]
pub(crate) struct Engine {
    socket: Socket,
    limits: Limits,
}

#[derive(Deserialize)]
struct Image {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Deserialize)]
struct Complaint {
    message: String,
}

impl Engine {
    pub(crate) fn new(socket: Socket, limits: Limits) -> Self {
        Self { socket, limits }
    }

    /// Whether the engine has this image.
    pub(crate) async fn has(&self, image: &ImageName) -> Result<bool, Cause> {
        let time = Time::new(self.limits.answer, self.limits.answer);
        let answer = self.ask(Method::GET, &format!("/images/{}/json", local(image)), None, time).await?;
        match answer.status.as_u16() {
            200 => {
                let bytes = answer.bytes(self.limits.document_bytes).await?;
                let image: Image = serde_json::from_slice(&bytes).map_err(|error| garbage(&error))?;
                Ok(!image.id.is_empty())
            }
            404 => Ok(false),
            _ => Err(self.complaint(answer).await),
        }
    }

    /// Pulls an image; `came` is told how many bytes came and are expected. Only [`Engine::has`] says whether it is
    /// there then.
    pub(crate) async fn pull(
        &self,
        image: &ImageName,
        login: Option<HeaderValue>,
        mut came: impl FnMut(u64, u64),
    ) -> Result<(), Cause> {
        let time = Time::new(self.limits.pull, self.limits.stall);
        // Without a tag docker pulls every tag there is.
        let tag = image.digest().or(image.tag()).unwrap_or("latest");
        let path = format!("/images/create?fromImage={}&tag={tag}", image.name_without_tag());
        let mut answer = self.ask(Method::POST, &path, login, time).await?;
        if answer.status != 200 {
            return Err(self.complaint(answer).await);
        }
        let mut layers = Layers::default();
        // A failure can come after any number of lines that sound well.
        while let Some(lines) = answer.lines(self.limits.line_bytes).await? {
            for line in lines {
                let line: Line = serde_json::from_slice(&line).map_err(|error| garbage(&error))?;
                if let Some(error) = line.error() {
                    return Err(Cause::said(error));
                }
                let (received, expected) = layers.take(line);
                came(received, expected);
            }
        }
        Ok(())
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        login: Option<HeaderValue>,
        time: Time,
    ) -> Result<Answer, Cause> {
        // Without a version, the engine answers in the newest that it speaks.
        let mut request = Request::builder().method(method).uri(path).header(HOST, "docker");
        if let Some(login) = login {
            request = request.header(AUTH, login);
        }
        let request: Request<Empty<Bytes>> = request
            .body(Empty::new())
            .map_err(|error| Cause::MalformedName(shown(&error.to_string()).into_owned()))?;
        answer::ask(&self.socket, request, &self.limits, time).await
    }

    /// What the engine says instead of doing it.
    async fn complaint(&self, answer: Answer) -> Cause {
        let status = answer.status;
        let bytes = match answer.bytes(self.limits.document_bytes).await {
            Ok(bytes) => bytes,
            Err(cause) => return cause,
        };
        match serde_json::from_slice::<Complaint>(&bytes) {
            Ok(complaint) => match Cause::said(&complaint.message) {
                // Docker answers 404 for whatever is not in the registry.
                Cause::Refused(said) if status == 404 => Cause::Missing(said),
                cause => cause,
            },
            Err(_) => Cause::NotAnEngine(format!("it answers {status} without saying why")),
        }
    }
}

/// What an image is called on the machine: where there is a digest, that decides.
fn local(image: &ImageName) -> String {
    match image.digest() {
        Some(digest) => format!("{}@{digest}", image.name_without_tag()),
        None => image.to_string(),
    }
}

fn garbage(error: &serde_json::Error) -> Cause {
    Cause::NotAnEngine(shown(&error.to_string()).into_owned())
}
