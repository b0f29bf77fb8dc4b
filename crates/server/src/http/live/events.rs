//! graphql-sse over distinct connections: one operation, whose answers are server-sent events. Each of a subscription has its
//! position as its id, so that a client that sends the last one with `Last-Event-ID` goes on where it was.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Request;
use async_graphql::parser::types::OperationType;
use axum::http::HeaderName;
use axum::http::request::Parts;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use graphql::Frame;
use graphql::operation::kind;
use graphql::subscribers::SeenAs;
use serde_json::Map;
use tokio::sync::watch;

use super::presence::Presence;
use crate::http::App;
use crate::http::answer::Refusal;
use crate::http::client::RequestId;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// How often whoever waits hears that the connection lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Answers an operation by events.
pub(crate) async fn answer(app: &App, head: Parts, mut request: Request) -> Result<Response, Refusal> {
    let is_subscription = kind(&mut request) == Some(OperationType::Subscription);
    let after = after(&head)?;
    let presence = Presence::of(app.clone(), super::kept(&head), &Map::new()).await?;
    let request_id = presence.head().extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
    let (viewer, execute) = (presence.viewer().clone(), &app.parts().execute);
    let request = super::with_client(request, presence.head());
    let (frames, seen_as) = if is_subscription {
        let followed = execute.follow(request, viewer, request_id, after);
        (followed.frames, Some(followed.seen_as))
    } else {
        let executed = Frame::once(&execute.execute(request, viewer, request_id).await.0);
        (stream::once(async { Arc::new(executed) }).boxed(), None)
    };
    let events = Events { frames, seen_as, presence, closing: app.closing() };
    let stream = stream::unfold(Some(events), Events::next);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

/// After which position the client goes on.
fn after(head: &Parts) -> Result<Option<i64>, Refusal> {
    let Some(last) = head.headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let last = last.to_str().ok().and_then(|last| last.parse().ok()).filter(|last| *last >= 0);
    last.map(Some).ok_or_else(|| Refusal::bad_input("Last-Event-ID must be the id of an event"))
}

/// The events of an operation.
struct Events {
    frames: BoxStream<'static, Arc<Frame>>,
    seen_as: Option<SeenAs>,
    presence: Presence,
    closing: watch::Receiver<bool>,
}

type Next = Option<(Result<Event, Infallible>, Option<Events>)>;

impl Events {
    /// The next event, and who goes on. A server that stops ends the stream without a word: the client comes again.
    fn next(events: Option<Self>) -> BoxFuture<'static, Next> {
        async move {
            let mut events = events?;
            loop {
                tokio::select! {
                    biased;
                    () = super::closed(&mut events.closing) => return None,
                    () = events.presence.changes() => {
                        if !events.presence.look().await {
                            return None;
                        }
                        if let Some(seen_as) = &events.seen_as {
                            seen_as.is(events.presence.viewer());
                        }
                    }
                    frame = events.frames.next() => return match frame {
                        Some(frame) => Some((Ok(event(&frame)), Some(events))),
                        None => Some((Ok(Event::default().event("complete").data("")), None)),
                    },
                }
            }
        }
        .boxed()
    }
}

fn event(frame: &Frame) -> Event {
    let event = Event::default().event("next").data(frame.body());
    match frame.position() {
        Some(position) => event.id(position.to_string()),
        None => event,
    }
}
