//! Stands between the generated client and the network, for what the client gets wrong and what it keeps to itself.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::Extensions;
use reqwest::header::HeaderMap;
use reqwest::{Request, Response, StatusCode};
use reqwest_middleware::{Middleware, Next, Result};

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
}

/// Mends the path of each request and remembers the answer, of which the generated client hands out no headers.
#[derive(Clone, Default)]
pub struct Wire {
    answer: Arc<Mutex<Option<Answer>>>,
}

impl Wire {
    /// Returns the answer to the last request, once; None when none came.
    pub fn take_answer(&self) -> Option<Answer> {
        self.answer.lock().unwrap().take()
    }
}

#[async_trait]
impl Middleware for Wire {
    async fn handle(&self, mut request: Request, extensions: &mut Extensions, next: Next<'_>) -> Result<Response> {
        // The generated client encodes a space as `+`, as in a form; in a path that is another draft's id. A `+` of the
        // id itself it encodes as `%2B`, so that every `+` that is left was a space.
        let path = request.url().path().replace('+', "%20");
        request.url_mut().set_path(&path);
        let response = next.run(request, extensions).await?;
        let answer = Answer { status: response.status(), headers: response.headers().clone() };
        *self.answer.lock().unwrap() = Some(answer);
        Ok(response)
    }
}
