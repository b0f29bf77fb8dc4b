//! A connection of graphql-transport-ws, from its first message to its last.

use std::pin::pin;
use std::time::Duration;

use async_graphql::Request;
use async_graphql::parser::types::OperationType;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use axum::http::request::Parts;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{FutureExt, SinkExt, StreamExt};
use graphql::limits::OPERATIONS;
use graphql::operation::kind;
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, sleep_until, timeout};

use super::close::Close;
use super::message::{self, Incoming};
use super::operations::{Answer, Operations};
use super::presence::Presence;
use crate::http::App;
use crate::http::client::RequestId;

/// How long a client may take to say who it is.
const INIT: Duration = Duration::from_secs(10);
/// After which time without a word a client is asked whether it is there.
const QUIET: Duration = Duration::from_secs(30);
/// How long a client may take to read why its connection is closed.
const FAREWELL: Duration = Duration::from_secs(30);

/// How many answers are sent at once before it is looked whether something else happened.
const AT_ONCE: usize = 500;

/// A connection.
pub(super) struct Connection {
    app: App,
    client: Client,
    incoming: SplitStream<WebSocket>,
    outgoing: SplitSink<WebSocket, Message>,
    operations: Operations,
    closing: watch::Receiver<bool>,
    /// When the client said something, or was asked whether it is there.
    heard: Instant,
    asked: bool,
}

/// Who is at the other end.
enum Client {
    /// Whoever sent this, and has to say who they are by then.
    Unknown(Parts, Instant),
    Known(Presence),
}

/// Whether the connection goes on; without a reason the client is gone.
type Goes = Result<(), Option<Close>>;

/// What happens, apart from the answers of operations.
enum Event {
    Closing,
    /// It was not said who the client is.
    Silent,
    /// Who the client is may have changed.
    Changed,
    Said(Option<Result<Message, axum::Error>>),
    /// Nothing was said for long.
    Quiet,
}

impl Connection {
    pub(super) fn new(app: App, head: Parts, socket: WebSocket) -> Box<Self> {
        let (closing, now) = (app.closing(), Instant::now());
        let (outgoing, incoming) = socket.split();
        let (client, operations) = (Client::Unknown(head, now + INIT), Operations::default());
        Box::new(Self { app, client, incoming, outgoing, operations, closing, heard: now, asked: false })
    }

    /// Answers until either side ends it.
    pub(super) async fn run(mut self: Box<Self>) {
        let why = loop {
            let goes = match self.wait().await {
                Ok(event) => Box::pin(self.meet(event)).await,
                Err(why) => Err(why),
            };
            if let Err(why) = goes {
                break why;
            }
        };
        let Self { incoming, outgoing, operations, .. } = *self;
        drop(operations);
        if let (Some(why), Ok(socket)) = (why, outgoing.reunite(incoming)) {
            // Whoever does not read it either is left without a word.
            let _ = timeout(FAREWELL, Box::pin(part(socket, why))).await;
        }
    }

    /// Sends what comes of the operations until something else happens.
    async fn wait(&mut self) -> Result<Event, Option<Close>> {
        let patience = self.patience();
        let quiet = self.heard + QUIET;
        let Self { client, incoming, outgoing, operations, closing, .. } = self;
        let mut event = pin!(next_event(closing, client, incoming, quiet));
        loop {
            let (id, answer) = tokio::select! {
                // What ends the connection comes before what goes on in it.
                biased;
                event = &mut event => return Ok(event),
                answer = operations.next() => answer,
            };
            put(outgoing, message(&id, answer)?, patience).await?;
            // What there is at once is sent at once, but not for ever: something else may have happened.
            for _ in 1..AT_ONCE {
                let Some((id, answer)) = operations.next().now_or_never() else { break };
                put(outgoing, message(&id, answer)?, patience).await?;
            }
            taken(timeout(patience, outgoing.flush()).await)?;
        }
    }

    async fn meet(&mut self, event: Event) -> Goes {
        match event {
            Event::Closing => Err(Some(Close::Restart)),
            Event::Silent => Err(Some(Close::Silent)),
            Event::Changed => self.look().await.map(drop),
            Event::Said(said) => self.hear(said).await,
            Event::Quiet => self.ask().await,
        }
    }

    /// How long the client may take to read an answer.
    fn patience(&self) -> Duration {
        self.app.parts().limits.slow_client_timeout
    }

    /// Looks again who the client is, for the operations too.
    async fn look(&mut self) -> Result<&Presence, Option<Close>> {
        let Client::Known(presence) = &mut self.client else { return Err(Some(Close::Early)) };
        if !presence.look().await {
            return Err(Some(Close::Forbidden));
        }
        self.operations.see_as(presence.viewer());
        Ok(presence)
    }

