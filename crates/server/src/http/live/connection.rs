//! A connection of graphql-transport-ws, from its first message to its last.

use std::time::Duration;

use async_graphql::Request;
use async_graphql::parser::types::OperationType;
use axum::extract::ws::{Message, WebSocket};
use axum::http::request::Parts;
use graphql::limits::OPERATIONS;
use graphql::operation::kind;
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

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

/// A connection.
pub(super) struct Connection {
    app: App,
    head: Parts,
    socket: WebSocket,
    presence: Option<Presence>,
    operations: Operations,
    closing: watch::Receiver<bool>,
    /// When the client said something, or was asked whether it is there.
    heard: Instant,
    asked: bool,
}

/// Whether the connection goes on; without a reason the client is gone.
type Goes = Result<(), Option<Close>>;

impl Connection {
    pub(super) fn new(app: App, head: Parts, socket: WebSocket) -> Self {
        let closing = app.closing();
        Self {
            app,
            head,
            socket,
            presence: None,
            operations: Operations::default(),
            closing,
            heard: Instant::now(),
            asked: false,
        }
    }

    /// Answers until either side ends it.
    pub(super) async fn run(mut self) {
        let began = Instant::now();
        loop {
            let init = began + INIT;
            let goes = tokio::select! {
                // What ends the connection comes before what goes on in it.
                biased;
                () = super::closed(&mut self.closing) => Err(Some(Close::Restart)),
                () = tokio::time::sleep_until(init), if self.presence.is_none() => Err(Some(Close::Silent)),
                // Whoever waits holds no room for what they do not do.
                () = changes(&mut self.presence) => Box::pin(self.look()).await,
                said = self.socket.recv() => Box::pin(self.hear(said)).await,
                (id, answer) = self.operations.next() => Box::pin(self.answer(&id, answer)).await,
                () = tokio::time::sleep_until(self.heard + QUIET) => Box::pin(self.ask()).await,
            };
            if let Err(why) = goes {
                drop(self.operations);
                if let Some(why) = why {
                    // Whoever does not read it either is left without a word.
                    let _ = timeout(FAREWELL, Box::pin(part(self.socket, why))).await;
                }
                return;
            }
        }
    }

    /// How long the client may take to read an answer.
    fn patience(&self) -> Duration {
        self.app.parts().limits.slow_client_timeout
    }

    async fn look(&mut self) -> Goes {
        let Some(presence) = &mut self.presence else { return Err(Some(Close::Early)) };
        if !presence.look().await {
            return Err(Some(Close::Forbidden));
        }
        self.operations.see_as(presence.viewer());
        Ok(())
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
        if self.presence.is_some() {
            return Err(Some(Close::Again));
        }
        let found = Presence::of(self.app.clone(), self.head.clone(), said).await;
        self.presence = Some(found.map_err(|_| Some(Close::Forbidden))?);
        self.say(message::ack()).await
    }

    async fn subscribe(&mut self, id: String, mut request: Request) -> Goes {
        if self.operations.has(&id) {
            return Err(Some(Close::Taken(id)));
        }
        self.look().await?;
        let Some(presence) = &self.presence else { return Err(Some(Close::Early)) };
        if !self.operations.have_room() {
            let error = OPERATIONS.exceeded(Some(OPERATIONS.allowed + 1)).into();
            return self.say_or_fail(message::error(&id, &[error])).await;
        }
        let head = presence.head();
        let request_id = RequestId::of(&head.headers).as_str().to_owned();
        let is_subscription = kind(&mut request) == Some(OperationType::Subscription);
        let request = super::with_client(request, head);
        let viewer = presence.viewer().clone();
        if is_subscription {
            let followed = self.app.parts().execute.follow(request, viewer, Some(request_id));
            self.operations.follow(id, followed);
        } else {
            let app = self.app.clone();
            self.operations.once(id, async move { super::execute(&app, request, viewer, request_id).await });
        }
        Ok(())
    }

    /// Sends what comes of an operation.
    async fn answer(&mut self, id: &str, answer: Answer) -> Goes {
        match answer {
            Answer::Response(response) => self.say(message::next(id, &response)).await,
            Answer::Refused(errors) => self.say_or_fail(message::error(id, &errors)).await,
            Answer::End => self.say(message::complete(id)).await,
        }
    }

    async fn say_or_fail(&mut self, text: serde_json::Result<String>) -> Goes {
        match text {
            Ok(text) => self.say(text).await,
            Err(why) => {
                tracing::error!(%why, "an answer cannot be written");
                Err(None)
            }
        }
    }

    async fn say(&mut self, text: String) -> Goes {
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Goes {
        match timeout(self.patience(), self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(None),
            Err(_) => Err(Some(Close::Slow)),
        }
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

async fn changes(presence: &mut Option<Presence>) {
    match presence {
        Some(presence) => presence.changes().await,
        None => std::future::pending().await,
    }
}
