//! The messages of graphql-transport-ws, as its specification has them.

use async_graphql::{Request, ServerError};
use domain::json::parse_strictly;
use graphql::Documents;
use serde_json::{Map, Value, json};

use crate::http::graphql::request;

/// The subprotocol's name.
pub(super) const PROTOCOL: &str = "graphql-transport-ws";

/// What a client says.
pub(super) enum Incoming {
    /// Who it is; more may follow once this is acknowledged.
    Init(Map<String, Value>),
    /// Whether we are there.
    Ping(Option<Value>),
    /// It is there.
    Pong,
    /// An operation is to be run under this name.
    Subscribe(String, Box<Request>),
    /// The operation of this name is not wanted any more.
    Complete(String),
}

/// Reads what a client says, or says why it cannot be read.
pub(super) fn read(text: &str, documents: &Documents) -> Result<Incoming, String> {
    let Ok(Value::Object(mut members)) = parse_strictly(text) else {
        return Err("a message must be a JSON object".into());
    };
    let payload = members.remove("payload").filter(|payload| !payload.is_null());
    let kind = members.remove("type");
    let object = |payload: Option<Value>| match payload {
        None => Ok(None),
        Some(Value::Object(payload)) => Ok(Some(payload)),
        Some(_) => Err("a payload must be an object".to_owned()),
    };
    let mut id = || match members.remove("id") {
        Some(Value::String(id)) if !id.is_empty() => Ok(id),
        _ => Err("the message must have an id, which is a text".to_owned()),
    };
    match kind.as_ref().and_then(Value::as_str) {
        Some("connection_init") => Ok(Incoming::Init(object(payload)?.unwrap_or_default())),
        Some("ping") => Ok(Incoming::Ping(object(payload)?.map(Value::Object))),
        Some("pong") => object(payload).map(|_| Incoming::Pong),
        Some("subscribe") => {
            let (id, payload) = (id()?, object(payload)?.ok_or("subscribe must have a payload")?);
            let request = request::from_members(payload, documents).map_err(|refusal| refusal.message().to_owned())?;
            Ok(Incoming::Subscribe(id, Box::new(request)))
        }
        Some("complete") => id().map(Incoming::Complete),
        _ => Err("there is no such type of message".into()),
    }
}

/// The answer to the first message.
pub(super) fn ack() -> String {
    json!({ "type": "connection_ack" }).to_string()
}

/// We are there.
pub(super) fn pong(payload: Option<Value>) -> String {
    match payload {
        Some(payload) => json!({ "type": "pong", "payload": payload }).to_string(),
        None => json!({ "type": "pong" }).to_string(),
    }
}

/// An answer of an operation.
pub(super) fn next(id: &str, body: &str) -> String {
    format!(r#"{{"id":{},"type":"next","payload":{body}}}"#, Value::from(id))
}

/// Why an operation does not run; nothing more comes of it.
pub(super) fn error(id: &str, errors: &[ServerError]) -> serde_json::Result<String> {
    Ok(format!(r#"{{"id":{},"type":"error","payload":{}}}"#, Value::from(id), serde_json::to_string(errors)?))
}

/// Nothing more comes of an operation.
pub(super) fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}
