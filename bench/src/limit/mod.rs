//! The limit: a server that answers what is measured as the real one does, byte for byte, and does nothing else. It has
//! statements written by hand, and writes their cells straight as JSON; it knows neither GraphQL nor the domain.

mod batch;
pub mod json;
mod live;
mod postgres;
pub mod shape;
mod sqlite;

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State, WebSocketUpgrade};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use crate::read::Read;
use json::Out;
use live::Hub;

/// What answers: one of the two.
#[derive(Clone)]
enum Limit {
    Postgres(postgres::Postgres),
    Sqlite(sqlite::Sqlite),
}

/// Somebody, by the digest of their token; and what they ask for.
#[derive(Debug)]
struct Asked {
    digest: String,
    body: Bytes,
}

/// The variables of all documents that read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Variables<'a> {
    id: &'a str,
    after: &'a str,
    project: &'a str,
    since: &'a str,
}

/// Serves a database until it is stopped.
pub async fn serve(listen: SocketAddr, database_url: &str) {
    let limit = if database_url.starts_with("sqlite:") {
        Limit::Sqlite(sqlite::Sqlite::open(database_url))
    } else {
        Limit::Postgres(postgres::Postgres::open(database_url).await)
    };
    let mut router = Router::new().route("/readyz", get(async || ()));
    for read in Read::ALL {
        let answer = async move |State(limit): State<Limit>, headers: HeaderMap, body: Bytes| {
            limit.answer(read, asked(&headers, body)).await
        };
        router = router.route(&format!("/{}", read.name()), post(answer));
    }
    let hub = Hub::default();
    let followed = hub.clone();
    let log =
        async |State(limit): State<Limit>, headers: HeaderMap, body: Bytes| limit.log(asked(&headers, body)).await;
    let append = async move |State(limit): State<Limit>, headers: HeaderMap, body: Bytes| {
        limit.append(&hub, asked(&headers, body)).await
    };
    let follow = async move |upgrade: WebSocketUpgrade| followed.open(upgrade);
    router = router.route("/points", post(log)).route("/said", post(append)).route("/graphql", get(follow));
    let router = router.layer(DefaultBodyLimit::max(16 << 20));
    let listener = TcpListener::bind(listen).await.expect("its address");
    // What is written is written at once, and waits for nothing.
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("a socket"));
    axum::serve(listener, router.with_state(limit)).await.expect("it serves");
}

impl Limit {
    async fn answer(&self, read: Read, asked: Option<Asked>) -> Response<Body> {
        let Some(asked) = asked else { return refusal(StatusCode::UNAUTHORIZED) };
        let out = match self {
            Self::Postgres(postgres) => postgres.read(read, asked).await,
            Self::Sqlite(sqlite) => sqlite.read(read, &asked),
        };
        out.map_or_else(|| refusal(StatusCode::UNAUTHORIZED), answer)
    }

    async fn log(&self, asked: Option<Asked>) -> Response<Body> {
        let Some(asked) = asked else { return refusal(StatusCode::UNAUTHORIZED) };
        let logged = match self {
            Self::Postgres(postgres) => postgres.log(&asked).await,
            Self::Sqlite(sqlite) => aside(sqlite.clone(), move |sqlite| sqlite.log(&asked)).await,
        };
        let Some(Logged { number, replayed }) = logged else { return refusal(StatusCode::CONFLICT) };
        let batch = format!("{{\"number\":{number}}}");
        answer(Out(format!("{{\"data\":{{\"logSeries\":{{\"batch\":{batch},\"replayed\":{replayed}}}}}}}").into()))
    }

    async fn append(&self, hub: &Hub, asked: Option<Asked>) -> Response<Body> {
        let Some(asked) = asked else { return refusal(StatusCode::UNAUTHORIZED) };
        let body = asked.body.clone();
        let appended = match self {
            Self::Postgres(postgres) => postgres.append(&asked).await,
            Self::Sqlite(sqlite) => aside(sqlite.clone(), move |sqlite| sqlite.append(&asked)).await,
        };
        let Some(Appended { run, number, first, last, at, replayed }) = appended else {
            return refusal(StatusCode::CONFLICT);
        };
        if let (false, Ok(events)) = (replayed, serde_json::from_slice::<batch::Events<'_>>(&body)) {
            for (seq, event) in (first..).zip(&events.said) {
                hub.say(run, seq, (at, event.kind, event.payload.get()));
            }
        }
        let batch = format!("{{\"number\":{number},\"lastSeq\":{last}}}");
        answer(
            Out(format!("{{\"data\":{{\"appendRunEvents\":{{\"batch\":{batch},\"replayed\":{replayed}}}}}}}").into()),
        )
    }
}

/// Writes on a thread that may wait.
async fn aside<T: Send + 'static>(
    sqlite: sqlite::Sqlite,
    does: impl FnOnce(&sqlite::Sqlite) -> Option<T> + Send + 'static,
) -> Option<T> {
    tokio::task::spawn_blocking(move || does(&sqlite)).await.expect("it does not panic")
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Read,
    Write,
}

/// A batch of points that was taken in, now or before.
#[derive(Clone, Copy, Debug)]
struct Logged {
    number: i64,
    replayed: bool,
}

/// A batch of events that was taken in, now or before; the time is in microseconds since 2000.
#[derive(Clone, Copy, Debug)]
struct Appended {
    run: u128,
    number: i64,
    first: i64,
    last: i64,
    at: i64,
    replayed: bool,
}

fn asked(headers: &HeaderMap, body: Bytes) -> Option<Asked> {
    let token = headers.get(AUTHORIZATION)?.as_bytes().strip_prefix(b"Bearer ")?;
    Some(Asked { digest: json::hex(&Sha256::digest(token)), body })
}

fn answer(out: Out) -> Response<Body> {
    let mut response = Response::new(Body::from(out.0));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

fn refusal(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The cursor that a client sent back: what stands in it.
fn cursor<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
