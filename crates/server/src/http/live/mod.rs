//! Live connections: graphql-transport-ws over a websocket, and graphql-sse over HTTP. Each is one task, which holds no more
//! than the next answer of each operation: whoever reads slowly slows the database's reading for them alone.

mod close;
mod connection;
mod events;
mod message;
mod operations;
mod presence;

use async_graphql::{Request, Response};
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::HeaderValue;
use axum::http::header::{AUTHORIZATION, COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::response::Response as HttpResponse;

use domain::Viewer;
use graphql::Frame;
use graphql::account::door;
use tokio::sync::watch::Receiver;
use tokio::time::timeout;

use super::App;
use super::client::{Client, RequestId, user_agent};
use super::watch::late;
use close::Close;
use connection::Connection;
pub(super) use events::answer;

/// Waits until the server stops.
async fn closed(closing: &mut Receiver<bool>) {
    // Whoever tells of it lives as long as the app.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// The head of a request without what is asked for no more: its text lives as long as the buffer that it was read into.
fn kept(head: &Parts) -> Parts {
    let (mut kept, ()) = axum::http::Request::new(()).into_parts();
    for name in [AUTHORIZATION, COOKIE, USER_AGENT] {
        for value in head.headers.get_all(&name) {
            if let Ok(copy) = HeaderValue::from_bytes(value.as_bytes()) {
                kept.headers.append(&name, copy);
            }
        }
    }
    if let Some(client) = head.extensions.get::<Client>() {
        kept.extensions.insert(*client);
    }
    if let Some(id) = head.extensions.get::<RequestId>() {
        kept.extensions.insert(id.clone());
    }
    kept
}

/// A request with what is known of who sent it.
fn with_client(request: Request, head: &Parts) -> Request {
    let address = head.extensions.get::<Client>().map(|client| client.0);
    request.data(door::Client { address, user_agent: user_agent(&head.headers) })
}

/// Runs what is no subscription, for as long as a request may take.
async fn execute(app: &App, request: Request, viewer: Viewer, request_id: String) -> Frame {
    let (parts, limit) = (app.parts(), app.parts().limits.request_timeout);
    match timeout(limit, parts.execute.execute(request, viewer, Some(request_id))).await {
        Ok((response, _)) => Frame::once(&response),
        Err(_) => Frame::once(&Response::from_errors(vec![late(limit).into_error()])),
    }
}

/// Opens a websocket; what is said there is graphql-transport-ws.
pub(super) fn open(app: App, head: &Parts, upgrade: WebSocketUpgrade) -> HttpResponse {
    let limit =
        usize::try_from(app.parts().limits.max_request_bytes).map_or(MAX_MESSAGE, |limit| limit.min(MAX_MESSAGE));
    let upgrade = upgrade.protocols([message::PROTOCOL]).max_message_size(limit).max_frame_size(limit);
    // What waits costs memory: the usual buffers would be most of it.
    let upgrade = upgrade.read_buffer_size(BUFFER).write_buffer_size(BUFFER);
    let known = upgrade.selected_protocol().is_some();
    let head = kept(head);
    upgrade.on_upgrade(async move |socket| {
        if known {
            Connection::new(app, head, socket).run().await;
        } else {
            Box::pin(refuse(socket)).await;
        }
    })
}

const BUFFER: usize = 512;
/// How large a message of a client may be, whose size has to be said before it is known who sends it.
pub(crate) const MAX_MESSAGE: usize = 1_048_576;

async fn refuse(mut socket: WebSocket) {
    // Whoever is gone already needs no reason.
    let _ = socket.send(Close::OtherProtocol.message()).await;
}
