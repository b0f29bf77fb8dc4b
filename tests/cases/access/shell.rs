//! The whole server in this process, on a copy of the world, asked as anybody.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tests::app::{App, door, house};
use tests::database::Kind;
use tests::world::{Asker, World};
use tower::ServiceExt;

/// A server on a copy of the world.
pub(super) struct Server {
    router: Router,
    _app: App,
}

/// What somebody was answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The headers, but for those that differ from request to request.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    /// How many statements it cost.
    pub(super) statements: String,
}

impl Server {
    /// A server on a fresh copy; none, said loudly, when there is no PostgreSQL here.
    pub(super) async fn start(kind: Kind) -> Option<Self> {
        let of = World::Access.start(kind).await?;
        let router = of.served(Arc::new(door(&of.store, house())));
        Some(Self { router, _app: of })
    }

    /// What this document is answered.
    pub(super) async fn ask(&self, asker: &Asker, document: &str, variables: &Value) -> Answer {
        let path = if document.starts_with("subscription") { "/graphql/stream" } else { "/graphql" };
        let mut request = Request::builder().method("POST").uri(path).header("host", "localhost");
        if let Some(authorization) = &asker.authorization {
            request = request.header("authorization", authorization);
        }
        let body = json!({ "query": document, "variables": variables }).to_string();
        let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let text = |name: &str| head.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let statements = text("server-timing").split(" statements").next().unwrap().to_owned();
        let same = |name: &str| !["x-request-id", "server-timing"].contains(&name);
        let headers = head.headers.iter().filter(|(name, _)| same(name.as_str()));
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        let body = match text("content-type").as_str() {
            "text/event-stream" => first_event(body).await,
            _ => axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        };
        let body = String::from_utf8(body).unwrap();
        Answer { status: head.status.as_u16(), headers, body, statements }
    }
}

/// What the first event of a stream says.
async fn first_event(body: Body) -> Vec<u8> {
    let mut pieces = body.into_data_stream();
    let mut text = Vec::new();
    while !text.windows(2).any(|two| two == b"\n\n") {
        text.extend(pieces.next().await.expect("a stream has an event").unwrap());
    }
    let text = String::from_utf8(text).unwrap();
    let data = text.lines().find_map(|line| line.strip_prefix("data: "));
    data.expect("an event says something").into()
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// In a word: the status unless it is 200, the code of the first error, `null`, or `ok`.
    pub(super) fn outcome(&self, field: &str) -> String {
        let answer = self.json();
        let code = answer["errors"][0]["extensions"]["code"].as_str();
        match code {
            _ if self.status != 200 => self.status.to_string(),
            Some(code) => code.to_lowercase().replace('_', " "),
            None if answer["data"][field].is_null() => "null".to_owned(),
            None => "ok".to_owned(),
        }
    }

    /// All that is said in it, small.
    pub(super) fn said(&self) -> String {
        format!("{} {:?}", self.body, self.headers).to_lowercase()
    }
}
