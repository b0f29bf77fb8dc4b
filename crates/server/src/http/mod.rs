//! The shell around everything that is served: one router, the same for the server and for tests.

mod admission;
mod answer;
mod body;
mod client;
mod compress;
mod cors;
mod engine;
pub(crate) mod files;
mod graphql;
mod health;
mod listen;
mod live;
mod metrics;
mod origin;
mod patient;
mod pictures;
mod playground;
mod query;
mod runs;
mod seams;
mod sign_in;
mod tag;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Method, StatusCode, request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::Viewer;
use ipnet::IpNet;
use storage::objects::Objects;
use storage::{Reader, Store};
use tokio::sync::watch::{Receiver, Sender};

use crate::public_url::PublicUrl;
use ::graphql::Documents;
use ::graphql::error::Code;

pub use admission::Crowd;
pub use answer::Refusal;
pub(crate) use client::user_agent;
pub use client::{Client, Peer, RequestId};
pub use cors::Origins;
pub use listen::{Listeners, serve};
pub use metrics::Metrics;
pub use playground::Playground;
pub use seams::{Authenticate, Execute, Passed, Way};

/// What all requests share.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    parts: Parts,
    closing: Sender<bool>,
}

/// What an app is made of.
pub struct Parts {
    /// Who asks.
    pub authenticate: Arc<dyn Authenticate>,
    /// Executes GraphQL.
    pub execute: Arc<dyn Execute>,
    /// The documents that requests may name.
    pub documents: Documents,
    /// The database.
    pub store: Store,
    /// Where files are kept.
    pub objects: Objects,
    /// The address under which clients reach the server.
    pub public_url: PublicUrl,
    /// Whether the graph can be explored in a browser.
    pub playground: Playground,
    /// How large and how slow requests may be, and whom they may come through.
    pub limits: Limits,
}

/// How large and how slow requests may be, and which proxies they may come through.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How large the body of a GraphQL request may be.
    pub max_request_bytes: u64,
    /// How many requests a body may have at once; none where they are not taken.
    pub max_batch: usize,
    /// How large an upload may be.
    pub max_upload_bytes: u64,
    /// How long an upload waits to be claimed.
    pub upload_expires_after: Duration,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long a live client may take to read an answer.
    pub slow_client_timeout: Duration,
    /// The other sites whose pages may use the API.
    pub origins: Origins,
    /// The networks of the proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl App {
    /// An app of these parts.
    pub fn new(parts: Parts) -> Self {
        Metrics::start();
        Self(Arc::new(Shared { parts, closing: Sender::new(false) }))
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0.parts
    }

    /// Tells live connections when the server stops; it waits for them.
    pub(crate) fn closing(&self) -> Receiver<bool> {
        self.0.closing.subscribe()
    }

    /// Begins to end all live connections: who is there goes on at another node, or here when it is back.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// Waits until all live connections have ended.
    pub async fn closed(&self) {
        self.0.closing.closed().await;
    }

    /// A request's way to the database, for whoever asks.
    pub(crate) async fn reader(&self, head: &request::Parts) -> Result<Reader, Refusal> {
        let viewer = self.parts().authenticate.viewer(head).await?;
        let id = head.extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
        Ok(self.parts().store.reader(viewer, id))
    }

    /// A request's way to the database, for whoever asks, or for whoever has a link that was signed for just this address:
    /// they see what is there as the system does. A link that does not work leads nowhere, whoever has it.
    pub(crate) async fn reader_by_link(&self, head: &request::Parts) -> Result<Reader, Refusal> {
        let query = head.uri.query().unwrap_or_default();
        if !query.split('&').any(|pair| pair.starts_with("signature=")) {
            return self.reader(head).await;
        }
        let link = format!("{}?{query}", head.uri.path().trim_start_matches('/'));
        if !self.parts().authenticate.opens(&link) {
            return Err(Refusal::not_found());
        }
        let id = head.extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
        Ok(self.parts().store.reader(Viewer::system("signed link"), id))
    }

    pub(crate) fn public_url(&self) -> &PublicUrl {
        &self.parts().public_url
    }
}

/// Where `/metrics` is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsAt {
    /// With everything else.
    Here,
    /// On a listener of its own.
    Elsewhere,
}

/// Everything that is served, by its address.
pub fn app(app: &App, metrics_at: MetricsAt) -> Router {
    let timed = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/sign-in", get(sign_in::by_link))
        .route("/sign-in/oidc", get(sign_in::to_provider))
        .route("/sign-in/oidc/callback", get(sign_in::from_provider))
        .merge(Router::new().route("/graphql", get(graphql::by_get).post(graphql::by_post)).layer(compress::layer()))
        .merge(pictures::routes().layer(compress::layer()))
        // What takes its time here is over before the events begin.
        .route("/graphql/stream", get(graphql::stream_by_get).post(graphql::stream_by_post))
        .merge(if metrics_at == MetricsAt::Here { metrics_route(app) } else { Router::new() })
        .layer(from_fn_with_state(app.clone(), watch::limit_time));
    let routes = Router::new()
        .route("/files", post(files::upload))
        .route("/files/{id}", get(files::download))
        .merge(Router::new().route("/runs/export", get(runs::export)).layer(compress::layer()))
        .merge(timed)
        .merge(app.parts().playground.routes())
        .fallback(async || Refusal::not_found())
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(app.clone(), origin::guard));
    watched(routes.with_state(app.clone()), app)
}

/// `/metrics` alone, for a listener of its own.
pub fn metrics_app(app: &App) -> Router {
    watched(metrics_route(app).fallback(async || Refusal::not_found()).with_state(app.clone()), app)
}

fn metrics_route(app: &App) -> Router<App> {
    Router::new().route("/metrics", get(metrics::show)).with_state(app.clone())
}

/// With what holds for every request: an id, a line in the log, counters, headers, and no panic that gets out.
fn watched(routes: Router, app: &App) -> Router {
    routes
        .layer(from_fn(watch::catch_panics))
        .layer(from_fn(body::linger))
        .layer(from_fn_with_state(app.clone(), cors::allow))
        .layer(from_fn_with_state(app.clone(), watch::watch))
}

/// Says which methods there are to whoever asks for them, as to whoever takes another; the router names them.
async fn wrong_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    let message = format!("{method} is not offered here");
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadUserInput, message).into_response()
}

#[cfg(test)]
mod tests;
