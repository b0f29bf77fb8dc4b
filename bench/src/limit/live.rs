//! A bare websocket server: what a run says is one frame, which all who follow the run are sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::SinkExt;
use tokio::sync::broadcast::{self, Receiver, Sender};

use super::json::{Out, parse_id};

/// Who follows which run.
#[derive(Clone, Default)]
pub(super) struct Hub(Arc<Mutex<HashMap<u128, Sender<Utf8Bytes>>>>);

/// How many frames may wait for a slow client.
const WAITING: usize = 1024;

impl Hub {
    /// Sends an event to all who follow its run.
    pub(super) fn say(&self, run: u128, seq: i64, (at, event_type, payload): (i64, &str, &str)) {
        let followed = self.0.lock().expect("nobody panics here");
        let Some(sender) = followed.get(&run) else { return };
        let mut out = Out::with_room(256);
        out.raw(b"{\"id\":\"1\",\"type\":\"next\",\"payload\":{\"data\":{\"runEvents\":{\"seq\":");
        out.value(&seq);
        out.raw(b",\"ts\":");
        out.time(at);
        out.raw(b",\"eventType\":");
        out.text(event_type.as_bytes());
        out.raw(b",\"payload\":");
        out.raw(payload.as_bytes());
        out.raw(b"}}}}");
        let frame = Utf8Bytes::try_from(bytes::Bytes::from(out.0)).expect("UTF-8");
        // Nobody may be left who follows.
        let _ = sender.send(frame);
    }

    /// Lets a client follow a run: the first message is acknowledged, the second names the run.
    pub(super) fn open(self, upgrade: WebSocketUpgrade) -> Response {
        let upgrade = upgrade.read_buffer_size(2048).write_buffer_size(0).protocols(["graphql-transport-ws"]);
        upgrade.on_upgrade(async move |mut socket| {
            if let Some(frames) = self.greet(&mut socket).await {
                follow(socket, frames).await;
            }
        })
    }

    async fn greet(&self, socket: &mut WebSocket) -> Option<Receiver<Utf8Bytes>> {
        socket.recv().await?.ok()?;
        socket.send(Message::Text(Utf8Bytes::from_static("{\"type\":\"connection_ack\"}"))).await.ok()?;
        let asked: serde_json::Value = serde_json::from_slice(&socket.recv().await?.ok()?.into_data()).ok()?;
        let run = parse_id(asked["payload"]["variables"]["run"].as_str()?)?;
        let mut followed = self.0.lock().expect("nobody panics here");
        Some(followed.entry(run).or_insert_with(|| broadcast::channel(WAITING).0).subscribe())
    }
}

/// Sends frames as they come, all that are there at once.
async fn follow(mut socket: WebSocket, mut frames: Receiver<Utf8Bytes>) {
    while let Ok(frame) = frames.recv().await {
        let mut fed = socket.feed(Message::Text(frame)).await;
        while let (Ok(()), Ok(frame)) = (&fed, frames.try_recv()) {
            fed = socket.feed(Message::Text(frame)).await;
        }
        if fed.is_err() || socket.flush().await.is_err() {
            return;
        }
    }
}
