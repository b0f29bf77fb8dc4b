//! The shell as a client sees it, in this process, over a database of its own.

mod browsers;
mod documents;
mod files;
mod graphql;
mod playground;
mod shell;

use std::sync::Arc;
use std::time::Duration;

use ::graphql::{Documents, Engine, Files, Followed, Metered};
use async_graphql::{Request as Asked, Response as Executed, ServerError};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode};
use domain::ledger::AuditKey;
use domain::{Secret, Viewer};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use storage::objects::{Objects, ObjectsSettings};
use storage::{ConnectSettings, Pools, Store};
use tempfile::TempDir;
use tower::ServiceExt;

use super::{App, Execute, Limits, MetricsAt, Parts, Playground, app};
use crate::auth::{Auth, Lifetimes, Signer};
use crate::public_url::PublicUrl;
use crate::seams::{SystemClock, SystemIds, SystemRandomness};

/// A server without a socket, with small limits.
pub(super) struct Served {
    router: axum::Router,
    /// The sign-in of the local administrator, by which every request is asked.
    cookie: String,
    pub(super) folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?} is not JSON"))
    }

    pub(super) fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

pub(super) const MAX_REQUEST: u64 = 100_000;
pub(super) const MAX_UPLOAD: u64 = 10_000_000;

impl Served {
    pub(super) async fn start() -> Self {
        Self::with(|engine| Arc::new(engine)).await
    }

    /// A server whose requests something else executes.
    pub(super) async fn with(execute: impl FnOnce(Engine) -> Arc<dyn Execute>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let pools = Pools::open(&ConnectSettings::new(url)).await.unwrap();
        migration::up(pools.writer()).await.unwrap();
        let store = Store::new(
            pools,
            Arc::new(SystemClock),
            Arc::new(SystemIds),
            Arc::new(SystemRandomness),
            AuditKey::new([7; 32]),
        );
        let admin = storage::viewers::local_admin(&store).await.unwrap().unwrap();
        let objects = Objects::open(&ObjectsSettings::Folder(folder.path().join("objects"))).unwrap();
        let public_url = "https://example.org/a/b".parse().unwrap();
        let lifetimes = Lifetimes { idle: Duration::from_hours(1), most: Duration::from_hours(2) };
        let signer = Signer::new(&Secret::new([3; 32]), None);
        let auth = Auth::new(store.clone(), signer, lifetimes, crate::auth::House::new(PublicUrl::clone(&public_url)));
        let link = auth.link(admin).unwrap().reveal().clone();
        let files = Files::new(objects.clone(), "https://example.org/a/b");
        let engine = Engine::new(store.clone(), files, Arc::new(auth.clone()));
        let limits = Limits {
            max_request_bytes: MAX_REQUEST,
            max_batch: 3,
            max_upload_bytes: MAX_UPLOAD,
            upload_expires_after: Duration::from_hours(24),
            request_timeout: Duration::from_secs(2),
            slow_client_timeout: Duration::from_secs(2),
            origins: ["https://app.example.com".to_owned()].into_iter().collect(),
            trusted_proxies: Vec::new(),
        };
        let (authenticate, execute) = (Arc::new(auth), execute(engine));
        let (documents, playground) = (Documents::kept(1 << 20), Playground::Served);
        let parts = Parts { authenticate, execute, documents, store, objects, public_url, playground, limits };
        let mut served = Self { router: app(&App::new(parts), MetricsAt::Here), folder, cookie: String::new() };
        let entered = served.get(link.strip_prefix("https://example.org/a/b").unwrap(), &[]).await;
        served.cookie = entered.header("set-cookie").split(';').next().unwrap().to_owned();
        served
    }

    pub(super) fn router(&self) -> axum::Router {
        self.router.clone()
    }

    /// Sends a request, its path as a proxy before us would hand it on.
    pub(super) async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let signed_in = [headers, &[("cookie", self.cookie.as_str())]].concat();
        self.as_nobody(method, path, &signed_in, body).await
    }

    /// Sends a request from somebody who is not signed in.
    pub(super) async fn as_nobody(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::new(body);
        (*request.method_mut(), *request.uri_mut()) = (method, path.parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: head.status, headers: head.headers, body }
    }

    pub(super) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers, Body::empty()).await
    }

    pub(super) async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        self.send(Method::POST, path, headers, body.into()).await
    }

    /// Asks in GraphQL, and takes no error for an answer.
    pub(super) async fn ask(&self, query: &str, variables: serde_json::Value) -> serde_json::Value {
        let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
        let answer = self.post("/graphql", &[("content-type", "application/json")], body).await.json();
        assert_eq!(answer.get("errors"), None);
        answer["data"].clone()
    }
}

/// Executes nothing: what the query is named says what happens.
pub(super) struct Staged;

impl Execute for Staged {
    fn execute(&self, asked: Asked, _: Viewer, _: Option<String>) -> BoxFuture<'_, (Executed, Metered)> {
        async move {
            match asked.query.as_str() {
                "panic" => panic!("told to"),
                "sleep" => tokio::time::sleep(Duration::from_millis(300)).await,
                "hang" => tokio::time::sleep(Duration::from_hours(1)).await,
                "fail" => {
                    let mut error = ServerError::new("failed", None);
                    error.path = vec![async_graphql::PathSegment::Field("a".into())];
                    return (Executed::from_errors(vec![error]), Metered::default());
                }
                _ => {}
            }
            let metered = Metered { statements: 3, time: Duration::from_micros(1500) };
            (Executed::new(async_graphql::Value::from("done")), metered)
        }
        .boxed()
    }

    fn follow(&self, _: Asked, _: Viewer, _: Option<String>, _: Option<i64>) -> Followed {
        unreachable!("nothing is followed here")
    }
}
