//! graphql-sse over distinct connections: one operation, whose answers are server-sent events. Each of a subscription has its
//! position as its id, so that a client that sends the last one with `Last-Event-ID` goes on where it was.

use std::convert::Infallible;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response as Executed};
use axum::http::HeaderName;
use axum::http::request::Parts;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use graphql::direct::body;
use graphql::live::Place;
use graphql::operation::kind;
use serde_json::Map;
use storage::Reader;
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
    let place = place(&head)?;
    let presence = Presence::of(app.clone(), super::kept(&head), &Map::new()).await?;
    let request_id = presence.head().extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
    let (viewer, execute) = (presence.viewer().clone(), &app.parts().execute);
    let request = super::with_client(request, presence.head()).data(place.clone());
    let (responses, reader) = if is_subscription {
        let followed = execute.follow(request, viewer, request_id);
        (followed.responses, Some(followed.reader))
    } else {
        let executed = execute.execute(request, viewer, request_id).await.0;
        (stream::once(async { executed }).boxed(), None)
    };
    let events = Events { responses, reader, place, presence, closing: app.closing() };
    let stream = stream::unfold(Some(events), Events::next);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

/// Where the client goes on.
fn place(head: &Parts) -> Result<Place, Refusal> {
    let Some(last) = head.headers.get(LAST_EVENT_ID) else { return Ok(Place::default()) };
    let last = last.to_str().ok().and_then(|last| last.parse().ok()).filter(|last| *last >= 0);
    last.map(Place::after).ok_or_else(|| Refusal::bad_input("Last-Event-ID must be the id of an event"))
}

/// The events of an operation.
struct Events {
    responses: BoxStream<'static, Executed>,
    reader: Option<Reader>,
    place: Place,
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
                        if let Some(reader) = &events.reader {
                            reader.set_viewer(events.presence.viewer().clone());
                        }
                    }
                    response = events.responses.next() => return match response {
                        Some(response) => Some((Ok(events.event(&response)), Some(events))),
                        None => Some((Ok(Event::default().event("complete").data("")), None)),
                    },
                }
            }
        }
        .boxed()
    }

    fn event(&self, response: &Executed) -> Event {
        let event = Event::default().event("next").data(body(response));
        match self.place.last() {
            Some(last) => event.id(last.to_string()),
            None => event,
        }
    }
}
