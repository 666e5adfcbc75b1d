//! The two requests to a container engine: whether it has an image, and to pull one.
//!
//! Docker's API, which Podman serves too: <https://docs.docker.com/reference/api/engine/>

use std::fmt;

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::header::{HOST, HeaderValue};
use hyper::{Method, Request};
use serde::Deserialize;
use start_points::ImageName;
use start_points::shown::shown;
use start_points_oci::registry::CredentialSource;

use crate::error::PullError;
use crate::pull_event::{LayerProgress, PullEvent};
use crate::registry_auth::RegistryAuth;
use crate::response::{self, Deadline, EngineLimits, EngineResponse};
use crate::socket::Socket;

const AUTH: &str = "x-registry-auth";

/// A container engine. Every request has a connection of its own, so a restarted engine is simply the next connection.
pub struct Engine {
    socket: Socket,
    auth: RegistryAuth,
    limits: EngineLimits,
}

#[derive(Deserialize)]
struct InspectedImage {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Deserialize)]
struct ErrorBody {
    message: String,
}

impl Engine {
    /// The engine behind a socket. `credentials` are for private registries.
    #[must_use]
    pub fn new(socket: Socket, credentials: CredentialSource, limits: EngineLimits) -> Self {
        Self { socket, auth: RegistryAuth::new(credentials), limits }
    }

    /// Whether the engine has this image.
    ///
    /// # Errors
    ///
    /// The engine fails, or is not one.
    pub async fn has(&self, image: &ImageName) -> Result<bool, PullError> {
        let deadline = Deadline::new(self.limits.response, self.limits.response);
        let path = format!("/images/{}/json", local_name(image));
        let response = self.request(Method::GET, &path, None, deadline).await?;
        match response.status.as_u16() {
            200 => {
                let bytes = response.bytes(self.limits.document_bytes).await?;
                let image: InspectedImage =
                    serde_json::from_slice(&bytes).map_err(|error| invalid(&error))?;
                Ok(!image.id.is_empty())
            }
            404 => Ok(false),
            _ => Err(self.error(response).await),
        }
    }

    /// Pulls an image, and returns once the engine has it. `on_progress` gets the bytes received and expected.
    ///
    /// # Errors
    ///
    /// Why the engine does not have the image.
    pub async fn pull(
        &self,
        image: &ImageName,
        mut on_progress: impl FnMut(u64, u64),
    ) -> Result<(), PullError> {
        let credential = self.auth.header(image).await?;
        let deadline = Deadline::new(self.limits.pull, self.limits.stall);
        // Without a tag, Docker pulls every tag of the repository:
        // https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Image/operation/ImageCreate
        let tag = image.digest().or(image.tag()).unwrap_or("latest");
        let path = format!("/images/create?fromImage={}&tag={tag}", image.name_without_tag());
        let mut response = self.request(Method::POST, &path, credential, deadline).await?;
        if response.status != 200 {
            return Err(self.error(response).await);
        }
        let mut layers = LayerProgress::default();
        // The status is sent before the pull begins: an error can follow any number of good lines.
        while let Some(lines) = response.lines(self.limits.line_bytes).await? {
            for line in lines {
                let event: PullEvent = serde_json::from_slice(&line).map_err(|error| invalid(&error))?;
                if let Some(message) = event.error() {
                    return Err(PullError::from_message(message));
                }
                let (received, expected) = layers.add(event);
                on_progress(received, expected);
            }
        }
        // A stream that ends without an error proves nothing.
        if self.has(image).await? { Ok(()) } else { Err(PullError::NotKept) }
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        credential: Option<HeaderValue>,
        deadline: Deadline,
    ) -> Result<EngineResponse, PullError> {
        // Without a version in the path, the engine uses its newest.
        let mut request = Request::builder().method(method).uri(path).header(HOST, "docker");
        if let Some(credential) = credential {
            request = request.header(AUTH, credential);
        }
        let request: Request<Empty<Bytes>> = request
            .body(Empty::new())
            .map_err(|error| PullError::MalformedName(shown(&error.to_string()).into_owned()))?;
        response::send(&self.socket, request, &self.limits, deadline).await
    }

    /// The error that a response reports.
    async fn error(&self, response: EngineResponse) -> PullError {
        let status = response.status;
        let bytes = match response.bytes(self.limits.document_bytes).await {
            Ok(bytes) => bytes,
            Err(error) => return error,
        };
        match serde_json::from_slice::<ErrorBody>(&bytes) {
            Ok(body) => match PullError::from_message(&body.message) {
                // Docker sends status 404 for anything that is not in the registry.
                PullError::Other(message) if status == 404 => PullError::Missing(message),
                error => error,
            },
            Err(_) => PullError::NotAnEngine(format!("status {status} without a message")),
        }
    }
}

/// The name by which the engine knows an image: by digest where there is one.
fn local_name(image: &ImageName) -> String {
    match image.digest() {
        Some(digest) => format!("{}@{digest}", image.name_without_tag()),
        None => image.to_string(),
    }
}

fn invalid(error: &serde_json::Error) -> PullError {
    PullError::NotAnEngine(shown(&error.to_string()).into_owned())
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("socket", &self.socket).finish_non_exhaustive()
    }
}