    /// Asks whether the client is there; one that did not answer before is not.
    async fn ask(&mut self) -> Goes {
        if self.asked {
            return Err(None);
        }
        // The answer, if there is any, is heard before the time is over again.
        self.heard = Instant::now();
        self.asked = true;
        self.send(Message::Ping(Vec::new().into())).await
    }

    async fn hear(&mut self, said: Option<Result<Message, axum::Error>>) -> Goes {
        (self.heard, self.asked) = (Instant::now(), false);
        let text = match said {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Binary(_))) => return Err(Some(Close::Mistaken("a message must be text".into()))),
            Some(Err(why)) if is_too_large(&why) => return Err(Some(Close::TooLarge)),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(None),
        };
        match message::read(&text, &self.app.parts().documents).map_err(|why| Some(Close::Mistaken(why)))? {
            Incoming::Init(said) => self.init(&said).await,
            Incoming::Ping(payload) => self.say(message::pong(payload)).await,
            Incoming::Pong => Ok(()),
            Incoming::Complete(id) => {
                self.operations.end(&id);
                Ok(())
            }
            Incoming::Subscribe(id, request) => self.subscribe(id, *request).await,
        }
    }

    async fn init(&mut self, said: &Map<String, Value>) -> Goes {
        let Client::Unknown(head, _) = &self.client else { return Err(Some(Close::Again)) };
        let found = Presence::of(self.app.clone(), head.clone(), said).await;
        self.client = Client::Known(found.map_err(|_| Some(Close::Forbidden))?);
        self.say(message::ack()).await
    }

    async fn subscribe(&mut self, id: String, mut request: Request) -> Goes {
        if self.operations.has(&id) {
            return Err(Some(Close::Taken(id)));
        }
        let presence = self.look().await?;
        let (head, viewer) = (presence.head(), presence.viewer().clone());
        let request_id = RequestId::of(&head.headers).as_str().to_owned();
        let is_subscription = kind(&mut request) == Some(OperationType::Subscription);
        let request = super::with_client(request, head);
        if !self.operations.have_room() {
            let error = OPERATIONS.exceeded(Some(OPERATIONS.allowed + 1)).into();
            return self.send(message(&id, Answer::Refused(vec![error]))?).await;
        }
        if is_subscription {
            let followed = self.app.parts().execute.follow(request, viewer, Some(request_id), None);
            self.operations.follow(id, followed);
        } else {
            let app = self.app.clone();
            self.operations.once(id, async move { super::execute(&app, request, viewer, request_id).await });
        }
        Ok(())
    }

    async fn say(&mut self, text: String) -> Goes {
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Goes {
        taken(timeout(self.patience(), self.outgoing.send(message)).await)
    }
}

/// Puts a message where it is sent from, for which the client has to read fast enough.
async fn put(outgoing: &mut SplitSink<WebSocket, Message>, message: Message, patience: Duration) -> Goes {
    taken(timeout(patience, outgoing.feed(message)).await)
}

/// Whether the client took what it was sent, and in time.
fn taken(sent: Result<Result<(), axum::Error>, Elapsed>) -> Goes {
    sent.map_err(|_| Some(Close::Slow))?.map_err(|_| None)
}

/// What comes of an operation, as a message.
fn message(id: &str, answer: Answer) -> Result<Message, Option<Close>> {
    let text = match answer {
        Answer::Said(frame) => Utf8Bytes::try_from(frame.enclosed(id, message::next)).map_err(|why| why.to_string()),
        Answer::Refused(errors) => message::error(id, &errors).map(Into::into).map_err(|why| why.to_string()),
        Answer::End => Ok(message::complete(id).into()),
    };
    text.map(Message::Text).map_err(|why| {
        tracing::error!(%why, "an answer cannot be written");
        None
    })
}

/// What happens next.
async fn next_event(
    closing: &mut watch::Receiver<bool>,
    client: &mut Client,
    incoming: &mut SplitStream<WebSocket>,
    quiet: Instant,
) -> Event {
    let known = async {
        match client {
            Client::Unknown(_, init) => {
                sleep_until(*init).await;
                Event::Silent
            }
            Client::Known(presence) => {
                presence.changes().await;
                Event::Changed
            }
        }
    };
    tokio::select! {
        biased;
        () = super::closed(closing) => Event::Closing,
        event = known => event,
        said = incoming.next() => Event::Said(said),
        () = sleep_until(quiet) => Event::Quiet,
    }
}

/// Says why the connection is closed, and hears the client out: what it had sent before would else cut off the last word.
async fn part(mut socket: WebSocket, why: Close) {
    if socket.send(why.message()).await.is_ok() {
        while let Some(Ok(_)) = socket.recv().await {}
    }
}

/// Whether a message could not be read because there is too much of it.
fn is_too_large(why: &axum::Error) -> bool {
    let cause = std::error::Error::source(why).and_then(|cause| cause.downcast_ref::<tungstenite::Error>());
    matches!(cause, Some(tungstenite::Error::Capacity(_)))
}
