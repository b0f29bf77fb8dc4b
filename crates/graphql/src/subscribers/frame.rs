//! What a subscriber is sent, written once for all who are sent it.

use std::sync::OnceLock;

use async_graphql::{Response, ServerError, Value};
use bytes::Bytes;

use crate::direct::body;
use crate::engine::is_unexecuted;

/// An answer, as it leaves.
#[derive(Debug)]
pub struct Frame {
    body: String,
    /// Why nothing runs, if this is the first answer.
    refusal: Option<Vec<ServerError>>,
    position: Option<i64>,
    cost: u64,
    /// The body in what the first who was sent it calls their subscription.
    enclosed: OnceLock<(String, Bytes)>,
}

impl Frame {
    /// The answer of what answers once.
    pub fn once(response: &Response) -> Self {
        let refusal = is_unexecuted(response).then(|| response.errors.clone());
        Self::new(response, refusal, (0, None))
    }

    /// An answer of what is followed, what it costs, and its position.
    pub(super) fn followed(response: &Response, cost: u64, position: Option<i64>) -> Self {
        let refused = is_unexecuted(response) || response.data == Value::Null;
        let refusal = refused.then(|| response.errors.clone());
        Self::new(response, refusal, (cost, position))
    }

    fn new(response: &Response, refusal: Option<Vec<ServerError>>, (cost, position): (u64, Option<i64>)) -> Self {
        Self { body: body(response), refusal, position, cost, enclosed: OnceLock::new() }
    }

    /// The answer as JSON.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Why nothing runs, if this is the first answer.
    pub fn refusal(&self) -> Option<&[ServerError]> {
        self.refusal.as_deref()
    }

    /// The position after which whoever was sent it goes on.
    pub fn position(&self) -> Option<i64> {
        self.position
    }

    /// What it costs whoever is sent it.
    pub(super) fn cost(&self) -> u64 {
        self.cost
    }

    /// The answer in an envelope with a name on it, which is made once for all of the same name, as far as that can be.
    pub fn enclosed(&self, name: &str, enclose: impl Fn(&str, &str) -> String) -> Bytes {
        let (known, bytes) = self.enclosed.get_or_init(|| (name.to_owned(), enclose(name, &self.body).into()));
        if known == name { bytes.clone() } else { enclose(name, &self.body).into() }
    }
}
